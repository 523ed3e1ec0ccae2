"""Which pages may speak with us? Our own, and those that the shop has allowed."""

from urllib.parse import urlsplit

from aiohttp import web

from connectors.chat import ChatShop


def peer(request: web.Request) -> str:
    """Return the address at the other end of the connection: a proxy's, behind one."""
    return request.remote or ""


def allowed_origin(request: web.Request, shop: ChatShop) -> str | None:
    """Return the origin of the calling page, None when it may not speak with us."""
    origin = request.headers.get("Origin")
    if origin is None:
        return None
    is_ours = _host_of(origin) == request.host.lower()
    return origin if is_ours or origin in shop.origins else None


def _host_of(origin: str) -> str | None:
    """Return host and port of an http(s) origin, without a port that is implied."""
    try:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or parts.path or parts.query:
            return None
        return parts.netloc.lower()
    except ValueError:
        return None
