"""How an anonymous buyer becomes the one they turn out to be: nothing lost, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Table, select, true, update

from storage.repositories import buyers
from storage.repositories.events import record_event
from storage.repositories.intake import ensure_buyers, ensure_conversations
from storage.repositories.merging.places import join_places, lock_places
from storage.repositories.merging.promises import join_promises
from storage.repositories.merging.tickets import join_tickets
from storage.states import ConversationEventKind
from storage.tables import (
    BuyerRow,
    ConversationEventRow,
    ConversationRow,
    SuppressionRow,
    metadata,
    table_of,
)

_buyers = table_of(BuyerRow)
_conversations = table_of(ConversationRow)
_events = table_of(ConversationEventRow)
_suppressions = table_of(SuppressionRow)
_KEPT: Final = {"conversations", "suppressions"}
"""Not moved row by row: there is one for each buyer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedBuyer:
    """Who the anonymous buyer is now."""

    buyer_id: int
    conversation_id: int | None
    """None: neither of the two has written yet."""


def merge(
    conn: Connection,
    shop_id: int,
    *,
    anonymous_id: int,
    names: Mapping[tuple[str, str], str | None],
    closed_state: str,
    now: datetime,
) -> MergedBuyer:
    """Give everything of an anonymous buyer to the one they are; run again at will.

    Args:
        conn: Of the unit.
        shop_id: Whose buyers they are.
        anonymous_id: Row id of the buyer who turned out to be somebody.
        names: (connector, buyer_ref) of who they are → their name, None: not told.
        closed_state: Of the pack's workflow, for a ticket that stands there twice.
        now: Aware UTC.
    """
    ((pair, _),) = names.items()
    buyer_id = ensure_buyers(conn, shop_id, names=names, now=now)[pair]
    source = _conversation_of(conn, shop_id, anonymous_id)
    if source is None:
        _give(conn, shop_id, anonymous_id, buyer_id, closed_state, now)
        return MergedBuyer(
            buyer_id=buyer_id,
            conversation_id=_conversation_of(conn, shop_id, buyer_id),
        )
    target = ensure_conversations(conn, shop_id, names=names, now=now)[pair]
    places = lock_places(conn, shop_id, source=source, target=target)
    _give(conn, shop_id, anonymous_id, buyer_id, closed_state, now)
    moved = _move(conn, shop_id, column="conversation_id", old=source, new=target)
    join_places(conn, shop_id, places)
    if moved > 0:
        _record(conn, shop_id, source=source, target=target, now=now)
    return MergedBuyer(buyer_id=buyer_id, conversation_id=target)


def _give(
    conn: Connection,
    shop_id: int,
    old: int,
    new: int,
    closed_state: str,
    now: datetime,
) -> None:
    """Move what belongs to the buyer themselves."""
    _join_contact(conn, shop_id, old=old, new=new)
    join_tickets(conn, shop_id, old=old, new=new, closed_state=closed_state, now=now)
    join_promises(conn, shop_id, old=old, new=new)
    _move(conn, shop_id, column="buyer_id", old=old, new=new)
    for words in _words_of_opt_outs(conn, shop_id, (old, new)):
        buyers.suppress(conn, shop_id, buyer_id=new, words=words, now=now)


def _conversation_of(conn: Connection, shop_id: int, buyer_id: int) -> int | None:
    table = _conversations.c
    found: int | None = conn.scalar(
        select(table.id).where(table.shop_id == shop_id, table.buyer_id == buyer_id)
    )
    return found


def _move(conn: Connection, shop_id: int, *, column: str, old: int, new: int) -> int:
    """Point every row of the shop at another buyer or conversation; return how many."""
    return sum(
        conn.execute(
            update(table)
            .where(table.c.shop_id == shop_id, table.c[column] == old, _moves(table))
            .values({column: new})
        ).rowcount
        for table in tables_with(column)
    )


def _moves(table: Table) -> ColumnElement[bool]:
    """Return which rows move: all but the note where the others went."""
    if table is _events:
        return _events.c.kind != ConversationEventKind.MERGED
    return true()


def tables_with(column: str) -> list[Table]:
    """Return the tables whose rows move along, in the order of their names."""
    return [
        table
        for name, table in sorted(metadata.tables.items())
        if column in table.c and "shop_id" in table.c and name not in _KEPT
    ]


def _join_contact(conn: Connection, shop_id: int, *, old: int, new: int) -> None:
    """Keep what only the anonymous one told of themselves."""
    source, target = (_buyer(conn, shop_id, buyer_id) for buyer_id in (old, new))
    values: dict[str, Any] = {
        name: getattr(source, name)
        for name in ("name", "phone_enc", "phone_hash", "address_enc")
        if getattr(target, name) is None
    }
    if source.is_professional_reviewer:
        values["is_professional_reviewer"] = True
    if values:
        table = _buyers.c
        conn.execute(
            update(_buyers)
            .where(table.shop_id == shop_id, table.id == new)
            .values(**values)
        )


def _buyer(conn: Connection, shop_id: int, buyer_id: int) -> Row[Any]:
    table = _buyers.c
    return conn.execute(
        select(_buyers).where(table.shop_id == shop_id, table.id == buyer_id)
    ).one()


def _words_of_opt_outs(
    conn: Connection, shop_id: int, buyer_ids: tuple[int, int]
) -> list[str]:
    table = _suppressions.c
    return list(
        conn.scalars(
            select(table.words)
            .where(table.shop_id == shop_id, table.buyer_id.in_(buyer_ids))
            .order_by(table.created_at, table.id)
        )
    )


def _record(
    conn: Connection, shop_id: int, *, source: int, target: int, now: datetime
) -> None:
    """Write it down on both sides: who watches the old one learns where it went."""
    for conversation_id, data in (
        (target, {"from": source}),
        (source, {"into": target}),
    ):
        record_event(
            conn,
            shop_id,
            conversation_id=conversation_id,
            kind=ConversationEventKind.MERGED,
            now=now,
            data=data,
        )
