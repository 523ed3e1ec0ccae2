"""A buyer wants no more messages: everything that we would send first stops for good."""

import pytest

from bot.messages import IncomingMessage
from storage.repositories.conversations import system_message
from tests.journeys.shop_floor import SLUG, ShopFloor


async def _plan_an_update(shop: ShopFloor) -> None:
    await shop.tell(
        "PUT",
        "/orders/A1001",
        buyer_id="b1",
        state="paid",
        promised_ship_at="2026-11-22T10:00:00+08:00",
    )
    await shop.say("b1", "都三天了怎么还不发货，急死了")
    # What is on its way arrives before a story moves the clock.
    await shop.tick()


class TestOptOut:
    async def test_a_word_is_enough_and_is_confirmed(self, shop: ShopFloor) -> None:
        answer = await shop.say("b1", "退订")

        assert len(answer["replies"]) == 1

    async def test_a_sentence_stops_what_was_planned(self, shop: ShopFloor) -> None:
        await _plan_an_update(shop)

        await shop.say("b1", "别再给我发消息了，烦死了")
        await shop.tick()
        shop.platform.received.clear()
        shop.clock.move(days=10)
        await shop.tick()

        assert shop.platform.texts() == []
        follow_ups = await shop.follow_ups()
        assert {(one.state, one.reason) for one in follow_ups} == {
            ("cancelled", "contact_stopped")
        }

    async def test_questions_are_still_answered_afterwards(
        self, shop: ShopFloor
    ) -> None:
        await shop.say("b1", "TD")

        answer = await shop.say("b1", "你们一般发什么快递")

        assert answer["band"] == "auto"
        assert answer["replies"]

    async def test_it_holds_on_every_connector(self, shop: ShopFloor) -> None:
        await _plan_an_update(shop)
        receipt = await shop.service.host.receive(
            IncomingMessage(
                shop=SLUG,
                connector="terminal",
                platform_message_id="t-1",
                buyer_ref="b1",
                text="退订",
                is_verified=True,
            )
        )
        await shop.service.host.outcome(SLUG, receipt, within=10)
        shop.platform.received.clear()

        shop.clock.move(days=10)
        await shop.tick()

        assert shop.platform.texts() == []
        (follow_up,) = await shop.follow_ups()
        assert (follow_up.state, follow_up.reason) == ("cancelled", "contact_stopped")

    async def test_nothing_is_promised_that_would_not_be_sent(
        self, shop: ShopFloor
    ) -> None:
        await shop.say("b1", "在吗")
        receipt = await shop.service.host.receive(
            IncomingMessage(
                shop=SLUG,
                connector="terminal",
                platform_message_id="t-1",
                buyer_ref="b1",
                text="拒收",
                is_verified=True,
            )
        )
        await shop.service.host.outcome(SLUG, receipt, within=10)

        await shop.tell("PUT", "/items/K1", title="保温壶", stock=0)
        await shop.say("b1", "这个什么时候到货，到货通知我", item_id="K1")

        assert await shop.follow_ups() == []

    @pytest.mark.parametrize(
        "words", ["退订", "拒收", "不要再发", "ｔｄ", "TD", "不要再发了！", "退訂"]
    )
    async def test_every_word_of_the_list_counts(
        self, shop: ShopFloor, words: str
    ) -> None:
        await _plan_an_update(shop)

        await shop.say("b1", words)

        assert {one.reason for one in await shop.follow_ups()} == {"contact_stopped"}

    @pytest.mark.parametrize(
        ("offer", "is_stopped"), [("新品上架，回T退订", True), ("亲要T恤吗", False)]
    )
    async def test_a_letter_counts_only_where_it_was_offered(
        self, shop: ShopFloor, offer: str, *, is_stopped: bool
    ) -> None:
        await _plan_an_update(shop)
        (one,) = await shop.follow_ups()
        await shop.service.database.write(
            lambda conn: system_message(
                conn,
                shop.shop_id,
                conversation_id=one.conversation_id or 0,
                text=offer,
                now=shop.clock(),
            )
        )

        await shop.say("b1", "Ｔ")

        one, *_ = await shop.follow_ups()
        assert (one.reason == "contact_stopped") is is_stopped
