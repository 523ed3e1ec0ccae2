"""An application of some routes in which a given person is signed in."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from connectors.base import Handler, Route
from server.api.access import RANK, SHOP, SIGNED_IN, SignedIn
from server.errors import errors_as_json
from storage.states import Role
from tests.journeys.shop_floor import ShopFloor

Client = TestClient[web.Request, web.Application]


@asynccontextmanager
async def signed_in_as(
    floor: ShopFloor, routes: Sequence[Route], *, person_id: int, role: Role
) -> AsyncIterator[Client]:
    """Serve routes to one person; what their role may not do is a 403."""

    def allowed(route: Route) -> Handler:
        async def handler(request: web.Request) -> web.StreamResponse:
            if RANK[Role(route.role)] > RANK[role]:
                raise web.HTTPForbidden
            request[SHOP] = floor.service.shops.by_slug(request.match_info["shop"])
            request[SIGNED_IN] = SignedIn(
                person_id=person_id, user="lan", session_id=1, role=role
            )
            return await route.handler(request)

        return handler

    app = web.Application(middlewares=[errors_as_json])
    for route in routes:
        app.router.add_route(route.method, route.path, allowed(route))
    async with TestClient(TestServer(app)) as client:
        yield client
