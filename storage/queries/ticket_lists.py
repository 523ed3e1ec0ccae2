"""Which tickets does somebody want to see?"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, not_, or_, select

from bot.desk.ticket_types import Phase
from storage.queries.tickets import TicketRecord, ticket_record
from storage.tables import TicketRow, table_of

_tickets = table_of(TicketRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedTickets:
    """What a list of tickets is narrowed to; None does not narrow it."""

    phase: Phase | None = None
    ticket_type: str | None = None
    assignee_id: int | None = None
    is_unassigned: bool = False
    """Only those that are nobody's."""
    order_ref: str | None = None
    is_breached: bool | None = None


def wanted_tickets(
    conn: Connection,
    shop_id: int,
    *,
    wanted: WantedTickets,
    limit: int = 50,
    after: int = 0,
) -> list[TicketRecord]:
    """Return tickets, oldest first; ``after`` is the id of the last one seen."""
    table = _tickets.c
    statement = select(_tickets).where(table.shop_id == shop_id, table.id > after)
    rows = conn.execute(
        _narrowed(statement, wanted).order_by(table.id).limit(limit)
    ).all()
    return [ticket_record(row) for row in rows]


def _narrowed(statement: Select[Any], wanted: WantedTickets) -> Select[Any]:
    table = _tickets.c
    equals = {
        table.phase: wanted.phase,
        table.ticket_type: wanted.ticket_type,
        table.assignee_id: wanted.assignee_id,
        table.order_ref: wanted.order_ref,
    }
    for column, value in equals.items():
        if value is not None:
            statement = statement.where(column == value)
    if wanted.is_unassigned:
        statement = statement.where(table.assignee_id.is_(None))
    if wanted.is_breached is not None:
        is_breached = or_(
            table.breached_first_at.is_not(None), table.breached_plan_at.is_not(None)
        )
        statement = statement.where(
            is_breached if wanted.is_breached else not_(is_breached)
        )
    return statement
