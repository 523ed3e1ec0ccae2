"""A browser at the chat window: speaks the frames of docs/chat.md."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientWebSocketResponse, WSMsgType, web
from aiohttp.test_utils import TestClient

Client = TestClient[web.Request, web.Application]


@dataclass(slots=True)
class BrowserWindow:
    """One open socket, and what it was sent so far."""

    socket: ClientWebSocketResponse
    frames: list[dict[str, Any]] = field(default_factory=list)

    async def send(self, kind: str, **fields: Any) -> None:
        frame = json.dumps({"type": kind, **fields}, ensure_ascii=False)
        await self.socket.send_str(frame)

    async def hello(self, **fields: Any) -> dict[str, Any]:
        """Say hello; returns the welcome."""
        await self.send("hello", **fields)
        return await self.until("welcome")

    async def next(self) -> dict[str, Any]:
        """Return the next frame."""
        async with asyncio.timeout(10):
            message = await self.socket.receive()
        assert message.type is WSMsgType.TEXT, (message, self.socket.close_code)
        frame: dict[str, Any] = json.loads(message.data)
        self.frames.append(frame)
        return frame

    async def until(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Return the next frame of a type, with these fields."""
        while True:
            frame = await self.next()
            if frame["type"] == kind and fields.items() <= frame.items():
                return frame

    async def until_text(self, text: str) -> dict[str, Any]:
        """Return the message that contains this text, when it is there."""
        while True:
            for message in self.messages():
                if text in message["text"]:
                    return message
            await self.next()

    async def say(
        self, client_id: str, text: str = "", **fields: Any
    ) -> dict[str, Any]:
        """Send a message; returns the answer to it."""
        await self.send("message", id=client_id, text=text, **fields)
        while True:
            frame = await self.next()
            if frame["type"] in {"taken", "refused"}:
                return frame

    async def closed(self) -> int | None:
        """Wait until the other side closes; returns the code."""
        async with asyncio.timeout(10):
            while not self.socket.closed:
                message = await self.socket.receive()
                if message.type is WSMsgType.TEXT:
                    self.frames.append(json.loads(message.data))
        return self.socket.close_code

    def messages(self) -> list[dict[str, Any]]:
        """Return every message shown, in the order of their frames."""
        return [
            message
            for frame in self.frames
            if frame["type"] == "messages"
            for message in frame["messages"]
        ]

    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages()]


@asynccontextmanager
async def window_of(
    client: Client, *, shop: str = "demo", origin: str | None = ""
) -> AsyncIterator[BrowserWindow]:
    """Open a socket as a page does; ``origin`` empty is a page of our own."""
    own = str(client.make_url("")).rstrip("/")
    headers = {} if origin is None else {"Origin": origin or own}
    async with client.ws_connect(f"/ws/chat?shop={shop}", headers=headers) as socket:
        yield BrowserWindow(socket)
