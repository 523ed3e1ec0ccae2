"""Which tickets are there, and what is done about them?"""

from collections.abc import Callable, Sequence

import msgspec
from aiohttp import web
from sqlalchemy import Connection

from connectors.base import Handler, Route
from server.api.desk.bodies import NoteBody
from server.api.desk.paging import id_after, id_cursor, next_of
from server.api.desk.parts import (
    DESK,
    Asking,
    DeskParts,
    answer,
    asking,
    body_of,
    colleague_of,
    invalid,
    place_of,
    query_of,
)
from server.api.desk.ticket_bodies import (
    AnsweredBody,
    ApproveBody,
    AssignBody,
    CauseBody,
    MoveBody,
    RejectBody,
    TicketPlace,
    TicketsQuery,
)
from server.api.desk.views.tickets import (
    TicketsBody,
    TicketWithEventsBody,
    event_bodies,
    ticket_body,
)
from server.claims import Claims, Verdict
from server.desk import Desk
from storage.queries.buyers import buyer_names
from storage.queries.people_names import names_of
from storage.queries.ticket_lists import WantedTickets, wanted_tickets
from storage.queries.tickets import ticket
from storage.repositories import tickets
from storage.repositories.tickets import Move

_LIST = DESK + "/tickets"
_ONE = _LIST + "/{number}"


class Tickets:
    """The ticket desk of one shop."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def routes(self) -> Sequence[Route]:
        """Return the routes; each change answers with the ticket as it is after it."""
        return (
            Route(
                method="GET",
                path=_LIST,
                handler=self.list_tickets,
                role="agent",
                summary="Tickets, oldest first.",
                query=TicketsQuery,
                replies={200: TicketsBody},
            ),
            Route(
                method="GET",
                path=_ONE,
                handler=self.show,
                role="agent",
                summary="One ticket and its history.",
                place=TicketPlace,
                replies={200: TicketWithEventsBody},
            ),
            _change("/move", self.move, MoveBody, "Move it to another state."),
            _change("/notes", self.note, NoteBody, "Add a note to its history."),
            _change("/assign", self.assign, AssignBody, "Give it to somebody."),
            _change("/cause", self.cause, CauseBody, "Record why it happened."),
            _change(
                "/first-answer",
                self.first_answer,
                AnsweredBody,
                "The buyer has been answered.",
            ),
            _change("/plan", self.plan, AnsweredBody, "The buyer knows the plan."),
            _change(
                "/approve",
                self.approve,
                ApproveBody,
                "Approve a claim that waits; the buyer is told.",
                role="manager",
            ),
            _change(
                "/reject",
                self.reject,
                RejectBody,
                "Do not approve a claim that waits; the buyer is told.",
                role="manager",
            ),
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
                wanted=_wanted(connection, ask, query),
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
        ask, number = self._asked(request)
        return answer(
            await self._parts.database.read(
                lambda connection: _shown(connection, ask, number)
            )
        )

    async def move(self, request: web.Request) -> web.Response:
        """Move a ticket; a solved one starts its call-back."""
        ask, number = self._asked(request)
        body = await body_of(request, MoveBody)
        return await self._changed(
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
        ask, number = self._asked(request)
        body = await body_of(request, NoteBody)
        return await self._changed(
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
        ask, number = self._asked(request)
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

        return await self._changed(unit, ask, number, version=body.version)

    async def cause(self, request: web.Request) -> web.Response:
        """Record why it happened; a bad review may now be contacted, once."""
        ask, number = self._asked(request)
        body = await body_of(request, CauseBody)
        return await self._changed(
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

    async def approve(self, request: web.Request) -> web.Response:
        """Approve a claim and tell the buyer how much."""
        body = await body_of(request, ApproveBody)
        return await self._decided(
            request,
            is_approved=True,
            amount_fen=body.amount_fen,
            note=body.note,
            version=body.version,
        )

    async def reject(self, request: web.Request) -> web.Response:
        """Do not approve a claim and tell the buyer so."""
        body = await body_of(request, RejectBody)
        return await self._decided(
            request,
            is_approved=False,
            amount_fen=None,
            note=body.note,
            version=body.version,
        )

    async def _decided(
        self,
        request: web.Request,
        *,
        is_approved: bool,
        amount_fen: int | None,
        note: str,
        version: int,
    ) -> web.Response:
        ask, number = self._asked(request)
        account = ask.shop.account
        verdict = Verdict(
            number=number,
            is_approved=is_approved,
            person_id=ask.person_id,
            role=ask.role,
            amount_fen=amount_fen,
            note=note,
        )
        answered = await self._changed(
            lambda connection: Claims(shop=ask.shop).decide(
                connection,
                verdict,
                now=ask.now,
                is_delivered=lambda name: (
                    not self._parts.connectors[name].is_polled(account)
                ),
            ),
            ask,
            number,
            version=version,
        )
        self._parts.sent()
        return answered

    async def _record(
        self, request: web.Request, record: Callable[..., object]
    ) -> web.Response:
        ask, number = self._asked(request)
        body = await body_of(request, AnsweredBody)
        return await self._changed(
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

    def _asked(self, request: web.Request) -> tuple[Asking, str]:
        ask = asking(request, now=self._parts.clock())
        return ask, place_of(request, TicketPlace).number

    async def _changed(
        self,
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
            return _shown(connection, ask, number)

        body = await self._parts.database.write(whole)
        return answer(body)


def _change(
    path: str,
    handler: Handler,
    body: type[msgspec.Struct],
    summary: str,
    *,
    role: str = "agent",
) -> Route:
    return Route(
        method="POST",
        path=_ONE + path,
        handler=handler,
        role=role,
        summary=summary,
        body=body,
        place=TicketPlace,
        replies={200: TicketWithEventsBody},
    )


def _wanted(connection: Connection, ask: Asking, query: TicketsQuery) -> WantedTickets:
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


def _shown(connection: Connection, ask: Asking, number: str) -> TicketWithEventsBody:
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
