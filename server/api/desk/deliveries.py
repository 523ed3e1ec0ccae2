"""Which messages could not be delivered, and how much is going on?"""

from collections.abc import Sequence

from aiohttp import web
from sqlalchemy import Connection

from connectors.base import Route
from server.api.desk.bodies import DeliveryPlace
from server.api.desk.conversations import counts_body
from server.api.desk.paging import Page, id_after, id_cursor, next_of
from server.api.desk.parts import DESK, DeskParts, answer, asking, place_of, query_of
from server.api.desk.views.deliveries import (
    DeadLettersBody,
    OverviewBody,
    ResentBody,
    dead_letter_body,
)
from storage.queries.counts import shop_counts
from storage.queries.outbox import dead_letters
from storage.queries.people import agents_on_duty
from storage.repositories.audit import record
from storage.repositories.outbox import send_again

_LIST = DESK + "/dead-letters"


class Deliveries:
    """The dead letters of one shop, and its counts."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return (
            Route(
                method="GET",
                path=DESK + "/overview",
                handler=self.overview,
                role="agent",
                summary="Counts for the start of the day.",
                replies={200: OverviewBody},
            ),
            Route(
                method="GET",
                path=_LIST,
                handler=self.list_letters,
                role="agent",
                summary="Messages given up after many tries, oldest first.",
                query=Page,
                replies={200: DeadLettersBody},
            ),
            Route(
                method="POST",
                path=_LIST + "/{delivery_id}/resend",
                handler=self.resend,
                role="manager",
                summary="Send a dead letter again.",
                place=DeliveryPlace,
                replies={200: ResentBody},
            ),
        )

    async def overview(self, request: web.Request) -> web.Response:
        """Answer with the shop's counts."""
        ask = asking(request, now=self._parts.clock())

        def read(connection: Connection) -> OverviewBody:
            counts = shop_counts(connection, ask.shop_id)
            return OverviewBody(
                conversations=counts_body(connection, ask),
                open_tickets=counts.open_tickets,
                breached_tickets=counts.breached_tickets,
                planned_follow_ups=counts.planned_follow_ups,
                dead_letters=counts.dead_letters,
                agents_on_duty=agents_on_duty(connection, ask.shop_id),
            )

        return answer(await self._parts.database.read(read))

    async def list_letters(self, request: web.Request) -> web.Response:
        """Answer with a page of dead letters."""
        ask = asking(request, now=self._parts.clock())
        query = query_of(request, Page)
        after = id_after(query.after)
        found = await self._parts.database.read(
            lambda connection: dead_letters(
                connection, ask.shop_id, limit=query.limit + 1, after=after
            )
        )
        shown, is_more = next_of(found, query.limit)
        return answer(
            DeadLettersBody(
                items=[dead_letter_body(one, role=ask.role) for one in shown],
                next=id_cursor(shown[-1].delivery_id) if is_more else None,
            )
        )

    async def resend(self, request: web.Request) -> web.Response:
        """Make a dead letter due now; it is written down who did."""
        ask = asking(request, now=self._parts.clock())
        delivery_id = place_of(request, DeliveryPlace).delivery_id

        def unit(connection: Connection) -> None:
            send_again(connection, ask.shop_id, delivery_id=delivery_id, now=ask.now)
            record(
                connection,
                ask.shop_id,
                action="delivery.resent",
                subject=f"delivery:{delivery_id}",
                now=ask.now,
                person_id=ask.person_id,
            )

        await self._parts.database.write(unit)
        self._parts.sent()
        return answer(ResentBody(id=delivery_id))
