"""The HTTP edge in front of a connector, as server/app.py builds it, over a fake host."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from connectors.base import Connector
from connectors.registry import CONNECTORS, Parts
from connectors.signed_http.signature import signed_headers
from connectors.web_chat.limits import ChatLimits
from connectors.web_chat.origins import peer
from server.errors import errors_as_json
from tests.connectors.platforms import FakeHost, fixed_clock
from tests.factories import NOW

SHOP = "/api/v1/shops/demo"


@dataclass(slots=True)
class Edge:
    """A connector under test with the client that calls it."""

    client: TestClient[web.Request, web.Application]
    connector: Connector
    host: FakeHost
    numbers: int = field(default=0)

    async def call(
        self,
        method: str,
        target: str,
        *,
        body: bytes = b"",
        secret: bytes | None = None,
        at: datetime = NOW,
        headers: Mapping[str, str] | None = None,
    ) -> ClientResponse:
        """Send a signed request; a GET signs its target, others their body."""
        signed = signed_headers(
            self.host.account.secret if secret is None else secret,
            now=at,
            payload=target.encode() if method == "GET" else body,
        )
        return await self.client.request(
            method, target, data=body, headers=signed if headers is None else headers
        )

    async def say(
        self, target: str = f"{SHOP}/messages", **body: Any
    ) -> ClientResponse:
        """POST a signed message."""
        return await self.call("POST", target, body=message_bytes(**body))


def message_bytes(**changes: Any) -> bytes:
    """The body of a valid message."""
    body = {"message_id": "m-1", "buyer_id": "b-1", "text": "在吗", **changes}
    return json.dumps(body).encode()


async def fault_of(response: ClientResponse) -> dict[str, str]:
    """The error in a response, which must have the form of the contract."""
    body = await response.json()
    assert set(body) == {"error"}
    assert {"code", "message"} <= set(body["error"]) <= {"code", "message", "field"}
    assert response.headers["X-Request-Id"]
    return dict(body["error"])


@asynccontextmanager
async def edge_of(
    name: str,
    *,
    host: FakeHost | None = None,
    timeout_seconds: float = 5.0,
    chat: ChatLimits | None = None,
    address: Callable[[web.Request], str] = peer,
) -> AsyncIterator[Edge]:
    """Serve one connector of the registry."""
    served = FakeHost() if host is None else host
    async with aiohttp.ClientSession() as session:
        connector = CONNECTORS[name](
            Parts(
                session=session,
                clock=fixed_clock(NOW),
                text_limit=5000,
                callback_timeout_seconds=timeout_seconds,
                chat=ChatLimits() if chat is None else chat,
                address=address,
            )
        )
        app = web.Application(middlewares=[errors_as_json], client_max_size=64 * 1024)
        for route in connector.routes(served):
            app.router.add_route(route.method, route.path, route.handler)
        async with TestClient(TestServer(app)) as client:
            yield Edge(client=client, connector=connector, host=served)
