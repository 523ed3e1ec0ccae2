"""An anonymous buyer shows that an order is theirs, or learns nothing of it."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from server.chat.tokens import anonymous_ref
from server.recovery import recover
from storage.queries.audit import audit
from storage.queries.chat import conversation_of
from storage.tables import MessageRow, table_of
from tests.connectors.web_chat.windows import BrowserWindow, window_of
from tests.journeys.promising import UNSHIPPED, serve
from tests.journeys.shop_floor import SLUG, ShopFloor

_ASKING = "帮我查一下物流到哪了"
_SHIPPED: dict[str, Any] = {
    **UNSHIPPED,
    "state": "shipped",
    "courier": "中通",
    "tracking_no": "78612345678901",
    "latest_track": "已到达杭州转运中心",
    "phone": "138 0013 5678",
}


class Stranger:
    """A buyer whom nobody vouches for, at one window."""

    def __init__(self, shop: ShopFloor, window: BrowserWindow, token: str) -> None:
        self.shop = shop
        self.window = window
        self.token = token
        self._said = 0

    async def say(self, text: str) -> str:
        """Say something and return what was answered to it."""
        self._said += 1
        before = await self._ours()
        await self.window.say(f"c{self._said}", text)
        await self.window.until_text(text)
        for _ in range(200):
            await self.shop.tick()
            answers = (await self._ours())[len(before) :]
            if answers:
                return "\n".join(answers)
            await asyncio.sleep(0.02)
        raise AssertionError("no answer")

    async def place(self) -> int:
        found = await self.shop.service.database.read(
            lambda conn: conversation_of(
                conn,
                self.shop.shop_id,
                pair=("web_chat", anonymous_ref(self.token)),
            )
        )
        assert found is not None
        return found

    async def _ours(self) -> list[str]:
        found = await self.shop.service.database.read(
            lambda conn: conversation_of(
                conn,
                self.shop.shop_id,
                pair=("web_chat", anonymous_ref(self.token)),
            )
        )
        if found is None:
            return []
        return [
            one.text
            for one in await self.shop.messages(found)
            if one.sender.value == "assistant"
        ]


async def _stranger(shop: ShopFloor, window: BrowserWindow) -> Stranger:
    welcome = await window.hello(after=0)
    return Stranger(shop, window, welcome["token"])


class TestStranger:
    async def test_is_asked_and_told_once_number_and_digits_are_right(
        self, shop: ShopFloor
    ) -> None:
        await shop.tell("PUT", "/orders/A1001", **_SHIPPED)
        async with window_of(shop.client, shop=SLUG) as window:
            buyer = await _stranger(shop, window)

            asked = await buyer.say(_ASKING)
            answer = await buyer.say("A1001 5678")
            again = await buyer.say(_ASKING)

        assert "后四位" in asked
        assert "杭州" not in asked
        assert "78612345678901" in answer
        assert "78612345678901" in again
