"""Which HTTP application stands over the running parts? The one table of all routes."""

from collections.abc import Sequence

from aiohttp import web

from connectors.base import Route, Stoppable
from server.api.desk.personal import Personal
from server.api.desk.revealing import Revealing
from server.api.health import Health
from server.api.openapi import openapi_route
from server.api.pages import Pages
from server.api.people import People
from server.api.session import OwnSession
from server.api.widget import Keeping, Widget
from server.api.workbench import Workbench
from server.app import Service
from server.auth.middleware import ROUTES, Gate
from server.errors import errors_as_json

_LARGEST_BODY = 64 * 1024
"""Bytes of a request's body (contracts.md: 413 over 64 KiB)."""


def make_application(service: Service) -> web.Application:
    """Return the HTTP application over running parts."""
    routes = all_routes(service)
    gate = Gate(auth=service.auth, shops=service.shops)
    app = web.Application(
        middlewares=[errors_as_json, gate.check], client_max_size=_LARGEST_BODY
    )
    app.on_response_prepare.append(gate.dress)
    app[ROUTES] = (*routes, openapi_route(routes))
    for route in app[ROUTES]:
        added = app.router.add_route(route.method, route.path, route.handler)
        gate.add(added, route)
    app.on_shutdown.append(lambda _: _close_sockets(service))
    return app


async def _close_sockets(service: Service) -> None:
    """Close the connections that last, while what they need still runs."""
    for connector in service.connectors.values():
        if isinstance(connector, Stoppable):
            await connector.stop()
    await service.desk.stop()


def all_routes(service: Service) -> Sequence[Route]:
    """Return the one route table: of the connectors, then our own."""
    return (
        *(
            route
            for connector in service.connectors.values()
            for route in connector.routes(service.host)
        ),
        *Health(
            database=service.database,
            shops=service.shops,
            metrics=service.metrics,
            clock=service.clock,
        ).routes(),
        *Revealing(database=service.database, clock=service.clock).routes(),
        *Personal(
            database=service.database,
            settings=service.settings,
            changed=service.forget,
            clock=service.clock,
        ).routes(),
        *Pages(
            shops=service.shops, database=service.database, clock=service.clock
        ).routes(),
        *OwnSession(
            auth=service.auth,
            database=service.database,
            shops=service.shops,
            clock=service.clock,
        ).routes(),
        *People(
            auth=service.auth,
            database=service.database,
            shops=service.shops,
            clock=service.clock,
        ).routes(),
        *service.desk.routes(),
        *Workbench().routes(),
        *Widget(
            shops=service.shops,
            keeping=Keeping(
                message_days=service.settings.retention.messages_days,
                picture_days=service.settings.retention.media_days,
            ),
        ).routes(),
    )
