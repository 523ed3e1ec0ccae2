"""How to ask a server cheaply: a signed request as bytes, over one kept connection.

The generator shares two cores with what it measures, so this client does nothing that
the measurement does not need: no redirects, no cookies, no chunked bodies.
"""

import asyncio
import hmac
import time
from dataclasses import dataclass
from typing import Self, cast

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes


def sign(secret: bytes, *, timestamp: str, body: bytes) -> str:
    """Return the signature of docs' signed channel for a body or a request target."""
    digest = hmac.digest(secret, timestamp.encode() + b"." + body, "sha256")
    return "sha256=" + digest.hex()


def signed_post(path: str, body: bytes, *, secret: bytes) -> bytes:
    """Return the bytes of a POST signed for this second."""
    timestamp = str(int(time.time()))
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"X-Xiaoer-Timestamp: {timestamp}\r\n"
        f"X-Xiaoer-Signature: {sign(secret, timestamp=timestamp, body=body)}\r\n\r\n"
    )
    return head.encode() + body


def _read_answer(buffer: bytes | bytearray) -> tuple[Answer, bool] | None:
    """Return the answer and whether the connection stays open; None: incomplete."""
    end = buffer.find(_HEAD_END)
    if end < 0:
        return None
    head = bytes(buffer[:end]).lower()
    place = head.find(_LENGTH)
    if place < 0:
        raise ConnectionError("an answer without Content-Length")
    line_end = head.find(b"\r", place)
    length_text = head[place + len(_LENGTH) : line_end if line_end >= 0 else None]
    start = end + len(_HEAD_END)
    stop = start + int(length_text)
    if len(buffer) < stop:
        return None
    answer = Answer(status=int(head[9:12]), body=bytes(buffer[start:stop]))
    return answer, b"\r\nconnection: close" not in head


class Connection(asyncio.Protocol):
    """One kept-alive connection that carries one request at a time."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._transport: asyncio.WriteTransport | None = None
        self._waiter: asyncio.Future[Answer] | None = None

    @classmethod
    async def open(cls, host: str, port: int) -> Self:
        """Connect.

        Raises:
            OSError: nobody listens there.
        """
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(cls, host, port)
        return connection

    @property
    def is_open(self) -> bool:
        """Return True while a request can be sent."""
        return self._transport is not None and not self._transport.is_closing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write (called by the event loop)."""
        # uvloop's transports are WriteTransports by behaviour, not by inheritance.
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Complete the answer that is awaited (called by the event loop)."""
        whole: bytes | bytearray = data
        if self._buffer:
            self._buffer += data
            whole = self._buffer
        try:
            result = _read_answer(whole)
        except (ConnectionError, ValueError) as error:
            self.close()
            self._fail(ConnectionError(str(error)))
            return
        if result is None:
            if whole is data:
                self._buffer += data
            return
        self._buffer.clear()
        answer, is_kept = result
        if not is_kept:
            self.close()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail what is awaited (called by the event loop)."""
        self._transport = None
        self._fail(ConnectionError("the connection was lost"))

    def _fail(self, error: ConnectionError) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)

    async def exchange(self, request: bytes) -> Answer:
        """Send a request and return its answer.

        Raises:
            ConnectionError: the server went away before it had answered.
        """
        if self._transport is None or self._transport.is_closing():
            raise ConnectionError("the connection is closed")
        self._waiter = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        try:
            return await self._waiter
        finally:
            self._waiter = None

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()
