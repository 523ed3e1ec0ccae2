"""What people write down on a ticket: notes, owner, cause, answers given."""

from datetime import datetime

from sqlalchemy import Connection, select

from bot.errors import NotPermittedError
from storage.queries.tickets import TicketRecord, ticket_record
from storage.repositories import reviews
from storage.repositories.tickets import events
from storage.repositories.tickets.finding import find, update_ticket
from storage.states import TicketEventKind
from storage.tables import TicketRow, table_of
from storage.tables.desk import ACTIVE_TICKET

_tickets = table_of(TicketRow)


def note(
    conn: Connection,
    shop_id: int,
    *,
    number: str,
    by: int | None,
    text: str,
    now: datetime,
) -> None:
    """Add a note to a ticket's history.

    Raises:
        NotFoundError: The shop has no such ticket.
    """
    row = find(conn, shop_id, number=number)
    kind = TicketEventKind.NOTED
    events.add(conn, shop_id, row.id, kind=kind, by=by, note=text, now=now)


def assign(
    conn: Connection,
    shop_id: int,
    *,
    number: str,
    assignee_id: int | None,
    by: int | None,
    now: datetime,
) -> TicketRecord:
    """Give a ticket to a person, or to nobody.

    Raises:
        NotFoundError: The shop has no such ticket.
    """
    row = find(conn, shop_id, number=number)
    data = {"from": row.assignee_id, "to": assignee_id}
    kind = TicketEventKind.ASSIGNED
    events.add(conn, shop_id, row.id, kind=kind, by=by, data=data, now=now)
    return update_ticket(conn, shop_id, row, {"assignee_id": assignee_id})


def record_cause(
    conn: Connection,
    shop_id: int,
    *,
    number: str,
    cause: str,
    by: int | None,
    now: datetime,
) -> tuple[int, ...]:
    """Record why it happened; return the row ids of reviews that may be contacted.

    Raises:
        NotFoundError: The shop has no such ticket.
        NotPermittedError: The cause says nothing.
    """
    if not cause.strip():
        raise NotPermittedError("cause: must not be blank")
    row = find(conn, shop_id, number=number)
    kind = TicketEventKind.CAUSE
    events.add(conn, shop_id, row.id, kind=kind, by=by, note=cause, now=now)
    update_ticket(conn, shop_id, row, {"cause": cause})
    return reviews.know_cause(conn, shop_id, ticket_id=row.id, cause=cause)


def record_first_answer(
    conn: Connection,
    shop_id: int,
    *,
    number: str,
    by: int | None,
    now: datetime,
    note: str = "",
) -> TicketRecord:
    """Record that the buyer has been answered; the first time counts.

    Raises:
        NotFoundError: The shop has no such ticket.
    """
    row = find(conn, shop_id, number=number)
    if row.first_answered_at is not None:
        return ticket_record(row)
    kind = TicketEventKind.FIRST_ANSWER
    events.add(conn, shop_id, row.id, kind=kind, by=by, note=note, now=now)
    return update_ticket(conn, shop_id, row, {"first_answered_at": now})


def record_plan(
    conn: Connection,
    shop_id: int,
    *,
    number: str,
    by: int | None,
    now: datetime,
    note: str = "",
) -> TicketRecord:
    """Record that the buyer knows what will be done; the first time counts.

    Raises:
        NotFoundError: The shop has no such ticket.
    """
    row = find(conn, shop_id, number=number)
    if row.planned_at is not None:
        return ticket_record(row)
    kind = TicketEventKind.PLANNED
    events.add(conn, shop_id, row.id, kind=kind, by=by, note=note, now=now)
    return update_ticket(conn, shop_id, row, {"planned_at": now})


def answer_all(
    conn: Connection, shop_id: int, *, buyer_id: int, by: int | None, now: datetime
) -> None:
    """Count an agent's message as the first answer of the buyer's open tickets."""
    table = _tickets.c
    waiting = select(table.number).where(
        table.shop_id == shop_id,
        table.buyer_id == buyer_id,
        table.first_answered_at.is_(None),
        ACTIVE_TICKET,
    )
    for number in conn.scalars(waiting).all():
        record_first_answer(conn, shop_id, number=number, by=by, now=now)
