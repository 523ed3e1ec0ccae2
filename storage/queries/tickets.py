"""What is known of tickets: lists, one with its history, and call-back rates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from bot.desk.ticket_types import Phase, Priority
from bot.errors import NotFoundError
from storage.queries.due import ticket_due_at
from storage.states import CallBackResult, TicketEventKind
from storage.tables import TicketEventRow, TicketRow, table_of

_tickets = table_of(TicketRow)
_events = table_of(TicketEventRow)
_CALLED_BACK = (
    CallBackResult.SOLVED,
    CallBackResult.NOT_SOLVED,
    CallBackResult.SILENT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRecord:
    """One ticket as it was read."""

    ticket_id: int
    shop_id: int
    number: str
    ticket_type: str
    state: str
    phase: Phase
    priority: Priority
    buyer_id: int
    conversation_id: int | None
    order_ref: str | None
    intent_id: str | None
    summary: str
    data: Mapping[str, Any]
    """What was collected on it."""
    cause: str | None
    assignee_id: int | None
    version: int
    due_at: datetime
    """Of the next thing that is due: the first answer, after it the plan."""
    first_answer_due_at: datetime
    first_answered_at: datetime | None
    plan_due_at: datetime | None
    planned_at: datetime | None
    breached_first_at: datetime | None
    breached_plan_at: datetime | None
    waiting_since: datetime | None
    call_back_result: CallBackResult
    opened_at: datetime
    solved_at: datetime | None
    closed_at: datetime | None

    @property
    def is_breached(self) -> bool:
        """Return whether the buyer heard from us later than they were told."""
        return self.breached_first_at is not None or self.breached_plan_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketEventRecord:
    """One line of a ticket's history."""

    kind: TicketEventKind
    by_person: int | None
    data: Mapping[str, Any]
    note: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBackRates:
    """How the tickets opened since some day were called back (P12)."""

    solved_tickets: int
    """Opened since then and solved, closed ones and those opened again included."""
    called_back: int
    """Of these, those whose buyer was asked and answered or kept silent."""
    satisfied: int
    not_satisfied: int
    silent: int
    opted_out: int
    """Could not be asked: the buyer wants no messages. Not among ``called_back``."""


def tickets(
    conn: Connection,
    shop_id: int,
    *,
    phase: Phase | None = None,
    ticket_type: str | None = None,
    limit: int = 50,
    after: int = 0,
) -> list[TicketRecord]:
    """Return tickets, oldest first; ``after`` is the id of the last one seen."""
    table = _tickets.c
    statement = select(_tickets).where(table.shop_id == shop_id, table.id > after)
    if phase is not None:
        statement = statement.where(table.phase == phase)
    if ticket_type is not None:
        statement = statement.where(table.ticket_type == ticket_type)
    rows = conn.execute(statement.order_by(table.id).limit(limit))
    return [ticket_record(row) for row in rows]


def ticket(
    conn: Connection, shop_id: int, number: str
) -> tuple[TicketRecord, list[TicketEventRecord]]:
    """Return a ticket and its history, oldest event first.

    Raises:
        NotFoundError: The shop has no such ticket.
    """
    table = _tickets.c
    row = conn.execute(
        select(_tickets).where(table.shop_id == shop_id, table.number == number)
    ).one_or_none()
    if row is None:
        raise NotFoundError("ticket", number)
    events = conn.execute(
        select(_events)
        .where(_events.c.shop_id == shop_id, _events.c.ticket_id == row.id)
        .order_by(_events.c.id)
    )
    return ticket_record(row), [_event(event) for event in events]


def ticket_by_id(conn: Connection, shop_id: int, ticket_id: int) -> TicketRecord:
    """Return a ticket.

    Raises:
        NotFoundError: The shop has no such ticket.
    """
    table = _tickets.c
    row = conn.execute(
        select(_tickets).where(table.shop_id == shop_id, table.id == ticket_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError("ticket", ticket_id)
    return ticket_record(row)


def call_back_rates(
    conn: Connection, shop_id: int, *, since: datetime
) -> CallBackRates:
    """Return what buyers said of the tickets opened since a moment."""
    table = _tickets.c
    is_asked = table.call_back_result != CallBackResult.NONE
    statement = (
        select(table.call_back_result, func.count().label("tickets"))
        .where(
            table.shop_id == shop_id,
            table.opened_at >= since,
            or_(table.solved_at.is_not(None), is_asked),
        )
        .group_by(table.call_back_result)
    )
    counts = {row.call_back_result: row.tickets for row in conn.execute(statement)}
    total = sum(counts.values())
    return CallBackRates(
        solved_tickets=total,
        called_back=sum(counts.get(result, 0) for result in _CALLED_BACK),
        satisfied=counts.get(CallBackResult.SOLVED, 0),
        not_satisfied=counts.get(CallBackResult.NOT_SOLVED, 0),
        silent=counts.get(CallBackResult.SILENT, 0),
        opted_out=counts.get(CallBackResult.OPTED_OUT, 0),
    )


def ticket_record(row: Row[Any]) -> TicketRecord:
    """Return the record of a row that has every column of a ticket."""
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    values["ticket_id"] = values.pop("id")
    values["due_at"] = ticket_due_at(row)
    if values["order_ref"] == "":
        values["order_ref"] = None
    return TicketRecord(**values)


def _event(row: Row[Any]) -> TicketEventRecord:
    return TicketEventRecord(
        kind=row.kind, by_person=row.by_person, data=row.data, note=row.note, at=row.at
    )
