"""How a buyer is forgotten: every column that tells of them, in one unit of work."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Text, cast, delete, literal, select, update

from bot.errors import NotFoundError
from storage.repositories import blanking, buyers, tombstones
from storage.repositories.bargaining.leaving import forget_bargaining
from storage.repositories.changes import record_change
from storage.states import ConversationEventKind
from storage.tables import (
    BuyerRow,
    ConsentRow,
    ConversationEventRow,
    ConversationRow,
    DeviceRow,
    MediaRow,
    OrderEventRow,
    OrderRow,
    SuppressionRow,
    table_of,
)
from storage.vault import vault_of

_buyers = table_of(BuyerRow)
_consents = table_of(ConsentRow)
_conversations = table_of(ConversationRow)
_events = table_of(ConversationEventRow)
_devices = table_of(DeviceRow)
_media = table_of(MediaRow)
_order_events = table_of(OrderEventRow)
_orders = table_of(OrderRow)
_suppressions = table_of(SuppressionRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was forgotten, without saying of whom."""

    tombstone_id: int
    buyers: int
    """Rows: one a connector."""
    messages: int
    orders: int
    was_suppressed: bool
    media: tuple[str, ...]
    """Names of the files that no row names any more."""


def forget(
    conn: Connection,
    shop_id: int,
    *,
    buyer_ref: str,
    connector: str | None = None,
    closed_state: str,
    person_id: int | None,
    now: datetime,
) -> Forgotten:
    """Remove or blank everything that is kept about a buyer; leave a keyed hash.

    Args:
        conn: Of the unit.
        shop_id: Whose buyer it is.
        buyer_ref: The platform's id of the buyer.
        connector: Only as this platform knows them; None: everywhere, orders included.
        closed_state: Of the workflow; the buyer's open tickets end there.
        person_id: Who does it; None: a command on the machine.
        now: Aware UTC.

    Raises:
        NotFoundError: Nothing is kept about such a buyer.
    """
    rows = _rows(conn, shop_id, buyer_ref, connector)
    ids = [row.id for row in rows]
    ids += _merged_into(conn, shop_id, ids)
    is_whole = connector is None or not _others(conn, shop_id, buyer_ref, ids)
    order_ids = _order_ids(conn, shop_id, buyer_ref) if is_whole else []
    if not ids and not order_ids:
        raise NotFoundError("buyer", buyer_ref)
    was_suppressed = tombstones.is_suppressed(conn, shop_id, buyer_ref=buyer_ref) or (
        bool(ids) and buyers.is_suppressed(conn, shop_id, buyer_id=ids[0])
    )
    tombstone_id = tombstones.add(
        conn,
        shop_id,
        buyer_ref=buyer_ref,
        phone_hash=next((row.phone_hash for row in rows if row.phone_hash), None),
        is_suppressed=was_suppressed,
        person_id=person_id,
        now=now,
    )
    # Random, so that no platform can ever name it.
    nobody = f"forgotten-{secrets.token_hex(8)}"
    messages = blanking.blank_conversations(
        conn, shop_id, buyer_ids=ids, nobody=nobody, now=now
    )
    blanking.blank_tickets(
        conn, shop_id, buyer_ids=ids, closed_state=closed_state, now=now
    )
    blanking.blank_records(conn, shop_id, buyer_ids=ids, buyer_ref=buyer_ref, now=now)
    forget_bargaining(conn, shop_id, buyer_ids=ids, now=now)
    media = _remove_media(conn, shop_id, ids)
    _blank_orders(conn, shop_id, order_ids, nobody)
    _blank_consents(conn, shop_id, ids)
    _blank_buyers(conn, shop_id, ids, nobody)
    record_change(conn)
    return Forgotten(
        tombstone_id=tombstone_id,
        buyers=len(ids),
        messages=messages,
        orders=len(order_ids),
        was_suppressed=was_suppressed,
        media=media,
    )


def media_of(
    conn: Connection, shop_id: int, *, buyer_ref: str, connector: str | None = None
) -> tuple[str, ...]:
    """Return the names of the files of a buyer's pictures."""
    ids = [row.id for row in _rows(conn, shop_id, buyer_ref, connector)]
    statement = select(_media.c.name).where(
        _media.c.shop_id == shop_id, _media.c.buyer_id.in_(ids)
    )
    return tuple(conn.scalars(statement.order_by(_media.c.id)))


def _rows(
    conn: Connection, shop_id: int, buyer_ref: str, connector: str | None
) -> Sequence[Row[Any]]:
    table = _buyers.c
    statement = select(_buyers).where(
        table.shop_id == shop_id, table.buyer_ref == buyer_ref
    )
    if connector is not None:
        statement = statement.where(table.connector == connector)
    return conn.execute(statement.order_by(table.id).with_for_update()).all()


