"""A person's browser in tests: keeps its cookie, and sends what our page would send."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from aiohttp import web
from aiohttp.test_utils import TestClient
from multidict import CIMultiDictProxy
from sqlalchemy import Connection

from server.auth.known import COOKIE as KNOWN
from server.auth.tokens import COOKIE, CSRF_HEADER, csrf_token, hash_of, new_token
from server.passwords import hash_password
from storage.queries.audit import audit
from storage.repositories.people import add_person, grant
from storage.repositories.sessions import open_session
from storage.states import Role
from tests.journeys.shop_floor import ShopFloor

PASSWORD = "correct horse battery"
_HASH = hash_password(PASSWORD)
SESSION = "/api/v1/session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One answer of the server."""

    status: int
    headers: CIMultiDictProxy[str]
    body: Any
    """None: there was none, or no JSON."""
    cookie: str | None
    """``Set-Cookie`` as it was sent."""

    @property
    def code(self) -> str | None:
        """The code of an error, None when it is none."""
        if self.status < 400 or self.body is None:
            return None
        code: str = self.body["error"]["code"]
        return code


class Browser:
    """One browser: its own cookie, its own page."""

    def __init__(
        self,
        client: TestClient[web.Request, web.Application],
        *,
        token: str | None = None,
    ) -> None:
        self._client = client
        self.token = token
        self.known: str | None = None

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        with_csrf: bool = True,
    ) -> Told:
        """Send a request as our own page does."""
        sent = {} if headers is None else dict(headers)
        kept = {COOKIE: self.token, KNOWN: self.known}
        cookies = [f"{name}={it}" for name, it in kept.items() if it is not None]
        if cookies:
            sent["Cookie"] = "; ".join(cookies)
        if self.token is not None and with_csrf:
            sent.setdefault(CSRF_HEADER, csrf_token(self.token))
        self._client.session.cookie_jar.clear()
        response = await self._client.request(
            method, path, json=body, headers=sent, allow_redirects=False
        )
        raw = await response.read()
        is_json = response.content_type == "application/json"
        if COOKIE in response.cookies:
            self.token = response.cookies[COOKIE].value or None
        if KNOWN in response.cookies:
            self.known = response.cookies[KNOWN].value
        return Told(
            status=response.status,
            headers=response.headers,
            body=msgspec.json.decode(raw) if is_json else None,
            cookie=response.headers.get("Set-Cookie"),
        )

    async def log_in(
        self, user: str, password: str = PASSWORD, *, code: str | None = None
    ) -> Told:
        """Log in, with a code when one is given."""
        body = {"user": user, "password": password}
        if code is not None:
            body["code"] = code
        return await self.ask("POST", SESSION, body)


async def employ(
    floor: ShopFloor,
    user: str,
    role: Role = Role.AGENT,
    *,
    shop_id: int | None = None,
    has_own_password: bool = True,
) -> int:
    """Let somebody work in the shop, with the password of all tests; return their id."""
    now = floor.clock()

    def unit(connection: Connection) -> int:
        person_id = add_person(
            connection,
            user=user,
            password_hash=_HASH,
            now=now,
            password_changed_at=now if has_own_password else None,
        )
        shop = floor.shop_id if shop_id is None else shop_id
        grant(connection, shop, person_id=person_id, role=role)
        return person_id

    return await floor.service.database.write(unit)


async def signed_in(
    floor: ShopFloor, person_id: int, *, lasts: timedelta = timedelta(hours=8)
) -> Browser:
    """Return a browser in which somebody is logged in already."""
    token, now = new_token(), floor.clock()
    await floor.service.database.write(
        lambda connection: open_session(
            connection,
            person_id=person_id,
            token_hash=hash_of(token),
            now=now,
            expires_at=now + lasts,
        )
    )
    return Browser(floor.client, token=token)


async def actions(floor: ShopFloor) -> list[str]:
    """What was written down about people, oldest first."""
    rows = await floor.service.database.read(
        lambda connection: audit(connection, floor.shop_id)
    )
    return [row.action for row in reversed(rows)]
