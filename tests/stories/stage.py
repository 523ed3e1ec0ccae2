"""Where is a story played? A whole shop over real SQLite and HTTP, and who acts in it."""

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from aiohttp.test_utils import TestClient, TestServer

from server.app import running_service
from server.chat.tokens import anonymous_ref
from server.http import make_application
from server.library import Library
from server.settings import ConversationSettings, Settings
from storage.database import Database
from storage.queries.chat import conversation_of
from storage.repositories.shops import add_shop
from storage.states import Role
from tests.connectors.web_chat.windows import BrowserWindow, window_of
from tests.journeys.shop_floor import (
    SECRET,
    SLUG,
    CallbackPlatform,
    SettableClock,
    ShopFloor,
)
from tests.server.api.colleagues import Colleague, employ
from tests.stories.values import Line

_TOGETHER: Final = 0.4
"""Seconds in which the fragments of a burst follow each other on a busy machine."""
_ALONE: Final = 0.02
NOBODY: Final = "买家"
"""The buyer of a story that names none."""
_PICTURES: Final = "https://pictures.example/"
_WINDOW: Final = "web_chat"


@dataclass(slots=True)
class Actor:
    """One buyer of a story; lives as long as it."""

    name: str
    ref: str
    window: BrowserWindow | None = None
    """Somebody whom nobody vouches for writes at a chat window."""
    conversation_id: int | None = None
    last_seen: int = 0
    """The newest message that the story has looked at."""
    said: list[str] = field(default_factory=list)
    """Everything that the assistant said to them."""


@dataclass(slots=True)
class Stage:
    """One running shop and its people; lives as long as a story."""

    database: Database
    library: Library
    settings: Settings
    floor: ShopFloor
    stack: AsyncExitStack
    serving: AsyncExitStack
    actors: dict[str, Actor] = field(default_factory=dict)
    people: dict[str, Colleague] = field(default_factory=dict)
    managers: set[str] = field(default_factory=set)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def actor(self, name: str, *, is_verified: bool = True) -> Actor:
        """Return a buyer by their name in the story, new or known."""
        if name not in self.actors:
            ref = f"buyer-{len(self.actors) + 1}"
            self.actors[name] = Actor(name=name, ref=ref if is_verified else "")
        return self.actors[name]

    async def open_window(self, actor: Actor) -> None:
        """Let somebody whom nobody vouches for open a chat window."""
        window = await self.stack.enter_async_context(
            window_of(self.floor.client, shop=SLUG)
        )
        welcome = await window.hello(after=0)
        actor.ref = anonymous_ref(welcome["token"])
        actor.window = window

    async def say(
        self, actor: Actor, lines: Sequence[Line], **about: str
    ) -> str | None:
        """Send a burst and wait until it is answered; return the band, as it is told."""
        if actor.window is not None:
            await self._say_at_window(actor, lines, **about)
            return None
        *first, last = lines
        for line in first:
            await self._post(actor, line, wait=0, about=about)
        answer = await self._post(actor, last, wait=10, about=about)
        actor.conversation_id = int(answer["conversation_id"])
        band = answer.get("band")
        return None if band is None else str(band)

    async def _post(
        self, actor: Actor, line: Line, *, wait: int, about: dict[str, str]
    ) -> dict[str, Any]:
        body: dict[str, Any] = {
            "message_id": f"story-{next(self.numbers)}",
            "buyer_id": actor.ref,
            "text": line.text,
            **about,
        }
        if actor.name != NOBODY:
            body["buyer_name"] = actor.name
        if line.picture is not None:
            body["image_url"] = _PICTURES + line.picture
        path = "/messages" if wait == 0 else f"/messages?wait={wait}"
        return await self.floor._signed("POST", path, body, status=202)

    async def _say_at_window(
        self, actor: Actor, lines: Sequence[Line], **about: str
    ) -> None:
        assert actor.window is not None
        for line in lines:
            taken = await actor.window.say(f"c{next(self.numbers)}", line.text, **about)
            assert taken["type"] == "taken", taken
        await self.floor.tick()
        actor.conversation_id = await self.database.read(
            lambda conn: conversation_of(
                conn, self.floor.shop_id, pair=(_WINDOW, actor.ref)
            )
        )

    async def hire(self, name: str, role: Role, *, is_on_duty: bool) -> None:
        """Let somebody work here, and come on duty."""
        person = await employ(self.floor, name, role=role)
        self.people[name] = person
        if role is Role.MANAGER:
            self.managers.add(name)
        if is_on_duty:
            answer = await person.put("/duty", is_on_duty=True)
            assert answer.status == 200, answer.body
        await self.floor.service.shops.refresh()

    async def wait_until(self, at: datetime) -> None:
        """Let time pass, with everything due on the way done about when it is due."""
        clock = self.floor.clock
        begin = clock()
        while clock() < at:
            is_soon = clock() - begin < _SOON
            clock.set(min(at, clock() + (_MINUTE if is_soon else _STEP)))
            await self.floor.tick()
        await self.floor.tick()

    async def stop(self) -> None:
        """Stop the process that runs now."""
        await self.serving.aclose()

    async def restart(self) -> None:
        """Stop the process and start another one over the same database."""
        await self.stop()
        self.serving = AsyncExitStack()
        service, client = await _serve(
            self.serving,
            self.settings,
            database=self.database,
            library=self.library,
            clock=self.floor.clock,
        )
        self.floor.service, self.floor.client = service, client
        self.people = {
            name: Colleague(
                client=client, token=one.token, person_id=one.person_id, user=one.user
            )
            for name, one in self.people.items()
        }


_SOON: Final = timedelta(minutes=30)
"""So long after something happened the shop looks every minute what is due."""
_MINUTE: Final = timedelta(minutes=1)
_STEP: Final = timedelta(minutes=10)
"""Between two looks after that; a real process looks once a second."""


@asynccontextmanager
async def open_stage(
    database: Database,
    library: Library,
    *,
    var: Path,
    at: datetime,
    has_bursts: bool,
) -> AsyncIterator[Stage]:
    """Run a shop over an open, migrated, empty database."""
    clock = SettableClock(at)
    gap = _TOGETHER if has_bursts else _ALONE
    settings = Settings(
        var=str(var), conversation=ConversationSettings(quiet_gap_seconds=gap)
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
    serving = AsyncExitStack()
    async with AsyncExitStack() as stack:
        service, client = await _serve(
            serving, settings, database=database, library=library, clock=clock
        )
        floor = ShopFloor(
            client=client,
            service=service,
            settings=settings,
            clock=clock,
            platform=CallbackPlatform(),
            shop_id=shop_id,
        )
        stage = Stage(
            database=database,
            library=library,
            settings=settings,
            floor=floor,
            stack=stack,
            serving=serving,
        )
        stack.push_async_callback(stage.stop)
        yield stage


async def _serve(
    stack: AsyncExitStack,
    settings: Settings,
    *,
    database: Database,
    library: Library,
    clock: SettableClock,
) -> tuple[Any, Any]:
    service = await stack.enter_async_context(
        running_service(
            settings, database=database, library=library, clock=clock, is_ticking=False
        )
    )
    client = await stack.enter_async_context(
        TestClient(TestServer(make_application(service)))
    )
    return service, client
