"""Which ticket is meant, held until the commit, and how are its columns changed?"""

from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.errors import NotFoundError, StaleStateError
from storage.queries.tickets import TicketRecord, ticket_record
from storage.tables import TicketRow, table_of

_tickets = table_of(TicketRow)


def hold(conn: Connection, shop_id: int, *, number: str, expected_version: int) -> None:
    """Hold a ticket until the commit, if it is still as a person saw it.

    Raises:
        NotFoundError: The shop has no such ticket.
        StaleStateError: Somebody changed it since ``expected_version``.
    """
    if find(conn, shop_id, number=number).version != expected_version:
        raise StaleStateError("ticket", number)


def find(conn: Connection, shop_id: int, *, number: str) -> Row[Any]:
    """Return a ticket's row, held until the commit.

    Raises:
        NotFoundError: The shop has no such ticket.
    """
    statement = select(_tickets).where(
        _tickets.c.shop_id == shop_id, _tickets.c.number == number
    )
    row = conn.execute(statement.with_for_update()).one_or_none()
    if row is None:
        raise NotFoundError("ticket", number)
    return row


def find_by_id(conn: Connection, shop_id: int, *, ticket_id: int) -> Row[Any]:
    """Return a ticket's row, held until the commit.

    Raises:
        NotFoundError: The shop has no such ticket.
    """
    statement = select(_tickets).where(
        _tickets.c.shop_id == shop_id, _tickets.c.id == ticket_id
    )
    row = conn.execute(statement.with_for_update()).one_or_none()
    if row is None:
        raise NotFoundError("ticket", ticket_id)
    return row


def update_ticket(
    conn: Connection, shop_id: int, row: Row[Any], values: dict[str, Any]
) -> TicketRecord:
    """Change a ticket that was found before, count its version, and return it."""
    changed = conn.execute(
        update(_tickets)
        .where(_tickets.c.shop_id == shop_id, _tickets.c.id == row.id)
        .values(version=_tickets.c.version + 1, **values)
        .returning(_tickets)
    ).one()
    return ticket_record(changed)
