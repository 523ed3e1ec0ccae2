"""What is known of items and orders?"""

from collections.abc import Sequence

from aiohttp import web
from sqlalchemy import Connection

from connectors.base import Route
from server.api.desk.bodies import ItemPlace, OrderPlace
from server.api.desk.paging import Page, next_of, text_after, text_cursor
from server.api.desk.parts import DESK, DeskParts, answer, asking, place_of, query_of
from server.api.desk.views.facts import (
    DeskItemBody,
    DeskItemsBody,
    OrderWithEventsBody,
    item_body,
    order_body,
    order_event_body,
)
from storage.queries.buyers import buyers_by_ref
from storage.queries.fact_lists import (
    items_after,
    known_item,
    known_order,
    order_events,
)


class Facts:
    """The facts of one shop."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return (
            Route(
                method="GET",
                path=DESK + "/items",
                handler=self.list_items,
                role="agent",
                summary="Items; the floor price is null for agents.",
                query=Page,
                replies={200: DeskItemsBody},
            ),
            Route(
                method="GET",
                path=DESK + "/items/{item_id}",
                handler=self.show_item,
                role="agent",
                summary="One item; the floor price is null for agents.",
                place=ItemPlace,
                replies={200: DeskItemBody},
            ),
            Route(
                method="GET",
                path=DESK + "/orders/{order_id}",
                handler=self.show_order,
                role="agent",
                summary="One order and what happened to it.",
                place=OrderPlace,
                replies={200: OrderWithEventsBody},
            ),
        )

    async def list_items(self, request: web.Request) -> web.Response:
        """Answer with a page of items."""
        ask = asking(request, now=self._parts.clock())
        query = query_of(request, Page)
        after = text_after(query.after)
        found = await self._parts.database.read(
            lambda connection: items_after(
                connection, ask.shop_id, after=after, limit=query.limit + 1
            )
        )
        shown, is_more = next_of(found, query.limit)
        return answer(
            DeskItemsBody(
                items=[item_body(one, role=ask.role) for one in shown],
                next=text_cursor(shown[-1].item_id) if is_more else None,
            )
        )

    async def show_item(self, request: web.Request) -> web.Response:
        """Answer with one item."""
        ask = asking(request, now=self._parts.clock())
        item_id = place_of(request, ItemPlace).item_id
        found = await self._parts.database.read(
            lambda connection: known_item(connection, ask.shop_id, item_id)
        )
        return answer(item_body(found, role=ask.role))

    async def show_order(self, request: web.Request) -> web.Response:
        """Answer with one order and its history."""
        ask = asking(request, now=self._parts.clock())
        order_id = place_of(request, OrderPlace).order_id

        def read(connection: Connection) -> OrderWithEventsBody:
            told = known_order(connection, ask.shop_id, order_id)
            known = buyers_by_ref(connection, ask.shop_id, told.order.buyer_ref)
            name = next((one.name for one in known if one.name is not None), None)
            events = order_events(connection, ask.shop_id, order_row_id=told.row_id)
            return OrderWithEventsBody(
                order=order_body(told, role=ask.role, name=name),
                events=[
                    order_event_body(event, role=ask.role, name=name)
                    for event in events
                ],
            )

        return answer(await self._parts.database.read(read))
