"""How promises whose time is near, or has come, are claimed, warned of and breached."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.actions import OpenTicket
from bot.desk.ticket_types import Phase
from bot.promises.kinds import PromiseState
from storage.repositories.events import record_event
from storage.repositories.tickets import events as ticket_events
from storage.repositories.tickets.opening import open_ticket
from storage.states import ConversationEventKind, TicketEventKind
from storage.tables import PromiseRow, SuggestionRow, TicketRow, table_of
from storage.tables.promises import UNSETTLED

_promises = table_of(PromiseRow)
_suggestions = table_of(SuggestionRow)
_tickets = table_of(TicketRow)
_ALL_SHOPS = "the scheduler's tick serves every shop"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedPromise:
    """A promise that this owner may look at now, until its lease ends."""

    promise_id: int
    shop_id: int
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """What follows from a promise that was not kept."""

    opening: OpenTicket
    apology: str | None
    """Suggested to the agents; None: nothing fits."""


def claim_due(
    conn: Connection, *, owner: str, now: datetime, lease: timedelta, limit: int
) -> list[ClaimedPromise]:
    """Take what is to be looked at, of all shops, earliest first.

    What somebody claimed and did not finish within the lease is taken again: the end of
    the lease stands in the same column as the time itself.
    """
    table = _promises.c
    rows = conn.execute(
        select(table.id, table.shop_id)
        .where(UNSETTLED, table.next_at <= now)
        .order_by(table.next_at, table.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(all_shops=_ALL_SHOPS)
    ).all()
    if not rows:
        return []
    conn.execute(
        update(_promises)
        .where(table.id.in_([row.id for row in rows]))
        .values(lease_owner=owner, next_at=now + lease)
        .execution_options(all_shops=_ALL_SHOPS)
    )
    return [
        ClaimedPromise(promise_id=row.id, shop_id=row.shop_id, owner=owner)
        for row in rows
    ]


def release_claims(conn: Connection) -> int:
    """Make due at once what a killed process had claimed; return how many."""
    table = _promises.c
    return conn.execute(
        update(_promises)
        .where(UNSETTLED, table.lease_owner.is_not(None))
        .values(lease_owner=None, next_at=table.created_at)
        .execution_options(all_shops="recovery at start frees every shop's claims")
    ).rowcount


def hold_claimed(
    conn: Connection, shop_id: int, *, claimed: ClaimedPromise
) -> Row[Any] | None:
    """Return the promise as it stands, held; None when it is not ours any more."""
    table = _promises.c
    return conn.execute(
        select(_promises)
        .where(
            table.shop_id == shop_id,
            table.id == claimed.promise_id,
            table.lease_owner == claimed.owner,
            UNSETTLED,
        )
        .with_for_update()
    ).one_or_none()


def put_off(conn: Connection, row: Row[Any], *, to: datetime) -> None:
    """Look at it again then; its state stays."""
    _change(conn, row, {"next_at": to})


def warn(conn: Connection, row: Row[Any], *, now: datetime) -> None:
    """Tell the agents that its time is near; looked at again when it has come."""
    _change(
        conn,
        row,
        {"state": PromiseState.WARNED, "warned_at": now, "next_at": row.due_at},
    )
    _tell(conn, row, ConversationEventKind.PROMISE_WARNED, now, ticket=None)


def breach(
    conn: Connection, row: Row[Any], *, follows: Breach, now: datetime
) -> tuple[int, str]:
    """Mark it breached with its ticket and the suggested apology; return the ticket.

    The ticket it was promised for goes on when it is open; else one is opened, or the
    open one of the same buyer, type and order gets an event.
    """
    ticket_id, number = _own_ticket(conn, row, follows, now) or _open(
        conn, row, follows, now
    )
    _change(
        conn,
        row,
        {
            "state": PromiseState.BREACHED,
            "breached_at": now,
            "ticket_id": ticket_id,
        },
    )
    if follows.apology is not None:
        conn.execute(
            insert(_suggestions).values(
                shop_id=row.shop_id,
                conversation_id=row.conversation_id,
                text=follows.apology,
                created_at=now,
            )
        )
    _tell(conn, row, ConversationEventKind.PROMISE_BREACHED, now, ticket=number)
    return ticket_id, number


def _own_ticket(
    conn: Connection, row: Row[Any], follows: Breach, now: datetime
) -> tuple[int, str] | None:
    if row.ticket_id is None:
        return None
    table = _tickets.c
    found = conn.execute(
        select(table.number, table.phase).where(
            table.shop_id == row.shop_id, table.id == row.ticket_id
        )
    ).one_or_none()
    if found is None or found.phase not in (Phase.OPEN, Phase.WAITING):
        return None
    ticket_events.add(
        conn,
        row.shop_id,
        row.ticket_id,
        kind=TicketEventKind.REPEATED,
        now=now,
        data={"intent_id": None, "summary": follows.opening.summary},
    )
    return int(row.ticket_id), str(found.number)


def _open(
    conn: Connection, row: Row[Any], follows: Breach, now: datetime
) -> tuple[int, str]:
    opened = open_ticket(
        conn,
        row.shop_id,
        action=follows.opening,
        buyer_id=row.buyer_id,
        conversation_id=row.conversation_id,
        now=now,
        words=row.words,
    )
    return opened.ticket_id, opened.number


def _change(conn: Connection, row: Row[Any], values: dict[str, Any]) -> None:
    table = _promises.c
    conn.execute(
        update(_promises)
        .where(table.shop_id == row.shop_id, table.id == row.id)
        .values(lease_owner=None, **values)
    )


def _tell(
    conn: Connection,
    row: Row[Any],
    kind: ConversationEventKind,
    now: datetime,
    *,
    ticket: str | None,
) -> None:
    data = {
        "promise_id": row.id,
        "kind": row.kind,
        "due_at": row.due_at.isoformat(),
    }
    if ticket is not None:
        data["ticket"] = ticket
    record_event(
        conn,
        row.shop_id,
        conversation_id=row.conversation_id,
        kind=kind,
        now=now,
        data=data,
    )
