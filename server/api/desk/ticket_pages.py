"""How are tickets found and shown at the desk?"""

from sqlalchemy import Connection

from server.api.desk.parts import Asking, colleague_of
from server.api.desk.ticket_bodies import TicketsQuery
from server.api.desk.views.tickets import (
    TicketWithEventsBody,
    event_bodies,
    ticket_body,
)
from storage.queries.buyers import buyer_names
from storage.queries.people_names import names_of
from storage.queries.ticket_lists import WantedTickets
from storage.queries.tickets import ticket


def wanted_of(
    connection: Connection, ask: Asking, query: TicketsQuery
) -> WantedTickets:
    """Return what a query looks for.

    Raises:
        InvalidPayloadError: nobody of the shop has the user name it gives.
    """
    assignee_id = None
    match query.assignee:
        case None | "nobody":
            pass
        case "me":
            assignee_id = ask.person_id
        case user:
            assignee_id = colleague_of(
                connection, ask.shop_id, user=user, field="assignee"
            )
    return WantedTickets(
        phase=query.phase,
        ticket_type=query.type,
        assignee_id=assignee_id,
        is_unassigned=query.assignee == "nobody",
        order_ref=query.order_id,
        is_breached=query.breached,
    )


def shown_ticket(
    connection: Connection, ask: Asking, number: str
) -> TicketWithEventsBody:
    """Return a ticket and its history as this person sees it.

    Raises:
        NotFoundError: the shop has no such ticket.
    """
    record, events = ticket(connection, ask.shop_id, number)
    names = names_of(
        connection, [record.assignee_id, *(event.by_person for event in events)]
    )
    buyer_name = buyer_names(connection, ask.shop_id, [record.buyer_id]).get(
        record.buyer_id
    )
    return TicketWithEventsBody(
        ticket=ticket_body(
            record,
            names=names,
            pack=ask.shop.library.pack,
            role=ask.role,
            buyer_name=buyer_name,
        ),
        events=event_bodies(events, names=names, role=ask.role, buyer_name=buyer_name),
    )
