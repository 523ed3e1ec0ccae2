"""A buyer wants no more messages: everything that we would send first stops for good."""

from tests.journeys.shop_floor import ShopFloor


async def _plan_an_update(shop: ShopFloor) -> None:
    await shop.tell(
        "PUT",
        "/orders/A1001",
        buyer_id="b1",
        state="paid",
        promised_ship_at="2026-11-22T10:00:00+08:00",
    )
    await shop.say("b1", "都三天了怎么还不发货，急死了")


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
