"""Fixtures: a whole running shop without a callback, for stories of the window."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from connectors.web_chat.identity import user_hash
from server.library import Library
from storage.database import Database
from storage.queries.chat import conversation_of
from storage.repositories.conversations import agent_message, take_over
from storage.repositories.shops import ShopChanges, set_shop
from tests.connectors.web_chat.windows import BrowserWindow, window_of
from tests.journeys.shop_floor import SECRET, SLUG, ShopFloor, open_shop


@dataclass(slots=True)
class Street:
    """The shop and its buyers' browsers."""

    floor: ShopFloor
    stack: AsyncExitStack
    tokens: dict[str, str] = field(default_factory=dict)

    @asynccontextmanager
    async def window(self, browser: str = "") -> AsyncIterator[BrowserWindow]:
        """Open a socket; say hello yourself."""
        async with window_of(self.floor.client, shop=SLUG) as window:
            yield window

    async def come(self, browser: str = "phone", **hello: Any) -> BrowserWindow:
        """Open the window in a browser that keeps its token; stays open."""
        window = await self.stack.enter_async_context(self.window())
        if browser in self.tokens:
            hello = {"token": self.tokens[browser], **hello}
        welcome = await window.hello(**{"after": 0, **hello})
        self.tokens[browser] = welcome["token"]
        return window

    def named(self, user_id: str) -> dict[str, str]:
        """Return what the shop's page says of a logged-in buyer."""
        return {
            "user_id": user_id,
            "user_hash": user_hash(SECRET.encode(), user_id),
        }

    async def conversation(self, buyer_ref: str) -> int | None:
        return await self.floor.service.database.read(
            lambda conn: conversation_of(
                conn, self.floor.shop_id, pair=("web_chat", buyer_ref)
            )
        )

    async def serve(self, conversation_id: int, person_id: int) -> None:
        """Let an agent take a conversation over."""
        now = self.floor.clock()
        await self.floor.service.database.write(
            lambda conn: take_over(
                conn,
                self.floor.shop_id,
                conversation_id=conversation_id,
                person_id=person_id,
                until=now.replace(year=now.year + 1),
                now=now,
            )
        )

    async def answer(self, conversation_id: int, person_id: int, text: str) -> None:
        """Let an agent take over and write."""
        await self.serve(conversation_id, person_id)
        now = self.floor.clock()
        await self.floor.service.database.write(
            lambda conn: agent_message(
                conn,
                self.floor.shop_id,
                conversation_id=conversation_id,
                person_id=person_id,
                text=text,
                until=now.replace(year=now.year + 1),
                now=now,
                deliver=False,
            )
        )

    async def set_shop(self, **changes: Any) -> None:
        await self.floor.service.database.write(
            lambda conn: set_shop(
                conn, self.floor.shop_id, changes=ShopChanges(**changes)
            )
        )
        await self.floor.service.shops.refresh()


@pytest.fixture(name="street")
async def _street(
    database: Database, library: Library, tmp_path: Path
) -> AsyncIterator[Street]:
    async with (
        open_shop(database, library, var=tmp_path, with_callback=False) as floor,
        AsyncExitStack() as stack,
    ):
        yield Street(floor, stack)
        await asyncio.sleep(0)
