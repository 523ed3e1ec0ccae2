"""Where does a request come from? Address, scheme and origin, proxies considered."""

from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from aiohttp import web

from bot.errors import ForgedRequestError
from server.settings import ServerSettings

_SITES = frozenset({"same-origin", "none"})
"""What a browser says of our own page, and of what a person typed."""
_IPV6_HOUSEHOLD = 64
"""Bits of an IPv6 address that one connection is usually given whole."""


class Edge:
    """The way requests come in, as the settings describe it."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings

    def is_https(self, request: web.Request) -> bool:
        """Return whether the browser speaks https, with us or with the proxy."""
        if self._settings.is_behind_https or request.secure:
            return True
        if not self._settings.is_proxy_trusted:
            return False
        return _last(request, "X-Forwarded-Proto") == "https"

    def address(self, request: web.Request) -> str:
        """Return the network address that tries are counted by."""
        peer = "" if request.remote is None else request.remote
        if self._settings.is_proxy_trusted:
            told = _last(request, "X-Forwarded-For")
            peer = peer if told is None else told
        try:
            address = ip_address(peer)
        except ValueError:
            return peer[:64]
        if isinstance(address, IPv6Address):
            household = int(address) >> _IPV6_HOUSEHOLD << _IPV6_HOUSEHOLD
            return str(IPv6Address(household))
        return str(address)

    def check_origin(self, request: web.Request, *, is_needed: bool = False) -> None:
        """Refuse what a browser sends for another site's page.

        Programs that are no browsers say nothing, and nobody can make them send another
        person's cookie. ``is_needed`` asks for an ``Origin`` nevertheless: of sockets,
        which browsers open for any page.

        Raises:
            ForgedRequestError: another page made the request.
        """
        if request.headers.get("Sec-Fetch-Site", "none") not in _SITES:
            raise ForgedRequestError("the request comes from another site")
        origin = request.headers.get("Origin")
        if origin is None and not is_needed:
            return
        if origin is None or not self._is_own(request, origin):
            raise ForgedRequestError("the request comes from another origin")

    def _is_own(self, request: web.Request, origin: str) -> bool:
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        # A page of http must not speak for one of https; the other way does no harm.
        schemes = {"https"} if self.is_https(request) else {"http", "https"}
        is_host = parts.netloc.casefold() == request.host.casefold()
        return parts.scheme in schemes and is_host


def _last(request: web.Request, header: str) -> str | None:
    """Return what the nearest proxy added: all before it is the sender's own word."""
    values = request.headers.getall(header, [])
    return values[-1].rsplit(",", 1)[-1].strip() if values else None
