"""What happens in the shop now? The agents' socket, resumed where it broke."""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from bot.messages import Sender
from connectors.base import Route
from server.api.access import SignedIn, shop_of, signed_in
from server.auth.sessions import Sessions
from server.live.cursor import Cursor, parse_cursor
from server.live.feed import Feed
from server.live.following import Following
from server.live.presence import Presence
from server.live.typing import Typed, Typing
from storage.database import Database
from storage.queries.people import roles_of

_log = structlog.get_logger(__name__)

CHECK_SECONDS: Final = 30.0
"""A desk whose login has ended is closed at the latest after this."""
_HELLO_SECONDS = 10.0
SEND_SECONDS: Final = 10.0
"""A desk that takes nothing for so long is too slow."""
_HEARTBEAT_SECONDS = 25.0
_LARGEST_FRAME = 16 * 1024
_MOST_DESKS = 20
"""Open desks of one person in one shop."""
_MOST_WAITING = 100
"""Hints (typing, presence) that wait for a desk; more are dropped, as they pass."""

NOT_UNDERSTOOD: Final = 4400
ENDED: Final = 4401
TOO_SLOW: Final = 4408
TOO_MANY: Final = 4429

_ENCODER = msgspec.json.Encoder()


class Hello(
    msgspec.Struct,
    frozen=True,
    tag_field="type",
    tag="hello",
    forbid_unknown_fields=True,
):
    """The first frame of a desk."""

    cursor: Annotated[str, msgspec.Meta(max_length=80)] | None = None


class Ping(
    msgspec.Struct,
    frozen=True,
    tag_field="type",
    tag="ping",
    forbid_unknown_fields=True,
):
    """What a desk may send to keep its connection awake."""


_HELLO = msgspec.json.Decoder(Hello)
_PING = msgspec.json.Decoder(Ping)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentParts:
    """The running parts that desks are connected to."""

    database: Database
    feed: Feed
    typing: Typing
    presence: Presence
    sessions: Sessions
    check_seconds: float = CHECK_SECONDS
    send_seconds: float = SEND_SECONDS


