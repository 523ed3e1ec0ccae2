"""How what a buyer tells of a problem is collected on its ticket."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from storage.repositories.tickets import events
from storage.repositories.tickets.finding import find_by_id, update_ticket
from storage.states import TicketEventKind


def collect(
    conn: Connection,
    shop_id: int,
    *,
    ticket_id: int,
    data: Mapping[str, Any],
    now: datetime,
) -> None:
    """Add what is new to a ticket's data, with an event that says what it was.

    Raises:
        NotFoundError: The shop has no such ticket.
    """
    row = find_by_id(conn, shop_id, ticket_id=ticket_id)
    new = {name: it for name, it in data.items() if row.data.get(name) != it}
    if not new:
        return
    kind = TicketEventKind.COLLECTED
    events.add(conn, shop_id, ticket_id, kind=kind, now=now, data=new)
    update_ticket(conn, shop_id, row, {"data": {**row.data, **new}})
