"""A small server that speaks docs/chat.md, told by a story what to say and when."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from connectors.base import Route

PICTURE = Path(__file__).with_name("picture.png")
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_PAGE = 50
_SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "authorization, content-type",
}


@dataclass(slots=True)
class FakeShop:
    """One buyer's conversation; remembers every frame, and can fail on demand."""

    name: str = "故事小店"
    colour: str | None = None
    position: str | None = None
    messages: list[dict[str, Any]] = field(default_factory=list)
    received: list[dict[str, Any]] = field(default_factory=list)
    sockets: set[web.WebSocketResponse] = field(default_factory=set)
    status: dict[str, Any] = field(
        default_factory=lambda: {"phase": "assistant", "is_staffed": True}
    )
    is_down: bool = False
    is_deaf: bool = False
    """Stores messages and does not say so."""
    refusal: dict[str, Any] | None = None
    """Answers the next message instead of taking it."""
    upload_status: int = 201
    uploads: list[bytes] = field(default_factory=list)
    embedding: tuple[str, str] = "", ""
    """A page of another site, and its Content-Security-Policy."""
    may_upload: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.may_upload.set()

    def routes(self) -> Sequence[web.RouteDef]:
        """Return the socket, the pictures, and a page of another site."""
        return (
            web.get("/ws/chat", self._socket),
            web.post("/api/v1/chat/{shop}/pictures", self._upload),
            web.options("/api/v1/chat/{shop}/pictures", self._may_upload),
            web.get("/media/{name}", self._media),
            web.get("/embedding", self._embedding),
        )

    async def say(self, text: str, **more: Any) -> None:
        """Say something to the buyer, as the assistant unless ``more`` says who."""
        await self._everywhere(self._batch(self._store(text, **more)))

    def write_history(self, count: int) -> None:
        """Fill the conversation with so many earlier messages."""
        for number in range(1, count + 1):
            self._store(f"旧消息{number}")

    async def change(self, **status: Any) -> None:
        """Tell how the conversation stands."""
        self.status = {"is_staffed": True, **status}
        await self._everywhere({"type": "status", **self.status})

    async def tell(self, **frame: Any) -> None:
        """Send any frame."""
        await self._everywhere(frame)

    async def drop(self, *, code: int = 1001) -> None:
        """Close every socket."""
        for socket in tuple(self.sockets):
            await socket.close(code=code)

    def got(self, kind: str) -> list[dict[str, Any]]:
        """Return the frames of this type that arrived."""
        return [frame for frame in self.received if frame["type"] == kind]

    def texts(self) -> list[str]:
        """Return what was said, by whomever."""
        return [message["text"] for message in self.messages]

    def _store(self, text: str, **more: Any) -> dict[str, Any]:
        number = len(self.messages) + 1
        message = {
            "id": number,
            "client_id": None,
            "sender": "assistant",
            "is_automatic": more.get("sender", "assistant") == "assistant",
            "text": text,
            "sent_at": (START + timedelta(seconds=20 * number)).isoformat(),
            "buttons": [],
            "picture": None,
            "card": None,
            **more,
        }
        self.messages.append(message)
        return message

    def _batch(self, *messages: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "type": "messages",
            "messages": list(messages),
            "is_history": False,
            "has_more": False,
            **more,
        }

    async def _everywhere(self, frame: dict[str, Any]) -> None:
        for socket in tuple(self.sockets):
            await socket.send_json(frame)

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        if self.is_down:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for one in socket:
            if one.type is not WSMsgType.TEXT:
                break
            frame = json.loads(one.data)
            self.received.append(frame)
            await self._answer(socket, frame)
        self.sockets.discard(socket)
        return socket

    async def _answer(
        self, socket: web.WebSocketResponse, frame: dict[str, Any]
    ) -> None:
        match frame["type"]:
            case "hello":
                await self._welcome(socket, frame)
            case "message":
                await self._take(socket, frame)
            case "history":
                older = [m for m in self.messages if m["id"] < frame["before"]]
                await socket.send_json(
                    self._batch(
                        *older[-_PAGE:], is_history=True, has_more=len(older) > _PAGE
                    )
                )
            case "rating":
                await socket.send_json({"type": "rated"})
            case _:
                pass

    async def _welcome(
        self, socket: web.WebSocketResponse, frame: dict[str, Any]
    ) -> None:
        self.sockets.add(socket)
        shop = {
            "name": self.name,
            "colour": self.colour,
            "position": self.position,
            "privacy_url": None,
        }
        await socket.send_json(
            {"type": "welcome", "token": "t0k3n", "is_identified": False, "shop": shop}
        )
        newer = [m for m in self.messages if m["id"] > frame.get("after", 0)]
        has_more = "after" not in frame and len(newer) > _PAGE
        await socket.send_json(self._batch(*newer[-_PAGE:], has_more=has_more))
        await socket.send_json({"type": "status", **self.status})

    async def _take(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        if self.refusal is not None:
            refusal, self.refusal = self.refusal, None
            await socket.send_json(
                {"type": "refused", "client_id": frame["id"], **refusal}
            )
            return
        known = [m for m in self.messages if m["client_id"] == frame["id"]]
        message = (
            known[0]
            if known
            else self._store(
                frame.get("text", ""),
                sender="buyer",
                client_id=frame["id"],
                picture=frame.get("picture"),
            )
        )
        if self.is_deaf:
            return
        await socket.send_json(
            {
                "type": "taken",
                "client_id": frame["id"],
                "id": message["id"],
                "sent_at": message["sent_at"],
            }
        )

    async def _upload(self, request: web.Request) -> web.Response:
        self.uploads.append(await request.read())
        await self.may_upload.wait()
        if self.upload_status != web.HTTPCreated.status_code:
            return web.json_response({}, status=self.upload_status, headers=_SHARED)
        assert request.headers["Authorization"] == "Bearer t0k3n"
        return web.json_response(
            {"picture": "/media/one.png"}, status=201, headers=_SHARED
        )

    async def _may_upload(self, request: web.Request) -> web.Response:
        return web.Response(status=204, headers=_SHARED)

    async def _embedding(self, request: web.Request) -> web.Response:
        content, policy = self.embedding
        return web.Response(
            text=f"<!doctype html><html>{content}</html>",
            content_type="text/html",
            headers={"Content-Security-Policy": policy},
        )

    async def _media(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(PICTURE, headers={"X-Content-Type-Options": "nosniff"})


@asynccontextmanager
async def served(shop: FakeShop) -> AsyncIterator[str]:
    """Serve the fake alone; gives its origin."""
    async with TestServer(application(shop, ())) as server:
        yield f"http://127.0.0.1:{server.port}"


def application(shop: FakeShop, routes: Sequence[Route]) -> web.Application:
    """Return the fake beside real routes."""
    app = web.Application(client_max_size=16 * 1024 * 1024)
    app.add_routes(shop.routes())
    for route in routes:
        app.router.add_route(route.method, route.path, route.handler)
    return app
