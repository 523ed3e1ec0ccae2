"""A shop with a bargaining policy: where it ends, and that it ends there for everybody."""

from datetime import datetime

from tests.journeys.bargaining_shop import (
    TABLE,
    ask,
    in_another_channel,
    offers,
    set_up,
)
from tests.journeys.shop_floor import SHANGHAI, ShopFloor


class TestSmallSteps:
    async def test_gain_nothing(self, shop: ShopFloor) -> None:
        await shop.put_on_duty()
        await set_up(shop, **TABLE)

        for fen in range(54, 44, -1):
            await ask(shop, "b1", f"{fen}块行不行")

        assert min(it.price_fen for it in await offers(shop)) == 5_000
        open_ones = [it for it in await offers(shop) if it.state == "open"]
        assert len(open_ones) == 1


class TestSameSituation:
    async def test_has_the_same_answers_whoever_asks(self, shop: ShopFloor) -> None:
        await shop.put_on_duty()
        await set_up(shop, **TABLE)
        asks = ("能便宜点吗", "53卖我就马上付款", "再少点呗", "最低多少")

        said = [
            [
                (await shop.say(buyer, text, item_id="MUG-01", **who))["replies"][-1][
                    "text"
                ]
                for text in asks
            ]
            for buyer, who in (("b1", {}), ("b2", {"buyer_name": "王总"}))
        ]

        assert said[0] == said[1]


class TestSecondConversation:
    async def test_goes_on_where_the_first_one_stopped(self, shop: ShopFloor) -> None:
        await shop.put_on_duty()
        await set_up(shop, **TABLE)
        await ask(shop, "b1", "能便宜点吗")
        await ask(shop, "b1", "再便宜点")

        answer = await in_another_channel(shop, "b1", "能便宜点吗")

        assert "50元" in answer
        assert [it.price_fen for it in await offers(shop)] == [5_200, 5_000]
        assert [it.state for it in await offers(shop)] == ["replaced", "open"]


class TestBudget:
    async def test_of_the_conversation_ends_the_offers(self, shop: ShopFloor) -> None:
        await shop.put_on_duty()
        await set_up(shop, **TABLE, budget_fen={"conversation": 400, "day": 9_999})

        for text in ("能便宜点吗", "再便宜点", "再少点呗", "最低多少"):
            await ask(shop, "b1", text)

        assert [it.price_fen for it in await offers(shop)] == [5_200]

    async def test_of_the_day_is_shared_by_all_and_new_the_next_day(
        self, shop: ShopFloor
    ) -> None:
        await shop.put_on_duty()
        await set_up(shop, **TABLE, budget_fen={"conversation": 800, "day": 500})
        for buyer in ("b1", "b2"):
            await ask(shop, buyer, "能便宜点吗")
            await ask(shop, buyer, "再便宜点")

        assert [it.charged_fen for it in await offers(shop)] == [300]
        shop.clock.set(datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI))
        await ask(shop, "b2", "再便宜点")
        assert [it.charged_fen for it in await offers(shop)] == [300, 300]

    async def test_of_zero_gives_nothing(self, shop: ShopFloor) -> None:
        await shop.put_on_duty()
        await set_up(shop, **TABLE, budget_fen={"conversation": 0, "day": 9_999})

        for text in ("能便宜点吗", "再便宜点", "再少点呗"):
            await ask(shop, "b1", text)

        assert await offers(shop) == []


class TestRedemption:
    async def test_nobody_on_duty_leaves_out_what_a_person_has_to_do(
        self, shop: ShopFloor
    ) -> None:
        await set_up(shop)

        for text in ("能便宜点吗", "再便宜点", "再少点呗"):
            await ask(shop, "b1", text)

        assert [it.kind for it in await offers(shop)] == ["coupon", "money_off"]

    async def test_too_few_minutes_before_hours_end_do_as_well(
        self, shop: ShopFloor
    ) -> None:
        await shop.put_on_duty()
        await set_up(shop, **TABLE)
        shop.clock.set(datetime(2026, 11, 23, 17, 51, tzinfo=SHANGHAI))
        for text in ("能便宜点吗", "再便宜点"):
            await ask(shop, "b1", text)

        assert await offers(shop) == []
        shop.clock.set(datetime(2026, 11, 24, 17, 49, tzinfo=SHANGHAI))
        await ask(shop, "b1", "再便宜点")
        assert [it.price_fen for it in await offers(shop)] == [5_200]

    async def test_an_empty_pool_is_left_out(self, shop: ShopFloor) -> None:
        await set_up(shop, codes=["ONLY-1"])

        for buyer in ("b1", "b2"):
            await ask(shop, buyer, "能便宜点吗")
            await ask(shop, buyer, "再便宜点")

        kinds = [(it.kind, it.price_fen) for it in await offers(shop)]
        assert kinds == [("coupon", 5_200), ("money_off", 5_000)]

    async def test_a_link_that_is_missing_is_left_out(self, shop: ShopFloor) -> None:
        rung = {
            "kind": "money_off",
            "off_fen": 500,
            "cost_fen": 500,
            "redeem": {"link": ""},
        }
        await set_up(shop, rungs=[rung])

        for text in ("能便宜点吗", "再便宜点", "再少点呗"):
            await ask(shop, "b1", text)

        assert await offers(shop) == []


class TestValidity:
    async def test_an_open_offer_is_honoured(self, shop: ShopFloor) -> None:
        await shop.put_on_duty()
        await set_up(shop, **TABLE)
        await ask(shop, "b1", "能便宜点吗")
        await ask(shop, "b1", "再便宜点")
        shop.clock.move(hours=5)

        said = await ask(shop, "b1", "52卖我就拍")

        assert "52元" in said
        assert len(await offers(shop)) == 1

    async def test_an_expired_one_is_not_given_again(self, shop: ShopFloor) -> None:
        await shop.put_on_duty()
        await set_up(
            shop, **{**TABLE, "authority": {"assistant": 1, "agent": 1, "manager": 1}}
        )
        await ask(shop, "b1", "能便宜点吗")
        await ask(shop, "b1", "再便宜点")
        shop.clock.move(hours=25)

        said = await ask(shop, "b1", "52卖我就拍")

        assert "52" not in said
        assert len(await offers(shop)) == 1
