"""The life of one socket: hello, what the buyer sends, what the buyer must see."""

import asyncio
from collections.abc import Callable
from enum import IntEnum

import structlog
from aiohttp import WSMsgType, web

from bot.errors import (
    InvalidPayloadError,
    InvalidSignatureError,
    RateLimitedError,
)
from connectors.chat import ChatHost, ChatShop
from connectors.web_chat import wire
from connectors.web_chat.handling import Incoming
from connectors.web_chat.identity import named_by
from connectors.web_chat.limits import ChatLimits, Pace
from connectors.web_chat.watching import Watching

_log = structlog.get_logger(__name__)
_LARGEST_FRAME = 16 * 1024
_CLOSE_SECONDS = 2.0
"""How long a polite good-bye may take."""
_BUFFER = 16 * 1024
"""Bytes on their way to a reader before we wait for it."""


class Close(IntEnum):
    """Why a socket is closed (chat.md)."""

    STOPPING = 1001
    BROKEN = 1011
    NOT_UNDERSTOOD = 4400
    WRONG_HASH = 4401
    WRONG_ORIGIN = 4403
    NO_SHOP = 4404
    TOO_SLOW = 4408
    TOO_MANY = 4429


class SlowReaderError(Exception):
    """The other side takes nothing of what it is sent."""


class ChatSocket:
    """One open window; reads in the handler's task, writes whenever there is news."""

    __slots__ = (
        "__weakref__",
        "_address",
        "_begin",
        "_host",
        "_limits",
        "_transport",
        "_watching",
        "_ws",
    )

    def __init__(
        self,
        host: ChatHost,
        *,
        limits: ChatLimits,
        address: str,
        begin: Callable[[], None],
    ) -> None:
        """Make a socket; ``begin`` counts the new conversations of its address."""
        self._begin = begin
        self._host = host
        self._limits = limits
        self._address = address
        self._transport: asyncio.Transport | None = None
        self._watching: Watching | None = None
        self._ws = web.WebSocketResponse(
            timeout=_CLOSE_SECONDS,
            heartbeat=limits.heartbeat_seconds or None,
            compress=False,
            max_msg_size=_LARGEST_FRAME,
            writer_limit=_BUFFER,
            decode_text=False,
        )

    async def open(self, request: web.Request) -> web.WebSocketResponse:
        """Accept the socket; whatever is refused is refused with a close code."""
        await self._ws.prepare(request)
        self._transport = request.transport
        return self._ws

    async def serve(self, shop: ChatShop) -> None:
        """Serve until either side ends it; no error leaves."""
        try:
            await self._serve(shop)
        except (SlowReaderError, ConnectionError):
            self._give_up()
        except Exception as error:  # noqa: BLE001 - the edge: logged in full, told in one line
            code, name, words = _told(error)
            if code is Close.BROKEN:
                _log.exception("chat.failed", address=self._address)
            await self.refuse(code, name, words)
        finally:
            if self._watching is not None:
                await self._watching.stop()

    async def refuse(self, code: Close, name: str, message: str) -> None:
        """Say why, and close."""
        try:
            await self._send(wire.failed(name, message))
            await self.close(code)
        except (SlowReaderError, ConnectionError, RuntimeError):
            self._give_up()

    async def close(self, code: Close) -> None:
        """Close the socket from our side."""
        await self._ws.close(code=code)

    async def _serve(self, shop: ChatShop) -> None:
        async with asyncio.timeout(self._limits.hello_seconds):
            raw = await self._receive()
        if raw is None:
            return
        hello = wire.parse(raw, text_limit=self._limits.text_limit)
        if not isinstance(hello, wire.Hello):
            raise InvalidPayloadError("hello comes first", connector=wire.NAME)
        buyer = await self._host.enter(
            shop.slug, token=hello.token, named=named_by(hello, secret=shop.secret)
        )
        watching = self._watching = Watching(
            self._host, buyer, send=self._send, give_up=self._give_up
        )
        await self._send(
            wire.welcome(shop, token=buyer.token, is_identified=buyer.is_identified)
        )
        await watching.start(after=hello.after)
        incoming = Incoming(self._host, shop, watching, hello=hello, begin=self._begin)
        await self._read_on(incoming)

    async def _read_on(self, incoming: Incoming) -> None:
        pace = Pace()
        loop = asyncio.get_running_loop()
        while (raw := await self._receive()) is not None:
            if not pace.allows(loop.time()):
                await self.refuse(Close.TOO_MANY, "rate_limited", "too many frames")
                return
            try:
                frame = wire.parse(raw, text_limit=self._limits.text_limit)
                await incoming.take(frame)
            except wire.RefusedFrameError as error:
                await self._send(_refusal(error))

    async def _receive(self) -> bytes | None:
        """Return the next frame, None when the socket has ended.

        Raises:
            InvalidPayloadError: it is no text.
        """
        message = await self._ws.receive()
        if message.type is WSMsgType.TEXT:
            data: bytes = message.data
            return data
        if message.type is WSMsgType.BINARY:
            raise InvalidPayloadError("frames are text", connector=wire.NAME)
        return None

    async def _send(self, data: bytes) -> None:
        """Send one frame.

        Raises:
            SlowReaderError: the buyer's side does not take what it is sent.
        """
        try:
            async with asyncio.timeout(self._limits.send_seconds):
                await self._ws.send_frame(data, WSMsgType.TEXT)
        except TimeoutError as error:
            raise SlowReaderError from error

    def _give_up(self) -> None:
        """End a socket whose reader takes nothing, without waiting for it."""
        if self._transport is not None:
            self._transport.abort()


def _told(error: Exception) -> tuple[Close, str, str]:
    """Return how an error is told: close code, name and words."""
    match error:
        case InvalidSignatureError():
            return Close.WRONG_HASH, "wrong_user_hash", str(error)
        case InvalidPayloadError():
            return Close.NOT_UNDERSTOOD, "not_understood", str(error)
        case RateLimitedError():
            return Close.TOO_MANY, "rate_limited", str(error)
        case TimeoutError():
            return Close.TOO_SLOW, "too_slow", "nothing came in time"
        case _:
            return Close.BROKEN, "internal", "an internal error; see the log"


def _refusal(error: wire.RefusedFrameError) -> bytes:
    return wire.refused(
        error.client_id, code="invalid_field", message=str(error), field=error.field
    )
