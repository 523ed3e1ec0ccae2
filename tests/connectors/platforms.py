"""Fakes of both sides of a connector: the platform it calls, the program it serves."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web

from bot.errors import NotFoundError, RateLimitedError
from bot.messages import IncomingMessage, Receipt
from connectors.base import Fact, HistoryMessage, ShopAccount, TurnOutcome
from tests.connectors.chat_host import FakeChatHost
from tests.factories import make_account


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request as a platform saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class FakePlatform:
    """A platform's own server: answers as told and remembers what arrived."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    is_silent: bool = False
    """Take the request and never answer."""
    is_hanging_up: bool = False
    """Close the connection instead of answering."""
    received: list[Received] = field(default_factory=list)
    address: str = ""
    is_closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.received.append(
            Received(
                method=request.method,
                path=request.path,
                headers=dict(request.headers),
                body=await request.read(),
            )
        )
        if self.is_silent:
            _ = await self.is_closing.wait()
        if self.is_hanging_up and request.transport is not None:
            request.transport.abort()
        return web.Response(status=self.status, headers=self.headers)


@asynccontextmanager
async def serving(platform: FakePlatform) -> AsyncIterator[FakePlatform]:
    """Let a platform answer on this machine while the block runs."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", platform.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    platform.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield platform
    finally:
        platform.is_closing.set()
        await runner.cleanup()


@dataclass(slots=True)
class FakeHost:
    """The program as a connector sees it: keeps everything in lists."""

    account: ShopAccount = field(default_factory=make_account)
    messages: list[IncomingMessage] = field(default_factory=list)
    told: list[tuple[Fact, datetime]] = field(default_factory=list)
    outcomes: list[TurnOutcome | None] = field(default_factory=list)
    """What ``outcome`` answers next; empty means: not yet."""
    waits: list[float] = field(default_factory=list)
    stored: Sequence[HistoryMessage] = ()
    is_flooded: bool = False
    is_news: bool = True
    chat: FakeChatHost = field(default_factory=FakeChatHost)

    def shop(self, slug: str) -> ShopAccount | None:
        return self.account if slug == self.account.slug else None

    async def receive(self, message: IncomingMessage) -> Receipt:
        if self.is_flooded:
            raise RateLimitedError(timedelta(seconds=1.5))
        seen = [known.platform_message_id for known in self.messages]
        is_accepted = message.platform_message_id not in seen
        if is_accepted:
            self.messages.append(message)
        return Receipt(
            conversation_id=3,
            message_id=1
            + [*seen, message.platform_message_id].index(message.platform_message_id),
            is_accepted=is_accepted,
        )

    async def outcome(
        self, shop: str, receipt: Receipt, *, within: float
    ) -> TurnOutcome | None:
        self.waits.append(within)
        return self.outcomes.pop(0) if self.outcomes else None

    async def history(
        self, shop: str, conversation_id: int, *, after: int
    ) -> Sequence[HistoryMessage]:
        if conversation_id != 3:
            raise NotFoundError("conversation", conversation_id)
        return [message for message in self.stored if message.message_id > after]

    async def tell(self, shop: str, fact: Fact, *, told_at: datetime) -> bool:
        self.told.append((fact, told_at))
        return self.is_news


def fixed_clock(now: datetime) -> Callable[[], datetime]:
    """Return a clock that stands still."""
    return lambda: now
