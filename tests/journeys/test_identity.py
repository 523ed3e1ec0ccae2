"""An anonymous buyer shows that an order is theirs, or learns nothing of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from server.chat.tokens import anonymous_ref
from server.recovery import recover
from storage.queries.audit import audit
from storage.queries.buyers import buyers_by_phone
from storage.queries.chat import conversation_of
from storage.queries.conversation_details import conversation_details
from storage.tables import IdentityTryRow, MessageRow, table_of
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
        await self.shop.tick()
        answers = (await self._ours())[len(before) :]
        assert answers, text
        return "\n".join(answers)

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


@asynccontextmanager
async def _stranger_with_order(shop: ShopFloor) -> AsyncIterator[Stranger]:
    """A stranger at the window; the shop has told of a parcel on its way."""
    await shop.tell("PUT", "/orders/A1001", **_SHIPPED)
    async with window_of(shop.client, shop=SLUG) as window:
        yield await _stranger(shop, window)


class TestStranger:
    async def test_is_asked_and_told_once_number_and_digits_are_right(
        self, shop: ShopFloor
    ) -> None:
        async with _stranger_with_order(shop) as buyer:
            asked = await buyer.say(_ASKING)
            answer = await buyer.say("A1001 5678")
            again = await buyer.say(_ASKING)

        assert "后四位" in asked
        assert "杭州" not in asked
        assert "78612345678901" in answer
        assert "78612345678901" in again

    async def test_gets_the_same_words_for_wrong_digits_and_an_unknown_number(
        self, shop: ShopFloor
    ) -> None:
        await shop.tell("PUT", "/orders/A1001", **_SHIPPED)
        await shop.tell("PUT", "/orders/A1002", **{**_SHIPPED, "phone": None})
        answers = []
        for told in ("A1001 0000", "Z9999 5678", "A1002 5678"):
            async with window_of(shop.client, shop=SLUG) as window:
                buyer = await _stranger(shop, window)
                await buyer.say(_ASKING)

                answers.append(await buyer.say(told))

        assert len(set(answers)) == 1
        assert "核对" in answers[0]
        assert "杭州" not in answers[0]

    async def test_who_tells_one_thing_is_asked_for_the_other(
        self, shop: ShopFloor
    ) -> None:
        async with _stranger_with_order(shop) as buyer:
            await buyer.say(_ASKING)

            asked = await buyer.say("5678")
            await recover(shop.service.database, shop.service.turns)
            shop.service.forget()
            answer = await buyer.say("订单号A1001")

        assert "订单号" in asked
        assert "78612345678901" in answer

    async def test_is_told_of_no_other_order(self, shop: ShopFloor) -> None:
        await shop.tell("PUT", "/orders/A1001", **_SHIPPED)
        await shop.tell(
            "PUT",
            "/orders/A1002",
            **{**_SHIPPED, "tracking_no": "78699999999999", "phone": "13900139999"},
        )
        async with window_of(shop.client, shop=SLUG) as window:
            buyer = await _stranger(shop, window)
            await buyer.say(_ASKING)
            await buyer.say("A1001 5678")

            answer = await buyer.say("帮我查一下订单A1002物流到哪了")

        assert "78699999999999" not in answer
        assert "后四位" in answer

    async def test_is_known_for_a_limited_time(self, shop: ShopFloor) -> None:
        async with _stranger_with_order(shop) as buyer:
            await buyer.say(_ASKING)
            await buyer.say("A1001 5678")

            shop.clock.move(minutes=61)
            answer = await buyer.say(_ASKING)

        assert "78612345678901" not in answer
        assert "后四位" in answer

    async def test_who_leaves_a_phone_can_be_called_on_it(
        self, shop: ShopFloor
    ) -> None:
        async with _stranger_with_order(shop) as buyer:
            await buyer.say("给我回个电话，13900001234")

        assert await _tries(shop) == []
        found = await shop.service.database.read(
            lambda conn: buyers_by_phone(conn, shop.shop_id, "13900001234")
        )
        assert len(found) == 1


class TestDesk:
    async def test_agents_see_which_order_was_shown(self, shop: ShopFloor) -> None:
        async with _stranger_with_order(shop) as buyer:
            await buyer.say(_ASKING)
            await buyer.say("A1001 5678")
            place = await buyer.place()

        details = await shop.service.database.read(
            lambda conn: conversation_details(conn, shop.shop_id, place)
        )
        (shown,) = details.shown_orders
        assert shown.order_ref == "A1001"
        assert shown.verified_until == shop.clock() + timedelta(minutes=60)


class TestTries:
    async def test_the_sixth_brings_a_person_even_when_it_is_right(
        self, shop: ShopFloor
    ) -> None:
        async with _stranger_with_order(shop) as buyer:
            await buyer.say(_ASKING)
            for number in range(5):
                await buyer.say(f"A1001 000{number}")

            await recover(shop.service.database, shop.service.turns)
            shop.service.forget()
            answer = await buyer.say("A1001 5678")

        assert "78612345678901" not in answer
        assert "同事" in answer
        assert [one.ticket_type for one in await shop.tickets()] == ["callback"]

    async def test_are_counted_anew_an_hour_later(self, shop: ShopFloor) -> None:
        async with _stranger_with_order(shop) as buyer:
            await buyer.say(_ASKING)
            for number in range(6):
                await buyer.say(f"A1001 000{number}")

            shop.clock.move(minutes=61)
            await buyer.say(_ASKING)
            answer = await buyer.say("A1001 5678")

        assert "78612345678901" in answer

    async def test_of_two_windows_on_one_order_count_together(
        self, shop: ShopFloor
    ) -> None:
        await shop.tell("PUT", "/orders/A1001", **_SHIPPED)
        async with (
            window_of(shop.client, shop=SLUG) as one,
            window_of(shop.client, shop=SLUG) as two,
        ):
            first, second = await _stranger(shop, one), await _stranger(shop, two)
            for buyer in (first, second):
                await buyer.say(_ASKING)
            for number in range(3):
                await first.say(f"A1001 000{number}")
            for number in range(2):
                await second.say(f"A1001 100{number}")

            answer = await second.say("A1001 5678")

        assert "78612345678901" not in answer
        assert "同事" in answer

    async def test_a_person_who_serves_is_not_helped_by_comparing(
        self, shop: ShopFloor
    ) -> None:
        async with _stranger_with_order(shop) as buyer:
            await buyer.say(_ASKING)
            await serve(shop, await buyer.place())

            await buyer.window.say("served", "A1001 5678")
            await buyer.window.until_text("A1001 5678")
            await shop.tick()

            messages = await shop.messages(await buyer.place())
        assert messages[-1].text == "A1001 5678"
        assert await _tries(shop) == []


class TestDigits:
    async def test_stand_in_no_copy_ticket_or_audit(self, shop: ShopFloor) -> None:
        async with _stranger_with_order(shop) as buyer:
            await buyer.say(_ASKING)
            await buyer.say("订单A1001，手机号13800135678")
            await buyer.say("订单A1001，尾号5678，催一下快递，怎么还没到")

        copies = await _copies(shop)
        kept = [one.summary for one in await shop.tickets()]
        written = await _audit(shop)
        assert not any("5678" in text for text in (*copies, *kept, *written))
        assert any("identity.right" in text for text in written)


async def _copies(shop: ShopFloor) -> list[str]:
    table = table_of(MessageRow).c
    return await shop.service.database.read(
        lambda conn: list(
            conn.scalars(
                select(table.search_text).where(
                    table.shop_id == shop.shop_id, table.direction == "incoming"
                )
            )
        )
    )


async def _audit(shop: ShopFloor) -> list[str]:
    return await shop.service.database.read(
        lambda conn: [
            f"{one.action} {one.subject} {one.data}"
            for one in audit(conn, shop.shop_id)
        ]
    )


async def _tries(shop: ShopFloor) -> list[int]:
    table = table_of(IdentityTryRow).c
    return await shop.service.database.read(
        lambda conn: list(
            conn.scalars(select(table.id).where(table.shop_id == shop.shop_id))
        )
    )