class Agents:
    """The sockets of all desks."""

    def __init__(self, parts: AgentParts) -> None:
        self._parts = parts
        self._open: set[Desk] = set()

    def routes(self) -> Sequence[Route]:
        """Return the one route; the gate has checked login, role and origin."""
        return (
            Route(
                method="GET",
                path="/ws/desk/{shop}",
                handler=self.serve,
                role="agent",
                summary="A WebSocket that tells what happens in the shop.",
                replies={101: None},
            ),
        )

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one desk until either side ends it."""
        person = signed_in(request)
        shop_id = shop_of(request).record.shop_id
        socket = web.WebSocketResponse(
            heartbeat=_HEARTBEAT_SECONDS, max_msg_size=_LARGEST_FRAME, compress=False
        )
        _ = await socket.prepare(request)
        desk = Desk(socket, self._parts, person=person, shop_id=shop_id)
        if self._parts.presence.desks_of(shop_id, person.user) >= _MOST_DESKS:
            await desk.end(TOO_MANY, "too_many", "too many open desks")
            return socket
        leave = self._parts.presence.enter(shop_id, person.user)
        self._open.add(desk)
        try:
            await desk.run()
        finally:
            self._open.discard(desk)
            leave()
        return socket

    async def stop(self) -> None:
        """Close every desk, so that it comes again."""
        for desk in tuple(self._open):
            await desk.end(WSCloseCode.GOING_AWAY, "stopping", "the server stops")


class Desk:
    """One socket of one person."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        parts: AgentParts,
        *,
        person: SignedIn,
        shop_id: int,
    ) -> None:
        self._socket = socket
        self._parts = parts
        self._person = person
        self._shop_id = shop_id
        self._hints: asyncio.Queue[dict[str, Any]] = asyncio.Queue(_MOST_WAITING)
        self._sending = asyncio.Lock()

    async def run(self) -> None:
        """Greet, then tell everything, until the socket ends."""
        try:
            cursor = await self._hello()
        except (TimeoutError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            await self.end(NOT_UNDERSTOOD, "invalid_hello", str(error))
            return
        leaves = (
            self._parts.typing.listen(self._hear_typing, shop_id=self._shop_id),
            self._parts.presence.listen(self._hear_presence, shop_id=self._shop_id),
        )
        try:
            await _until_one_ends(
                self._tell_changes(cursor),
                self._tell_hints(),
                self._watch_login(),
                self._read(),
            )
        except TimeoutError:
            await self.end(TOO_SLOW, "too_slow", "nothing was taken for too long")
        except ConnectionError:
            _log.info("desk.lost", person_id=self._person.person_id)
        finally:
            for leave in leaves:
                leave()

    async def end(self, close_code: int, code: str, message: str) -> None:
        """Say why, and close."""
        with suppress(TimeoutError, ConnectionError):
            await self._send({"type": "error", "code": code, "message": message})
        with suppress(TimeoutError):
            async with asyncio.timeout(self._parts.send_seconds):
                _ = await self._socket.close(code=close_code, message=code.encode())

    async def _hello(self) -> Cursor | None:
        """Return the cursor that the desk wants to go on from."""
        async with asyncio.timeout(_HELLO_SECONDS):
            frame = await self._socket.receive()
        if frame.type is not WSMsgType.TEXT:
            raise msgspec.DecodeError("say hello first")
        hello = _HELLO.decode(frame.data)
        if hello.cursor is None:
            return None
        cursor = parse_cursor(hello.cursor)
        if cursor is None:
            raise msgspec.DecodeError("the cursor is none of ours")
        return cursor

    async def _tell_changes(self, cursor: Cursor | None) -> None:
        async with self._parts.feed.subscribe(shop_id=self._shop_id) as subscription:
            following = Following(
                database=self._parts.database,
                feed=self._parts.feed,
                subscription=subscription,
                shop_id=self._shop_id,
                cursor=cursor,
            )
            await self._send(
                {
                    "type": "ready",
                    "cursor": str(following.cursor),
                    "people": self._parts.presence.people(self._shop_id),
                }
            )
            async for news in following.news():
                await self._send(
                    {
                        "type": "change",
                        "cursor": str(news.cursor),
                        "stream": news.change.stream.value,
                        "kind": news.summary.kind,
                        "conversation_id": news.change.conversation_id,
                        "id": news.change.id,
                        "summary": news.summary.data,
                    }
                )

    async def _tell_hints(self) -> None:
        while True:
            await self._send(await self._hints.get())

    async def _watch_login(self) -> None:
        """End the desk when its login has ended, or the person left the shop."""
        while True:
            await asyncio.sleep(self._parts.check_seconds)
            is_live = await self._parts.sessions.is_live(self._person.session_id)
            roles = await self._parts.database.read(
                lambda connection: roles_of(connection, self._person.person_id)
            )
            if not is_live or self._shop_id not in roles:
                await self.end(ENDED, "not_signed_in", "the login has ended")
                return

    async def _read(self) -> None:
        """Notice that the desk closes; it has nothing more to say but that it is there."""
        async for frame in self._socket:
            if frame.type is not WSMsgType.TEXT or not _is_ping(frame.data):
                await self.end(NOT_UNDERSTOOD, "invalid_frame", "nothing is expected")
                return

    async def _send(self, frame: dict[str, Any]) -> None:
        """Send one frame.

        Raises:
            TimeoutError: the desk takes nothing.
            ConnectionError: it is gone.
        """
        async with asyncio.timeout(self._parts.send_seconds), self._sending:
            await self._socket.send_str(_ENCODER.encode(frame).decode())

    def _hear_typing(self, typed: Typed) -> None:
        if typed.who is not Sender.AGENT:
            self._hint(
                {
                    "type": "typing",
                    "conversation_id": typed.conversation_id,
                    "sender": typed.who.value,
                }
            )

    def _hear_presence(self, people: tuple[str, ...]) -> None:
        self._hint({"type": "presence", "people": people})

    def _hint(self, frame: dict[str, Any]) -> None:
        if not self._hints.full():
            self._hints.put_nowait(frame)


def _is_ping(text: str) -> bool:
    try:
        _ = _PING.decode(text)
    except (msgspec.MsgspecError, UnicodeError):
        return False
    return True


async def _until_one_ends(*works: Coroutine[None, None, None]) -> None:
    """Run these side by side until the first ends, and raise what it raised."""
    tasks = [
        asyncio.create_task(work, name=f"desk-{number}")
        for number, work in enumerate(works)
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            _ = task.cancel()
        _ = await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
