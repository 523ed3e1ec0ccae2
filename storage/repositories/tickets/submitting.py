"""How a ticket for which everything is collected comes to wait for a decision."""

from datetime import datetime

from sqlalchemy import Connection

from bot.actions import Submission
from storage.repositories.tickets import events
from storage.repositories.tickets.finding import find_by_id, update_ticket
from storage.states import TicketEventKind


def submit(
    conn: Connection,
    shop_id: int,
    *,
    ticket_id: int,
    submission: Submission,
    now: datetime,
) -> None:
    """Hand a ticket in; one that is in no state to be handed in stays as it is.

    Raises:
        NotFoundError: The shop has no such ticket.
    """
    row = find_by_id(conn, shop_id, ticket_id=ticket_id)
    if row.state not in submission.from_states:
        return
    events.add(
        conn,
        shop_id,
        ticket_id,
        kind=TicketEventKind.MOVED,
        now=now,
        data={"from": row.state, "to": submission.state},
    )
    update_ticket(conn, shop_id, row, {"state": submission.state})
