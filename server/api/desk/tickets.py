"""Which tickets are there, and what is done about them?"""

from collections.abc import Callable, Sequence

from aiohttp import web
from sqlalchemy import Connection

from connectors.base import Route
from server.api.desk.bodies import NoteBody
from server.api.desk.paging import id_after, id_cursor, next_of
from server.api.desk.parts import (
    DeskParts,
    answer,
    asking,
    body_of,
    colleague_of,
    invalid,
    query_of,
)
from server.api.desk.ticket_bodies import (
    AnsweredBody,
    AssignBody,
    CauseBody,
    MoveBody,
    TicketPlace,
    TicketsQuery,
)
from server.api.desk.ticket_changing import (
    ONE_TICKET,
    TICKETS,
    asked,
    change_route,
    changed,
)
from server.api.desk.ticket_pages import shown_ticket, wanted_of
from server.api.desk.views.tickets import TicketsBody, TicketWithEventsBody, ticket_body
from server.desk import Desk
from storage.queries.buyers import buyer_names
from storage.queries.people_names import names_of
from storage.queries.ticket_lists import wanted_tickets
from storage.repositories import tickets
from storage.repositories.tickets import Move


class Tickets:
    """The ticket desk of one shop."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def routes(self) -> Sequence[Route]:
        """Return the routes; each change answers with the ticket as it is after it."""
        return (
            Route(
                method="GET",
                path=TICKETS,
                handler=self.list_tickets,
                role="agent",
                summary="Tickets, oldest first.",
                query=TicketsQuery,
                replies={200: TicketsBody},
            ),
            Route(
                method="GET",
                path=ONE_TICKET,
                handler=self.show,
                role="agent",
                summary="One ticket and its history.",
                place=TicketPlace,
                replies={200: TicketWithEventsBody},
            ),
            change_route("/move", self.move, MoveBody, "Move it to another state."),
            change_route("/notes", self.note, NoteBody, "Add a note to its history."),
            change_route("/assign", self.assign, AssignBody, "Give it to somebody."),
            change_route("/cause", self.cause, CauseBody, "Record why it happened."),
            change_route(
                "/first-answer",
                self.first_answer,
                AnsweredBody,
                "The buyer has been answered.",
            ),
            change_route("/plan", self.plan, AnsweredBody, "The buyer knows the plan."),
        )

    async def list_tickets(self, request: web.Request) -> web.Response:
        """Answer with a page of tickets."""
        ask = asking(request, now=self._parts.clock())
        query = query_of(request, TicketsQuery)
        after = id_after(query.after)
        pack = ask.shop.library.pack
        if query.type is not None and query.type not in pack.ticket_types:
            raise invalid("there is no such type of tickets", field="type")

        def read(connection: Connection) -> TicketsBody:
            found = wanted_tickets(
                connection,
                ask.shop_id,
                wanted=wanted_of(connection, ask, query),
                limit=query.limit + 1,
                after=after,
            )
            shown, is_more = next_of(found, query.limit)
            names = names_of(connection, [one.assignee_id for one in shown])
            buyers = buyer_names(
                connection, ask.shop_id, [one.buyer_id for one in shown]
            )
            return TicketsBody(
                items=[
                    ticket_body(
                        one,
                        names=names,
                        pack=pack,
                        role=ask.role,
                        buyer_name=buyers.get(one.buyer_id),
                    )
                    for one in shown
                ],
                next=id_cursor(shown[-1].ticket_id) if is_more else None,
            )

        return answer(await self._parts.database.read(read))

    async def show(self, request: web.Request) -> web.Response:
        """Answer with one ticket."""
        ask, number = asked(request, self._parts)
        return answer(
            await self._parts.database.read(
                lambda connection: shown_ticket(connection, ask, number)
            )
        )

    async def move(self, request: web.Request) -> web.Response:
        """Move a ticket; a solved one starts its call-back."""
        ask, number = asked(request, self._parts)
        body = await body_of(request, MoveBody)
        return await changed(
            self._parts,
            lambda connection: Desk(shop=ask.shop).move(
                connection,
                Move(number=number, to=body.to, by=ask.person_id, note=body.note),
                now=ask.now,
                expected_version=body.version,
            ),
            ask,
            number,
        )

    async def note(self, request: web.Request) -> web.Response:
        """Add a note."""
        ask, number = asked(request, self._parts)
        body = await body_of(request, NoteBody)
        return await changed(
            self._parts,
            lambda connection: tickets.note(
                connection,
                ask.shop_id,
                number=number,
                by=ask.person_id,
                text=body.text,
                now=ask.now,
            ),
            ask,
            number,
        )

    async def assign(self, request: web.Request) -> web.Response:
        """Give a ticket to a colleague, or to nobody."""
        ask, number = asked(request, self._parts)
        body = await body_of(request, AssignBody)

        def unit(connection: Connection) -> None:
            assignee_id = None
            if body.to is not None:
                assignee_id = colleague_of(
                    connection, ask.shop_id, user=body.to, field="to"
                )
            tickets.assign(
                connection,
                ask.shop_id,
                number=number,
                assignee_id=assignee_id,
                by=ask.person_id,
                now=ask.now,
            )

        return await changed(self._parts, unit, ask, number, version=body.version)

    async def cause(self, request: web.Request) -> web.Response:
        """Record why it happened; a bad review may now be contacted, once."""
        ask, number = asked(request, self._parts)
        body = await body_of(request, CauseBody)
        return await changed(
            self._parts,
            lambda connection: Desk(shop=ask.shop).record_cause(
                connection,
                number=number,
                cause=body.cause,
                by=ask.person_id,
                now=ask.now,
            ),
            ask,
            number,
            version=body.version,
        )

    async def first_answer(self, request: web.Request) -> web.Response:
        """Record that the buyer was answered; the first time counts."""
        return await self._record(request, tickets.record_first_answer)

    async def plan(self, request: web.Request) -> web.Response:
        """Record that the buyer knows what will be done; the first time counts."""
        return await self._record(request, tickets.record_plan)

    async def _record(
        self, request: web.Request, record: Callable[..., object]
    ) -> web.Response:
        ask, number = asked(request, self._parts)
        body = await body_of(request, AnsweredBody)
        return await changed(
            self._parts,
            lambda connection: record(
                connection,
                ask.shop_id,
                number=number,
                by=ask.person_id,
                now=ask.now,
                note=body.note,
            ),
            ask,
            number,
            version=body.version,
        )
