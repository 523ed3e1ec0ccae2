"""May this request come in? The roles of the one route table, enforced for all."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from aiohttp import hdrs, web

from bot.errors import (
    NotFoundError,
    NotSignedInError,
    PasswordChangeNeededError,
    RoleNeededError,
)
from connectors.base import JSON, Route
from server.api.access import SHOP, SIGNED_IN, SignedIn, may
from server.auth.parts import Auth
from server.auth.tokens import COOKIE, check_csrf
from server.shops import Shop, Shops
from storage.queries.sessions import SessionRecord
from storage.states import Role

SESSION: Final[web.RequestKey[SessionRecord]] = web.RequestKey("session", SessionRecord)
ROUTES: Final[web.AppKey[Sequence[Route]]] = web.AppKey("routes", Sequence[Route])
"""The whole route table of an application, for whoever checks it."""
OWN_SESSION: Final = "/api/v1/session"
"""Below it a person may go whose password was given to them."""

_OPEN = frozenset({"public", "signed", "buyer"})
"""These routes find out themselves who asks, or do not care."""
_PERSON = "person"
_SAFE = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})
_YEAR = 31_536_000

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Gate:
    """Stands before every handler; knows the role of each route from the table."""

    def __init__(self, *, auth: Auth, shops: Shops) -> None:
        self._auth = auth
        self._shops = shops
        self._routes: dict[web.AbstractRoute, Route] = {}

    def add(self, added: web.AbstractRoute, route: Route) -> None:
        """Guard a route.

        Raises:
            ValueError: its role is unknown, or asks for a shop that the path lacks.
        """
        name = f"{route.method} {route.path}"
        if route.role not in {*_OPEN, _PERSON, *Role}:
            raise ValueError(f"{name}: unknown role {route.role}")
        if route.role in set(Role) and "{shop}" not in route.path:
            raise ValueError(
                f"{name}: the role {route.role} needs {{shop}} in the path"
            )
        self._routes[added] = route

    @web.middleware
    async def check(
        self, request: web.Request, handler: _Handler
    ) -> web.StreamResponse:
        """Let a request through to its handler, or raise why not."""
        route = self._route(request)
        if route is None:
            if request.match_info.http_exception is None:
                # A handler that is not in the table has no role: nobody may call it.
                raise NotFoundError("route", request.path)
        elif route.role not in _OPEN:
            await self._admit(request, route)
        return await handler(request)

    async def dress(self, request: web.Request, response: web.StreamResponse) -> None:
        """Add the headers that keep answers out of caches, frames and other types."""
        route = self._route(request)
        headers = response.headers
        if route is not None and _is_for_people(route):
            headers["Cache-Control"] = "no-store"
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "no-referrer")
        is_page = response.content_type == "text/html"
        if is_page and "Content-Security-Policy" not in headers:
            headers["Content-Security-Policy"] = (
                "default-src 'none'; frame-ancestors 'none'"
            )
        if self._auth.edge.is_https(request):
            headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR}")

    def _route(self, request: web.Request) -> Route | None:
        """Return the line of the table; None where aiohttp itself answers 404 or 405."""
        return self._routes.get(request.match_info.route)

    async def _admit(self, request: web.Request, route: Route) -> None:
        token = request.cookies.get(COOKIE)
        session = await self._auth.sessions.find(token)
        if session is None or token is None:
            raise NotSignedInError
        self._check_source(request, token, takes=route.takes)
        is_own = route.path.startswith(OWN_SESSION)
        if not session.has_own_password and not is_own:
            raise PasswordChangeNeededError
        role = None
        if route.role != _PERSON:
            shop, role = self._membership(request, session)
            if not may(role, needed=Role(route.role)):
                raise RoleNeededError(route.role)
            request[SHOP] = shop
        request[SESSION] = session
        request[SIGNED_IN] = SignedIn(
            person_id=session.person_id,
            user=session.user,
            session_id=session.session_id,
            role=role,
        )

    def _check_source(self, request: web.Request, token: str, *, takes: str) -> None:
        """Refuse what another site's page may have sent with this person's cookie."""
        if request.method not in _SAFE:
            self._auth.edge.check_origin(request)
            check_csrf(request, token)
            require_media(request, takes)
        elif request.headers.get(hdrs.UPGRADE, "").casefold() == "websocket":
            self._auth.edge.check_origin(request, is_needed=True)

    def _membership(
        self, request: web.Request, session: SessionRecord
    ) -> tuple[Shop, Role]:
        """Return the shop of the path and the person's role in it.

        A shop where they do not work is answered like one that does not exist.
        """
        slug = request.match_info["shop"]
        shop = self._shops.find(slug)
        role = None if shop is None else session.roles.get(shop.record.shop_id)
        if shop is None or role is None:
            raise NotFoundError("shop", slug)
        return shop, role


def require_json(request: web.Request) -> None:
    """Refuse a body that is not declared as JSON: what a plain form can send.

    Raises:
        aiohttp.web.HTTPUnsupportedMediaType: it is not.
    """
    require_media(request, JSON)


def require_media(request: web.Request, media: str) -> None:
    """Refuse a body that is declared as something else.

    No form can send these types, and other pages' scripts only after asking us first.

    Raises:
        aiohttp.web.HTTPUnsupportedMediaType: it is.
    """
    if request.can_read_body and request.content_type != media:
        raise web.HTTPUnsupportedMediaType(reason=f"the body must be {media}")


def _is_for_people(route: Route) -> bool:
    return route.role not in _OPEN or route.path.startswith(OWN_SESSION)
