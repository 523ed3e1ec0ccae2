"""A chat window that comes again whenever its socket breaks, as the widget does."""

import asyncio
import contextlib
import itertools
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from benchmarks.processes import HOST, Running

_PATIENCE_SECONDS = 60.0
_AGAIN_SECONDS = 0.05
_BROKEN = (aiohttp.ClientError, aiohttp.WSMessageTypeError, OSError, TimeoutError)


@dataclass(slots=True)
class ResumingWindow:
    """One buyer: keeps the token, what was seen, and what is not taken yet."""

    shop: str
    name: str
    token: str | None = None
    last: int = 0
    seen: list[int] = field(default_factory=list)
    """Ids in the order they were shown, over all sockets."""
    own: dict[str, int] = field(default_factory=dict)
    """Client id → id, of what was taken."""
    unsent: dict[str, str] = field(default_factory=dict)
    answers: int = 0
    """Messages of the assistant that were shown."""
    sockets: int = 0

    async def chat(self, victim: list[Running], *, messages: int) -> None:
        """Say so many things, each once, whatever happens to the server."""
        for number in range(messages):
            client_id = f"{self.name}-{number}"
            self.unsent[client_id] = f"在吗，我是{self.name}，第{number}句"
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while client_id not in self.own or client_id in self.unsent:
                    await self._try(victim[-1])

    async def read_up_to(self, running: Running, *, ids: int) -> None:
        """Read until so many messages were shown."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while len(self.seen) < ids:
                await self._try(running, ids=ids)

    async def _try(self, running: Running, *, ids: int | None = None) -> None:
        """Open one socket and use it until it breaks or there is nothing to do."""
        address = f"http://{HOST}:{running.port}"
        with contextlib.suppress(*_BROKEN):
            async with (
                aiohttp.ClientSession() as session,
                session.ws_connect(
                    f"{address}/ws/chat?shop={self.shop}", headers={"Origin": address}
                ) as socket,
            ):
                self.sockets += 1
                hello = {"type": "hello", "token": self.token, "after": self.last}
                await socket.send_json(hello)
                await self._use(socket, ids=ids)
        await asyncio.sleep(_AGAIN_SECONDS)

    async def _use(
        self, socket: aiohttp.ClientWebSocketResponse, *, ids: int | None
    ) -> None:
        for turn in itertools.count():
            frame = await socket.receive_json(timeout=5)
            self._take(frame)
            if turn == 0:
                for client_id, text in self.unsent.items():
                    await socket.send_json(
                        {"type": "message", "id": client_id, "text": text}
                    )
            is_read = ids is None or len(self.seen) >= ids
            if turn > 0 and not self.unsent and is_read:
                return

    def _take(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "welcome":
                self.token = frame["token"]
            case "taken":
                self.own[frame["client_id"]] = frame["id"]
                self.unsent.pop(frame["client_id"], None)
            case "messages":
                for message in frame["messages"]:
                    self.seen.append(message["id"])
                    self.last = max(self.last, message["id"])
                    self.answers += message["sender"] == "assistant"
            case _:
                pass
