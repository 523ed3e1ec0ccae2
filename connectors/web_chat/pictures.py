"""How does a picture come in and go out? Bounded, decoded in a thread, served plainly."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Final

import msgspec
from aiohttp import web

from bot.errors import (
    AssistantError,
    BusyError,
    InvalidPayloadError,
    InvalidSignatureError,
    NotFoundError,
    RateLimitedError,
)
from connectors.chat import ChatHost, ChatShop, EncodedPicture
from connectors.web_chat import images
from connectors.web_chat.limits import ChatLimits, PerMinute
from connectors.web_chat.origins import allowed_origin
from connectors.web_chat.wire import NAME

_NAME = re.compile(r"[0-9a-f]{32}\.(?:jpg|png)")
_CHUNK = 64 * 1024
_MOST_WAITING = 8
"""Pictures whose bytes are here and that are not decoded yet."""
_BEARER = "Bearer "
_SHOWN: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": "inline",
    "Cache-Control": "private, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
}


class PictureBody(msgspec.Struct):
    """The answer to a picture."""

    picture: str


class FaultDetail(msgspec.Struct, omit_defaults=True):
    """What is wrong, in the form of every error."""

    code: str
    message: str
    field: str | None = None


class FaultBody(msgspec.Struct):
    """An error that a page of another origin may read."""

    error: FaultDetail


class Pictures:
    """The two routes of pictures, and the question that browsers ask before one."""

    def __init__(
        self,
        host: ChatHost,
        *,
        limits: ChatLimits,
        address: Callable[[web.Request], str],
    ) -> None:
        self._address = address
        self._host = host
        self._limits = limits
        # One alone takes some hundred MB while it is decoded.
        self._decoding = asyncio.Lock()
        self._waiting = 0
        self._arrivals = PerMinute(limits.new_per_address)

    async def ask(self, request: web.Request) -> web.Response:
        """Answer a browser that asks whether a page may send pictures (CORS)."""
        shop = self._shop(request)
        return web.Response(
            status=HTTPStatus.NO_CONTENT,
            headers={
                **_readable_by(request, shop),
                "Access-Control-Allow-Methods": "POST",
                "Access-Control-Allow-Headers": "Authorization, Content-Type",
                "Access-Control-Max-Age": "600",
            },
        )

    async def take(self, request: web.Request) -> web.Response:
        """Store the picture in the body and answer with its address."""
        shop = self._shop(request)
        headers = _readable_by(request, shop)
        try:
            address = await self._take(request, shop)
        except AssistantError as error:
            return _fault(error, headers)
        except web.HTTPRequestEntityTooLarge:
            return _said(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "too large", headers
            )
        except TimeoutError:
            return _said(
                HTTPStatus.REQUEST_TIMEOUT, "too_slow", "came too slowly", headers
            )
        return web.Response(
            body=msgspec.json.encode(PictureBody(picture=address)),
            status=HTTPStatus.CREATED,
            content_type="application/json",
            headers=headers,
        )

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Answer with a picture, to whoever knows its name."""
        name = request.match_info["name"]
        found = None
        if _NAME.fullmatch(name) is not None:
            found = await self._host.picture(name)
        if found is None:
            raise NotFoundError("picture", name)
        return web.FileResponse(
            found.path, headers={**_SHOWN, "Content-Type": found.content_type}
        )

    async def _take(self, request: web.Request, shop: ChatShop) -> str:
        token = _token_of(request)
        is_known = await self._host.admit_picture(shop.slug, token=token)
        if not is_known:
            self._arrivals.check(self._address(request), at=time.monotonic())
        async with asyncio.timeout(self._limits.picture_seconds):
            raw = await self._read(request)
        picture = await self._encoded(raw)
        return await self._host.keep_picture(shop.slug, token=token, picture=picture)

    async def _encoded(self, raw: bytes) -> EncodedPicture:
        """Return the picture encoded anew, one after the other.

        Raises:
            BusyError: too many wait, or this one has waited too long.
        """
        pause = timedelta(seconds=self._limits.decode_seconds)
        if self._waiting >= _MOST_WAITING:
            raise BusyError(pause)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._limits.decode_seconds):
                await self._decoding.acquire()
        except TimeoutError as error:
            raise BusyError(pause) from error
        finally:
            self._waiting -= 1
        return await asyncio.shield(self._decode(raw))

    async def _decode(self, raw: bytes) -> EncodedPicture:
        """Hold the lock until the thread ends: a browser that leaves frees nothing."""
        try:
            return await asyncio.to_thread(
                images.encode, raw, most_pixels=self._limits.picture_pixels
            )
        finally:
            self._decoding.release()

    async def _read(self, request: web.Request) -> bytes:
        """Return the body; the limit of other routes does not hold for a stream."""
        most = self._limits.picture_bytes
        if request.content_length is not None and request.content_length > most:
            raise web.HTTPRequestEntityTooLarge(
                max_size=most, actual_size=request.content_length
            )
        raw = bytearray()
        while chunk := await request.content.read(_CHUNK):
            raw += chunk
            if len(raw) > most:
                raise web.HTTPRequestEntityTooLarge(max_size=most, actual_size=len(raw))
        if not raw:
            raise InvalidPayloadError("is empty", connector=NAME, field="picture")
        return bytes(raw)

    def _shop(self, request: web.Request) -> ChatShop:
        slug = request.match_info["shop"]
        shop = self._host.shop(slug)
        if shop is None:
            raise NotFoundError("shop", slug)
        return shop


def _token_of(request: web.Request) -> str:
    given = request.headers.get("Authorization", "")
    return given.removeprefix(_BEARER) if given.startswith(_BEARER) else ""


def _readable_by(request: web.Request, shop: ChatShop) -> dict[str, str]:
    """Return the headers by which an allowed page may read the answer."""
    origin = allowed_origin(request, shop)
    if origin is None:
        return {"Vary": "Origin"}
    return {"Vary": "Origin", "Access-Control-Allow-Origin": origin}


def _fault(error: AssistantError, headers: dict[str, str]) -> web.Response:
    match error:
        case InvalidSignatureError():
            status, code = HTTPStatus.UNAUTHORIZED, "wrong_token"
        case RateLimitedError():
            seconds = max(1, -int(-error.retry_after.total_seconds() // 1))
            status, code = HTTPStatus.TOO_MANY_REQUESTS, "rate_limited"
            headers = {**headers, "Retry-After": str(seconds)}
        case InvalidPayloadError():
            status, code = HTTPStatus.BAD_REQUEST, "invalid_field"
        case _:
            raise error
    return _said(status, code, str(error), headers, getattr(error, "field", None))


def _said(
    status: HTTPStatus,
    code: str,
    message: str,
    headers: dict[str, str],
    field: str | None = None,
) -> web.Response:
    body = FaultBody(FaultDetail(code=code, message=message, field=field))
    return web.Response(
        body=msgspec.json.encode(body),
        status=status,
        content_type="application/json",
        headers=headers,
    )
