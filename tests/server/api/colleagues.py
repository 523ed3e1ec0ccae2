"""People at their desks in tests: logged in by a session of the real gate."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from aiohttp import ClientWebSocketResponse, web
from aiohttp.test_utils import TestClient
from sqlalchemy import Connection

from server.auth.tokens import COOKIE, CSRF_HEADER, csrf_token, hash_of, new_token
from storage.repositories.people import add_person, grant
from storage.repositories.sessions import open_session
from storage.states import Role
from tests.journeys.shop_floor import SLUG, ShopFloor

DESK = f"/api/v1/desk/{SLUG}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer of the server."""

    status: int
    body: Any

    @property
    def code(self) -> str:
        """The code of an error."""
        code: str = self.body["error"]["code"]
        return code

    @property
    def field(self) -> str | None:
        """The field that an error names."""
        field: str | None = self.body["error"].get("field")
        return field


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """One person with an open browser."""

    client: TestClient[web.Request, web.Application]
    token: str
    person_id: int
    user: str

    @property
    def headers(self) -> dict[str, str]:
        """What the browser and our page send with each request."""
        return {
            "Cookie": f"{COOKIE}={self.token}",
            CSRF_HEADER: csrf_token(self.token),
        }

    async def get(self, path: str, **query: Any) -> Answer:
        """Read something of the desk."""
        return await self.ask("GET", path, params=query)

    async def post(self, path: str, **body: Any) -> Answer:
        """Change something of the desk."""
        return await self.ask("POST", path, json=body)

    async def put(self, path: str, **body: Any) -> Answer:
        """Replace something of the desk."""
        return await self.ask("PUT", path, json=body)

    async def ask(
        self, method: str, path: str, *, desk: str = DESK, **more: Any
    ) -> Answer:
        """Send one request."""
        headers = {**self.headers, **more.pop("headers", {})}
        response = await self.client.request(
            method, desk + path, headers=headers, **more
        )
        raw = await response.read()
        return Answer(
            status=response.status, body=msgspec.json.decode(raw) if raw else None
        )

    async def open_desk(
        self, cursor: str | None = None, **headers: str
    ) -> ClientWebSocketResponse:
        """Open the live socket and say hello."""
        origin = str(self.client.make_url("")).rstrip("/")
        socket = await self.client.ws_connect(
            f"/ws/desk/{SLUG}", headers={**self.headers, "Origin": origin, **headers}
        )
        await socket.send_json({"type": "hello", "cursor": cursor})
        return socket


async def employ(
    floor: ShopFloor,
    user: str = "lan",
    *,
    role: Role = Role.AGENT,
    shop_id: int | None = None,
) -> Colleague:
    """Let somebody work in the shop (None: the story's) and log them in."""
    token, now = new_token(), floor.clock()

    def unit(connection: Connection) -> int:
        person_id = add_person(
            connection,
            user=user,
            password_hash="-",
            now=now,
            password_changed_at=now,
        )
        grant(
            connection,
            floor.shop_id if shop_id is None else shop_id,
            person_id=person_id,
            role=role,
        )
        open_session(
            connection,
            person_id=person_id,
            token_hash=hash_of(token),
            now=now,
            expires_at=now + timedelta(days=30),
        )
        return person_id

    person_id = await floor.service.database.write(unit)
    return Colleague(client=floor.client, token=token, person_id=person_id, user=user)
