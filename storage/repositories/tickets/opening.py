"""How a ticket is opened: once for each buyer, type and order, numbered without gaps."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.actions import OpenTicket
from bot.desk.ticket_types import Phase
from storage.hot import HotStatement
from storage.queries.due import ticket_due_at
from storage.repositories.tickets import events
from storage.repositories.upserts import upsert_for
from storage.states import CallBackResult, TicketEventKind
from storage.tables import TicketCounterRow, TicketRow, table_of
from storage.tables.desk import ACTIVE_TICKET

_counters = table_of(TicketCounterRow)
_tickets = table_of(TicketRow)

_ACTIVE = HotStatement(
    select(
        _tickets.c.id,
        _tickets.c.number,
        _tickets.c.first_answer_due_at,
        _tickets.c.first_answered_at,
        _tickets.c.plan_due_at,
    ).where(
        _tickets.c.shop_id == bindparam("of_shop"),
        _tickets.c.buyer_id == bindparam("of_buyer"),
        _tickets.c.ticket_type == bindparam("of_type"),
        _tickets.c.order_ref == bindparam("of_order"),
        ACTIVE_TICKET,
    )
)
_ADD_TICKET = HotStatement(insert(_tickets).returning(_tickets.c.id))
_COUNT = HotStatement(
    update(_counters)
    .where(
        _counters.c.shop_id == bindparam("of_shop"),
        _counters.c.ticket_type == bindparam("of_type"),
    )
    .values(last=bindparam("new_last"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedTicket:
    """The ticket that a problem is recorded on."""

    ticket_id: int
    number: str
    ticket_type: str
    is_new: bool
    """False: the problem was recorded as an event of the open ticket."""
    due_at: datetime
    """Until when the buyer hears from us."""


def open_ticket(
    conn: Connection,
    shop_id: int,
    *,
    action: OpenTicket,
    buyer_id: int,
    conversation_id: int | None,
    now: datetime,
    words: str = "",
) -> OpenedTicket:
    """Open a ticket, or add an event to the open one of this buyer, type and order.

    Args:
        conn: Of the unit.
        shop_id: Whose ticket it is.
        action: What the ticket is about; due times computed by the caller.
        buyer_id: Whose problem it is.
        conversation_id: Where it came up.
        now: Aware UTC.
        words: What the buyer wrote; kept as the note of the event.
    """
    key = (buyer_id, action.ticket_type, _order(action))
    row = _active(conn, shop_id, key)
    if row is None:
        # Who opens waits here for who is opening the same type, then looks again.
        last = lock_type(conn, shop_id, action.ticket_type)
        row = _active(conn, shop_id, key)
        if row is None:
            number = _next_number(conn, shop_id, action, last)
            return _insert(
                conn, shop_id, action, number, buyer_id, conversation_id, now, words
            )
    _repeat(conn, shop_id, row.id, action, now, words)
    return OpenedTicket(
        ticket_id=row.id,
        number=row.number,
        ticket_type=action.ticket_type,
        is_new=False,
        due_at=ticket_due_at(row),
    )


def lock_type(conn: Connection, shop_id: int, ticket_type: str) -> int:
    """Return the last number of a type; until the commit nobody else gets past."""
    values = {"shop_id": shop_id, "ticket_type": ticket_type, "last": 0}
    last: int = _lock_statement(conn.dialect.name).first(conn, values).last
    return last


@cache
def _lock_statement(dialect: str) -> HotStatement:
    """Return the statement that makes or locks a counter; built once a dialect."""
    table = _counters.c
    return HotStatement(
        upsert_for(dialect, _counters)
        .on_conflict_do_update(
            index_elements=[table.shop_id, table.ticket_type],
            set_={"last": table.last},
        )
        .returning(table.last)
    )


def _order(action: OpenTicket) -> str:
    return "" if action.order_ref is None else action.order_ref


def _active(conn: Connection, shop_id: int, key: tuple[int, str, str]) -> Any:
    buyer_id, ticket_type, order_ref = key
    return _ACTIVE.first(
        conn,
        {
            "of_shop": shop_id,
            "of_buyer": buyer_id,
            "of_type": ticket_type,
            "of_order": order_ref,
        },
    )


def _next_number(conn: Connection, shop_id: int, action: OpenTicket, last: int) -> str:
    """Return the next number; part of the same transaction, hence without gaps."""
    _COUNT.change(
        conn,
        {"of_shop": shop_id, "of_type": action.ticket_type, "new_last": last + 1},
    )
    return f"{action.prefix}-{last + 1:06}"


def _insert(
    conn: Connection,
    shop_id: int,
    action: OpenTicket,
    number: str,
    buyer_id: int,
    conversation_id: int | None,
    now: datetime,
    words: str,
) -> OpenedTicket:
    ticket_id: int = _ADD_TICKET.first(
        conn,
        {
            "shop_id": shop_id,
            "number": number,
            "ticket_type": action.ticket_type,
            "state": action.state,
            "phase": Phase.OPEN,
            "priority": action.priority,
            "buyer_id": buyer_id,
            "conversation_id": conversation_id,
            "order_ref": _order(action),
            "intent_id": action.intent_id,
            "summary": action.summary,
            "data": {},
            "version": 1,
            "first_answer_due_at": action.first_answer_due_at,
            "plan_due_at": action.plan_due_at,
            "call_back_result": CallBackResult.NONE,
            "opened_at": now,
        },
    ).id
    events.add(
        conn, shop_id, ticket_id, kind=TicketEventKind.OPENED, now=now, note=words
    )
    return OpenedTicket(
        ticket_id=ticket_id,
        number=number,
        ticket_type=action.ticket_type,
        is_new=True,
        due_at=action.first_answer_due_at,
    )


def _repeat(
    conn: Connection,
    shop_id: int,
    ticket_id: int,
    action: OpenTicket,
    now: datetime,
    words: str,
) -> None:
    data = {"intent_id": action.intent_id, "summary": action.summary}
    events.add(
        conn,
        shop_id,
        ticket_id,
        kind=TicketEventKind.REPEATED,
        now=now,
        note=words,
        data=data,
    )
