"""A whole running shop for one story: real SQLite, real HTTP, a clock that can be moved."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import Connection

from connectors.signed_http.signature import signed_headers
from server.app import Service, running_service
from server.desk import Desk
from server.http import make_application
from server.library import Library
from server.settings import ConversationSettings, Settings
from storage.database import Database
from storage.queries.conversations import MessageRecord, messages_after
from storage.queries.follow_ups import FollowUpRecord, follow_ups
from storage.queries.tickets import TicketRecord, ticket, tickets
from storage.repositories.people import add_person, grant, set_on_duty
from storage.repositories.shops import ShopChanges, add_shop, set_shop
from storage.repositories.tickets import Move
from storage.states import Role

SLUG = "story"
SECRET = "a secret of the story"
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY_MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
"""An ordinary Monday inside working hours."""


class SettableClock:
    """A clock that stands still until a story moves it."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def __call__(self) -> datetime:
        return self._at

    def set(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def move(self, **span: float) -> None:
        self._at += timedelta(**span)


@dataclass(slots=True)
class CallbackPlatform:
    """The shop's own system: remembers every reply that is pushed to it."""

    received: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200

    async def take(self, request: web.Request) -> web.Response:
        self.received.append(json.loads(await request.read()))
        return web.Response(status=self.status)

    def texts(self) -> list[str]:
        return [body["reply"]["text"] for body in self.received]


@dataclass(slots=True)
class ShopFloor:
    """Everything a story needs to play and to look."""

    client: TestClient[web.Request, web.Application]
    service: Service
    settings: Settings
    clock: SettableClock
    platform: CallbackPlatform
    shop_id: int
    _message_number: int = 0

    async def say(self, buyer: str, text: str, **more: Any) -> dict[str, Any]:
        """Send one buyer message and return the answer with the replies to it."""
        self._message_number += 1
        body = {
            "message_id": f"m{self._message_number}",
            "buyer_id": buyer,
            "text": text,
            **more,
        }
        return await self._signed("POST", "/messages?wait=10", body, status=202)

    async def tell(self, method: str, path: str, **fact: Any) -> dict[str, Any]:
        """Tell a fact."""
        return await self._signed(method, path, fact, status=200)

    async def _signed(
        self, method: str, path: str, body: dict[str, Any], *, status: int
    ) -> dict[str, Any]:
        payload = json.dumps(body).encode()
        response = await self.client.request(
            method,
            f"/api/v1/shops/{SLUG}{path}",
            data=payload,
            headers=signed_headers(SECRET.encode(), now=self.clock(), payload=payload),
        )
        answer: dict[str, Any] = await response.json()
        assert response.status == status, answer
        return answer

    async def tick(self) -> None:
        """Let everything due happen and everything sendable be sent."""
        await self.service.scheduler.tick()
        await self.service.turns.settle()
        await self.service.outbox.settle()

    async def tickets(self, ticket_type: str | None = None) -> list[TicketRecord]:
        """Return the shop's tickets."""
        return await self.service.database.read(
            lambda connection: tickets(
                connection, self.shop_id, ticket_type=ticket_type
            )
        )

    async def events(self, number: str) -> list[str]:
        """Return the kinds of a ticket's events, oldest first."""
        _, events = await self.service.database.read(
            lambda connection: ticket(connection, self.shop_id, number)
        )
        return [event.kind for event in events]

    async def follow_ups(self) -> list[FollowUpRecord]:
        """Return the shop's follow-ups."""
        return await self.service.database.read(
            lambda connection: follow_ups(connection, self.shop_id)
        )

    async def messages(self, conversation_id: int) -> list[MessageRecord]:
        """Return what was said in a conversation."""
        return await self.service.database.read(
            lambda connection: messages_after(
                connection, self.shop_id, conversation_id=conversation_id
            )
        )

    async def move_ticket(self, number: str, *states: str) -> None:
        """Let a person move a ticket through these states."""
        desk = self.desk()

        def unit(connection: Connection) -> None:
            for state in states:
                change = Move(number=number, to=state, by=None, note="")
                desk.move(connection, change, now=self.clock())

        await self.service.database.write(unit)

    async def record_cause(self, number: str, cause: str) -> None:
        """Let a person record why something happened."""
        desk = self.desk()
        await self.service.database.write(
            lambda connection: desk.record_cause(
                connection, number=number, cause=cause, by=None, now=self.clock()
            )
        )

    def desk(self) -> Desk:
        return Desk(shop=self.service.shops.by_id(self.shop_id))

    async def put_on_duty(self, user: str = "xiaolin") -> int:
        """Let one agent come to work; returns who that is."""

        def unit(connection: Connection) -> int:
            person_id = add_person(
                connection, user=user, password_hash="-", now=self.clock()
            )
            grant(connection, self.shop_id, person_id=person_id, role=Role.AGENT)
            set_on_duty(
                connection,
                self.shop_id,
                person_id=person_id,
                is_on_duty=True,
                now=self.clock(),
            )
            return person_id

        person_id = await self.service.database.write(unit)
        await self.service.shops.refresh()
        return person_id


@asynccontextmanager
async def open_shop(
    database: Database,
    library: Library,
    *,
    var: Path,
    at: datetime = MONDAY_MORNING,
    with_callback: bool = True,
) -> AsyncIterator[ShopFloor]:
    """Run a shop over an open, migrated, empty database."""
    clock = SettableClock(at)
    platform = CallbackPlatform()
    settings = Settings(
        var=str(var),
        conversation=ConversationSettings(quiet_gap_seconds=0.02),
    )
    shop_id = await database.write(
        lambda connection: add_shop(
            connection,
            slug=SLUG,
            name="故事小店",
            pack_id=library.pack.pack_id,
            secret=SECRET,
            now=clock(),
        )
    )
    async with AsyncExitStack() as stack:
        if with_callback:
            url = await stack.enter_async_context(_callback_server(platform))
            await database.write(
                lambda connection: set_shop(
                    connection, shop_id, changes=ShopChanges(callback_url=url)
                )
            )
        service = await stack.enter_async_context(
            running_service(
                settings,
                database=database,
                library=library,
                clock=clock,
                is_ticking=False,
            )
        )
        client = await stack.enter_async_context(
            TestClient(TestServer(make_application(service)))
        )
        yield ShopFloor(
            client=client,
            service=service,
            settings=settings,
            clock=clock,
            platform=platform,
            shop_id=shop_id,
        )


@asynccontextmanager
async def _callback_server(platform: CallbackPlatform) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/replies", platform.take)
    async with TestServer(app) as server:
        yield str(server.make_url("/replies"))
