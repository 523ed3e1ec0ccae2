"""What was promised, by whom and until when? People look, and settle what they know."""

from collections.abc import Sequence

from aiohttp import web
from sqlalchemy import Connection

from connectors.base import Route
from server.api.desk.bodies import PromisePlace, PromisesQuery, SettleBody
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
    moment_of,
    place_of,
    query_of,
)
from server.api.desk.views.promises import PromiseBody, PromisesBody, promise_body
from storage.queries.buyers import buyer_names
from storage.queries.promises import PromiseFilter, promise, promises
from storage.repositories.promises import settle_by_person

_LIST = DESK + "/promises"


class Promises:
    """The promises of one shop."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return (
            Route(
                method="GET",
                path=_LIST,
                handler=self.list_promises,
                role="agent",
                summary="Promises with state and due time, oldest first.",
                query=PromisesQuery,
                replies={200: PromisesBody},
            ),
            Route(
                method="POST",
                path=_LIST + "/{promise_id}/kept",
                handler=self.keep,
                role="agent",
                summary="Say that one was kept, and how one knows.",
                body=SettleBody,
                place=PromisePlace,
                replies={200: PromiseBody},
            ),
            Route(
                method="POST",
                path=_LIST + "/{promise_id}/void",
                handler=self.void,
                role="manager",
                summary="Say that there is nothing to keep any more, and why.",
                body=SettleBody,
                place=PromisePlace,
                replies={200: PromiseBody},
            ),
        )

    async def list_promises(self, request: web.Request) -> web.Response:
        """Answer with a page of promises."""
        ask = asking(request, now=self._parts.clock())
        query = query_of(request, PromisesQuery)
        after = id_after(query.after)
        before = (
            None
            if query.due_before is None
            else moment_of(query.due_before, field="due_before")
        )

        def read(connection: Connection) -> PromisesBody:
            found = promises(
                connection,
                ask.shop_id,
                wanted=PromiseFilter(
                    state=query.state,
                    person_id=_person(connection, ask, query.person),
                    order_ref=query.order_id,
                    due_before=before,
                ),
                limit=query.limit + 1,
                after=after,
            )
            shown, is_more = next_of(found, query.limit)
            names = buyer_names(
                connection, ask.shop_id, [one.buyer_id for one in shown]
            )
            return PromisesBody(
                items=[
                    promise_body(
                        one,
                        pack=ask.shop.library.pack,
                        role=ask.role,
                        name=names.get(one.buyer_id),
                    )
                    for one in shown
                ],
                next=id_cursor(shown[-1].promise_id) if is_more else None,
            )

        return answer(await self._parts.database.read(read))

    async def keep(self, request: web.Request) -> web.Response:
        """Mark one as kept; it is written down who did."""
        return await self._settle(request, is_kept=True)

    async def void(self, request: web.Request) -> web.Response:
        """Mark one as void; it is written down who did."""
        return await self._settle(request, is_kept=False)

    async def _settle(self, request: web.Request, *, is_kept: bool) -> web.Response:
        ask = asking(request, now=self._parts.clock())
        promise_id = place_of(request, PromisePlace).promise_id
        body = await body_of(request, SettleBody)
        if not body.reason.strip():
            raise invalid("must not be blank", field="reason")

        def unit(connection: Connection) -> PromiseBody:
            settle_by_person(
                connection,
                ask.shop_id,
                promise_id=promise_id,
                is_kept=is_kept,
                reason=body.reason,
                person_id=ask.person_id,
                now=ask.now,
            )
            settled = promise(connection, ask.shop_id, promise_id)
            names = buyer_names(connection, ask.shop_id, [settled.buyer_id])
            return promise_body(
                settled,
                pack=ask.shop.library.pack,
                role=ask.role,
                name=names.get(settled.buyer_id),
            )

        return answer(await self._parts.database.write(unit))


def _person(connection: Connection, ask: Asking, user: str | None) -> int | None:
    """Return whose promises are asked for; ``me`` is whoever asks."""
    if user is None:
        return None
    if user == "me":
        return ask.person_id
    return colleague_of(connection, ask.shop_id, user=user, field="person")
