"""What proves a login? A random token, and what pages of ours derive from it."""

import hashlib
import hmac
import secrets

from aiohttp import web

from bot.errors import ForgedRequestError

COOKIE = "xiaoer_session"
CSRF_HEADER = "X-CSRF-Token"
_BYTES = 32
_PURPOSE = b"xiaoer csrf"


def new_token() -> str:
    """Return a token of 256 random bits."""
    return secrets.token_urlsafe(_BYTES)


def hash_of(token: str) -> bytes:
    """Return what the database keeps of a token; nobody finds the token from it."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def csrf_token(token: str) -> str:
    """Return what our page sends with each change, and no other page can know."""
    key = token.encode("utf-8", "surrogateescape")
    return hmac.new(key, _PURPOSE, hashlib.sha256).hexdigest()


def check_csrf(request: web.Request, token: str) -> None:
    """Refuse a change that our own page did not ask for.

    Raises:
        ForgedRequestError: the header is missing or wrong.
    """
    given = request.headers.get(CSRF_HEADER, "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(given, csrf_token(token).encode()):
        raise ForgedRequestError(f"{CSRF_HEADER} is missing or wrong")


def set_cookie(response: web.Response, token: str, *, is_https: bool) -> None:
    """Give the token to the browser: for our own pages, and never for scripts."""
    response.set_cookie(
        COOKIE, token, path="/", httponly=True, samesite="Strict", secure=is_https
    )


def clear_cookie(response: web.Response, *, is_https: bool) -> None:
    """Take the token back from the browser."""
    response.del_cookie(
        COOKIE, path="/", httponly=True, samesite="Strict", secure=is_https
    )
