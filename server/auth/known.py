"""Has somebody logged in from this browser before? Then strangers do not lock them out.

A browser that somebody has logged in from keeps a signed value of its own for them. Its
failures are counted apart, by the same limits: what is tried from elsewhere neither
uses them up nor locks it. The value proves no login, and opens nothing.
"""

import base64
import hmac
import secrets
from collections.abc import Callable

from aiohttp import web

COOKIE = "xiaoer_known"
_PATH = "/api/v1/session"
_AGE_SECONDS = 365 * 24 * 3600
_NONCE_BYTES = 16
_LONGEST = 128


class KnownBrowsers:
    """Signs and reads what a browser keeps; nothing is stored on this side."""

    def __init__(self, fingerprint: Callable[[str], bytes]) -> None:
        """Take a keyed hash: nobody else can make what it returns."""
        self._fingerprint = fingerprint

    def find(self, request: web.Request, *, user: str) -> str | None:
        """Return which browser of this person asks; None: one that is not known."""
        given = request.cookies.get(COOKIE, "")
        if len(given) > _LONGEST or not given.isascii():
            return None
        nonce, _, signature = given.partition(".")
        is_ours = hmac.compare_digest(signature, self._sign(nonce, user=user))
        return nonce if is_ours else None

    def remember(self, response: web.Response, *, user: str, is_https: bool) -> None:
        """Let the browser know that this person has logged in from it."""
        nonce = secrets.token_urlsafe(_NONCE_BYTES)
        response.set_cookie(
            COOKIE,
            f"{nonce}.{self._sign(nonce, user=user)}",
            path=_PATH,
            max_age=_AGE_SECONDS,
            httponly=True,
            samesite="Strict",
            secure=is_https,
        )

    def _sign(self, nonce: str, *, user: str) -> str:
        signed = self._fingerprint(f"known browser\0{nonce}\0{user}")
        return base64.urlsafe_b64encode(signed).rstrip(b"=").decode()
