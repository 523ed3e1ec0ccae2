"""The load of ``benchmarks.sockets``: many open chat windows, in a process of its own.

Prints ``{"open": …}`` when every window has been welcomed, waits for a line on standard
input, lets a few buyers chat, and prints what they saw.
"""

import asyncio
import base64
import itertools
import json
import os
import struct
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from benchmarks.percentiles import Histogram
from benchmarks.processes import HOST

_AT_ONCE = 100
_TEXT = 0x1
_FIN = 0x80
_SHORT, _MIDDLE = 126, 127
_PATIENCE_SECONDS = 30.0
_PAUSE_SECONDS = 0.25
"""Of a buyer between two messages."""


@dataclass(slots=True)
class Window(asyncio.Protocol):
    """One socket: counts what it is sent, hands on what somebody waits for."""

    port: int
    shop: str
    token: str | None
    transport: asyncio.WriteTransport | None = None
    buffer: bytearray = field(default_factory=bytearray)
    is_upgraded: bool = False
    frames: "asyncio.Queue[dict[str, Any]] | None" = None
    """None: nobody looks, frames are dropped."""
    welcome: "asyncio.Future[str] | None" = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the socket."""
        if not isinstance(transport, asyncio.WriteTransport):
            raise TypeError(type(transport).__name__)
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /ws/chat?shop={self.shop} HTTP/1.1\r\n"
            f"Host: {HOST}:{self.port}\r\nOrigin: http://{HOST}:{self.port}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Say hello once the socket is there; then take frames."""
        self.buffer += data
        if not self.is_upgraded:
            head, found, rest = bytes(self.buffer).partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0] + b" ":
                self._fail("the server refused a socket")
                return
            self.is_upgraded, self.buffer = True, bytearray(rest)
            self.send(type="hello", token=self.token, after=0)
        while (payload := self._next()) is not None:
            self._take(payload)

    def connection_lost(self, error: Exception | None) -> None:
        """Tell who waits for the welcome."""
        self._fail("a socket was closed")

    def send(self, **fields: Any) -> None:
        """Send one frame."""
        if self.transport is None:
            raise ConnectionError("the socket is not open")
        payload = json.dumps(fields).encode()
        size = len(payload)
        head = (
            bytes([_FIN | _TEXT, 0x80 | size])
            if size < _SHORT
            else bytes([_FIN | _TEXT, 0x80 | _SHORT]) + struct.pack(">H", size)
        )
        self.transport.write(head + b"\0\0\0\0" + payload)

    def _next(self) -> bytes | None:
        """Take one whole frame out of the buffer."""
        if len(self.buffer) < 2:  # noqa: PLR2004 - the smallest head
            return None
        size, start = self.buffer[1] & 0x7F, 2
        if size == _SHORT:
            size, start = int.from_bytes(self.buffer[2:4], "big"), 4
        elif size == _MIDDLE:
            size, start = int.from_bytes(self.buffer[2:10], "big"), 10
        if len(self.buffer) < start + size:
            return None
        kind = self.buffer[0] & 0x0F
        payload = bytes(self.buffer[start : start + size])
        del self.buffer[: start + size]
        return payload if kind == _TEXT else b"{}"

    def _take(self, payload: bytes) -> None:
        frame = json.loads(payload)
        if frame.get("type") == "welcome" and self.welcome is not None:
            self.welcome.set_result(frame["token"])
            self.welcome = None
        elif self.frames is not None and frame:
            self.frames.put_nowait(frame)

    def _fail(self, reason: str) -> None:
        if self.welcome is not None and not self.welcome.done():
            self.welcome.set_exception(ConnectionError(reason))


async def open_window(
    port: int, shop: str, *, token: str | None = None, is_read: bool = False
) -> tuple[Window, str]:
    """Open one window; returns it with its token."""
    loop = asyncio.get_running_loop()
    window = Window(port=port, shop=shop, token=token)
    window.frames = asyncio.Queue() if is_read else None
    welcome = window.welcome = loop.create_future()
    await loop.create_connection(lambda: window, HOST, port)
    async with asyncio.timeout(_PATIENCE_SECONDS):
        return window, await welcome


async def open_many(port: int, shop: str, *, count: int) -> list[Window]:
    """Open so many windows that nobody reads."""
    windows: list[Window] = []
    while len(windows) < count:
        some = min(_AT_ONCE, count - len(windows))
        opened = await asyncio.gather(*(open_window(port, shop) for _ in range(some)))
        windows += [window for window, _ in opened]
    return windows


async def chat(
    port: int, shop: str, *, seconds: float, seen: Histogram, number: int
) -> int:
    """Let one buyer write in one window and read in another; return what was lost."""
    writer, token = await open_window(port, shop, is_read=True)
    reader, _ = await open_window(port, shop, token=token, is_read=True)
    lost = 0
    end = time.monotonic() + seconds
    for turn in itertools.count():
        if time.monotonic() >= end:
            return lost
        client_id = f"{number}-{turn}"
        began = time.monotonic()
        writer.send(type="message", id=client_id, text="在吗")
        watched = writer if turn == 0 else reader
        if await _sees(watched, client_id):
            if turn > 0:
                seen.record(time.monotonic() - began)
        else:
            lost += 1
        if turn == 0:
            # The second window learns of the conversation when it writes itself.
            reader.send(type="message", id=f"{number}-hello", text="在吗")
            _ = await _sees(reader, f"{number}-hello")
        await asyncio.sleep(_PAUSE_SECONDS)
    return lost


async def _sees(window: Window, client_id: str) -> bool:
    frames = window.frames
    if frames is None:
        return False
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                frame = await frames.get()
                if any(
                    it["client_id"] == client_id for it in frame.get("messages", ())
                ):
                    return True
    except TimeoutError:
        return False


async def main() -> None:
    """Do what the arguments say: port, shop, windows, buyers, seconds."""
    port, shop, count, buyers, seconds = sys.argv[1:]
    windows = await open_many(int(port), shop, count=int(count))
    print(json.dumps({"open": len(windows)}), flush=True)
    _ = await asyncio.to_thread(sys.stdin.readline)
    seen = Histogram()
    lost = await asyncio.gather(
        *(
            chat(int(port), shop, seconds=float(seconds), seen=seen, number=number)
            for number in range(int(buyers))
        )
    )
    gone = sum(1 for it in windows if it.transport is None or it.transport.is_closing())
    print(
        json.dumps(
            {
                "seen": seen.total,
                "p50": seen.percentile(0.5),
                "p99": seen.percentile(0.99),
                "lost": sum(lost),
                "gone": gone,
            }
        ),
        flush=True,
    )
    _ = await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    asyncio.run(main())
