"""How is a ticket changed at the desk? If it is still as it was seen; the answer shows it."""

from collections.abc import Callable

import msgspec
from aiohttp import web
from sqlalchemy import Connection

from connectors.base import Handler, Route
from server.api.desk.parts import DESK, Asking, DeskParts, answer, asking, place_of
from server.api.desk.ticket_bodies import TicketPlace
from server.api.desk.ticket_pages import shown_ticket
from server.api.desk.views.tickets import TicketWithEventsBody
from storage.repositories import tickets

TICKETS = DESK + "/tickets"
ONE_TICKET = TICKETS + "/{number}"


def change_route(
    path: str,
    handler: Handler,
    body: type[msgspec.Struct],
    summary: str,
    *,
    role: str = "agent",
) -> Route:
    """Return the route of a change; it answers with the ticket as it is after it."""
    return Route(
        method="POST",
        path=ONE_TICKET + path,
        handler=handler,
        role=role,
        summary=summary,
        body=body,
        place=TicketPlace,
        replies={200: TicketWithEventsBody},
    )


def asked(request: web.Request, parts: DeskParts) -> tuple[Asking, str]:
    """Return who asks, and about which ticket."""
    ask = asking(request, now=parts.clock())
    return ask, place_of(request, TicketPlace).number


async def changed(
    parts: DeskParts,
    unit: Callable[[Connection], object],
    ask: Asking,
    number: str,
    *,
    version: int | None = None,
) -> web.Response:
    """Do it if the ticket is still as it was seen; answer with what it is then."""

    def whole(connection: Connection) -> TicketWithEventsBody:
        if version is not None:
            tickets.hold(
                connection, ask.shop_id, number=number, expected_version=version
            )
        unit(connection)
        return shown_ticket(connection, ask, number)

    body = await parts.database.write(whole)
    return answer(body)
