"""How a missed due time is recorded: once, with an event."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Column, Connection, select, update
from sqlalchemy.sql.elements import TextClause

from storage.repositories.tickets import events
from storage.states import TicketEventKind
from storage.tables import TicketRow, table_of
from storage.tables.desk import UNANSWERED, UNPLANNED

_tickets = table_of(TicketRow)


class Promise(StrEnum):
    """What was promised by a time."""

    FIRST_ANSWER = "first_answer"
    PLAN = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A promise to a buyer that was not kept in time."""

    shop_id: int
    ticket_id: int
    number: str
    what: Promise
    due_at: datetime


def record_breaches(
    conn: Connection, *, now: datetime, limit: int = 100
) -> list[Breach]:
    """Record what is overdue now, of all shops, and return what was new.

    A ticket that waits for the buyer is not overdue: its clock stands still.
    """
    table = _tickets.c
    first = _record(
        conn,
        Promise.FIRST_ANSWER,
        index=UNANSWERED,
        due=table.first_answer_due_at,
        mark=table.breached_first_at,
        now=now,
        limit=limit,
    )
    plans = _record(
        conn,
        Promise.PLAN,
        index=UNPLANNED,
        due=table.plan_due_at,
        mark=table.breached_plan_at,
        now=now,
        limit=limit,
    )
    return [*first, *plans]


def _record(
    conn: Connection,
    what: Promise,
    *,
    index: TextClause,
    due: Column[datetime],
    mark: Column[datetime],
    now: datetime,
    limit: int,
) -> list[Breach]:
    table = _tickets.c
    rows = conn.execute(
        select(table.id, table.shop_id, table.number, due.label("due_at"))
        .where(index, due < now)
        .order_by(due)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(all_shops="the scheduler's tick serves every shop")
    ).all()
    for row in rows:
        conn.execute(
            update(_tickets)
            .where(table.shop_id == row.shop_id, table.id == row.id)
            .values({mark: now, table.version: table.version + 1})
        )
        events.add(
            conn,
            row.shop_id,
            row.id,
            kind=TicketEventKind.BREACHED,
            now=now,
            data={"what": what.value, "due_at": row.due_at.isoformat()},
        )
    return [
        Breach(
            shop_id=row.shop_id,
            ticket_id=row.id,
            number=row.number,
            what=what,
            due_at=row.due_at,
        )
        for row in rows
    ]