def _merged_into(conn: Connection, shop_id: int, ids: list[int]) -> list[int]:
    """Return the anonymous buyers who turned out to be one of these."""
    events, places = _events.c, _conversations.c
    merged = conn.scalars(
        select(events.data)
        .join_from(_events, _conversations, places.id == events.conversation_id)
        .where(
            events.shop_id == shop_id,
            places.shop_id == shop_id,
            places.buyer_id.in_(ids),
            events.kind == ConversationEventKind.MERGED,
        )
    ).all()
    sources = [data["from"] for data in merged if isinstance(data.get("from"), int)]
    statement = select(places.buyer_id).where(
        places.shop_id == shop_id, places.id.in_(sources), places.buyer_id.not_in(ids)
    )
    return list(conn.scalars(statement))


def _others(conn: Connection, shop_id: int, buyer_ref: str, ids: list[int]) -> bool:
    """Return whether other connectors know the buyer, so that the orders stay theirs."""
    table = _buyers.c
    statement = select(table.id).where(
        table.shop_id == shop_id, table.buyer_ref == buyer_ref, table.id.not_in(ids)
    )
    return conn.scalar(statement.limit(1)) is not None


def _order_ids(conn: Connection, shop_id: int, buyer_ref: str) -> list[int]:
    statement = select(_orders.c.id).where(
        _orders.c.shop_id == shop_id, _orders.c.buyer_ref == buyer_ref
    )
    return list(conn.scalars(statement))


def _remove_media(conn: Connection, shop_id: int, ids: list[int]) -> tuple[str, ...]:
    """Delete pictures and devices; return the files' names."""
    names = conn.scalars(
        delete(_media)
        .where(_media.c.shop_id == shop_id, _media.c.buyer_id.in_(ids))
        .returning(_media.c.name)
    ).all()
    conn.execute(
        delete(_devices).where(
            _devices.c.shop_id == shop_id, _devices.c.buyer_id.in_(ids)
        )
    )
    return tuple(names)


def _blank_orders(
    conn: Connection, shop_id: int, order_ids: list[int], nobody: str
) -> None:
    """Make the orders nobody's: what was sold, when and for how much stays.

    The number leads back to the buyer in the shop's own books; a title may be engraved.
    """
    table = _orders.c
    rows = conn.execute(
        select(table.id, table.lines).where(
            table.shop_id == shop_id, table.id.in_(order_ids)
        )
    ).all()
    for row in rows:
        conn.execute(
            update(_orders)
            .where(table.shop_id == shop_id, table.id == row.id)
            .values(lines=[{**line, "title": None} for line in row.lines])
        )
    conn.execute(
        update(_orders)
        .where(table.shop_id == shop_id, table.id.in_(order_ids))
        .values(
            order_id=literal(f"{nobody}-") + cast(table.id, Text),
            buyer_ref=nobody,
            tracking_no=None,
            latest_track=None,
            refund=None,
            dispute=None,
            phone_enc=None,
            phone_hash=None,
            province=None,
            city=None,
        )
    )
    conn.execute(
        update(_order_events)
        .where(
            _order_events.c.shop_id == shop_id,
            _order_events.c.order_row_id.in_(order_ids),
        )
        .values(data={})
    )


def _blank_consents(conn: Connection, shop_id: int, ids: list[int]) -> None:
    """Keep of each consent that and when it was given, its source as a keyed hash."""
    table = _consents.c
    vault = vault_of(conn)
    rows = conn.execute(
        select(table.id, table.source).where(
            table.shop_id == shop_id, table.buyer_id.in_(ids)
        )
    ).all()
    for row in rows:
        conn.execute(
            update(_consents)
            .where(table.shop_id == shop_id, table.id == row.id)
            .values(source=f"hash:{vault.fingerprint(row.source).hex()}")
        )
    conn.execute(
        update(_suppressions)
        .where(_suppressions.c.shop_id == shop_id, _suppressions.c.buyer_id.in_(ids))
        .values(words="")
    )


def _blank_buyers(conn: Connection, shop_id: int, ids: list[int], nobody: str) -> None:
    conn.execute(
        update(_buyers)
        .where(_buyers.c.shop_id == shop_id, _buyers.c.id.in_(ids))
        .values(
            # Each its own: an anonymous one was merged into another of one platform.
            buyer_ref=literal(f"{nobody}-") + cast(_buyers.c.id, Text),
            name=None,
            phone_enc=None,
            phone_hash=None,
            address_enc=None,
            is_professional_reviewer=False,
        )
    )
