"""A shop with a bargaining policy: what each rung and each tactic brings a buyer."""

import pytest

from tests.journeys.bargaining_shop import (
    TABLE,
    ask,
    offers,
    set_up,
    tickets_of_orders,
)
from tests.journeys.shop_floor import ShopFloor


class TestRungs:
    async def test_each_refused_ask_brings_the_next_one(self, shop: ShopFloor) -> None:
        await shop.put_on_duty()
        await set_up(shop)

        said = [
            await ask(shop, "b1", text)
            for text in (
                "能便宜点吗",
                "再便宜点",
                "再少点呗",
                "太贵了便宜些嘛",
                "最低多少",
            )
        ]

        assert not any(char.isdigit() for char in said[0])
        assert "杯刷" in said[1]
        assert "QIU-1" in said[2]
        assert "52元" in said[2]
        assert "包邮" in said[3] or "邮费" in said[3]
        assert "https://shop.example/mug" in said[4]
        assert "50元" in said[4]
        assert "不叠加" in said[4]
        assert [(it.kind, it.state) for it in await offers(shop)] == [
            ("gift", "replaced"),
            ("coupon", "replaced"),
            ("free_postage", "replaced"),
            ("money_off", "open"),
        ]

    async def test_only_the_difference_is_charged(self, shop: ShopFloor) -> None:
        await shop.put_on_duty()
        await set_up(shop)

        for text in (
            "能便宜点吗",
            "再便宜点",
            "再少点呗",
            "太贵了便宜些嘛",
            "最低多少",
        ):
            await ask(shop, "b1", text)

        assert [it.charged_fen for it in await offers(shop)] == [300, 0, 300, 100]

    async def test_a_person_gets_a_ticket_for_what_they_have_to_change(
        self, shop: ShopFloor
    ) -> None:
        await shop.put_on_duty()
        await set_up(shop, **TABLE)

        await ask(shop, "b1", "能便宜点吗")
        await ask(shop, "b1", "再便宜点")

        (summary,) = await tickets_of_orders(shop)
        assert "55元改为52元" in summary

    async def test_without_a_policy_for_the_item_nothing_is_conceded(
        self, shop: ShopFloor
    ) -> None:
        await shop.put_on_duty()
        await set_up(shop)
        await shop.tell("PUT", "/items/POT-01", title="砂锅", list_fen=9_900)

        answers = [
            await shop.say("b1", text, item_id="POT-01")
            for text in ("能便宜点吗", "再便宜点", "80卖我就拍")
        ]

        texts = [it["text"] for one in answers for it in one["replies"]]
        assert texts
        assert not any(char.isdigit() for text in texts for char in text)
        assert await offers(shop) == []

    async def test_zero_rounds_are_a_value(self, shop: ShopFloor) -> None:
        await shop.put_on_duty()
        await set_up(shop, rounds_per_rung=0)

        for text in ("能便宜点吗", "再便宜点", "再少点呗", "两件便宜点"):
            await ask(shop, "b1", text)

        assert await offers(shop) == []

    @pytest.mark.parametrize(
        ("text", "price_fen"), [("51呢", 5_100), ("50", 5_000), ("那50吧", 5_000)]
    )
    async def test_a_bare_figure_goes_on_with_the_bargaining(
        self, shop: ShopFloor, text: str, price_fen: int
    ) -> None:
        await shop.put_on_duty()
        await set_up(shop, **TABLE)
        await ask(shop, "b1", "能便宜点吗")
        await ask(shop, "b1", "再便宜点")

        answer = await shop.say("b1", text, item_id="MUG-01")

        assert answer["band"] == "auto"
        assert (await offers(shop))[-1].price_fen == price_fen

    async def test_beyond_its_authority_the_assistant_brings_a_person(
        self, shop: ShopFloor
    ) -> None:
        await shop.put_on_duty()
        authority = {"assistant": 1, "agent": 2, "manager": 2}
        await set_up(shop, **{**TABLE, "authority": authority})

        bands = [
            (await shop.say("b1", text, item_id="MUG-01"))["band"]
            for text in ("能便宜点吗", "再便宜点", "再少点呗")
        ]

        assert bands == ["auto", "auto", "hand_over"]
        assert len(await offers(shop)) == 1


class TestTactics:
    async def test_a_promise_meets_the_member_benefit_first(
        self, shop: ShopFloor
    ) -> None:
        await shop.put_on_duty()
        await set_up(shop, **TABLE)

        first = await ask(shop, "b1", "便宜点我介绍朋友来买")
        second = await ask(shop, "b1", "我下次还来，给我带朋友来，便宜点呗")

        assert "会员" in first
        assert "52元" in second
        assert "会员" in second or "老客" in second

    async def test_a_comparison_meets_the_differences_then_the_best_within_power(
        self, shop: ShopFloor
    ) -> None:
        await shop.put_on_duty()
        await set_up(shop, **TABLE)

        first = await ask(shop, "b1", "别家才卖45")
        second = await ask(shop, "b1", "别人家比你便宜10块")

        assert "元" not in first
        assert "52元" in second

    async def test_an_acceptable_ultimatum_is_accepted_with_a_favourite_asked_for(
        self, shop: ShopFloor
    ) -> None:
        await shop.put_on_duty()
        await set_up(shop, **TABLE)
        await ask(shop, "b1", "能便宜点吗")

        said = await ask(shop, "b1", "53卖我就马上付款")

        assert "53元" in said
        assert "收藏" in said
        (offer,) = await offers(shop)
        assert (offer.price_fen, offer.cost_fen, offer.rung) == (5_300, 200, 1)

    async def test_an_unreasonable_ultimatum_is_declined(self, shop: ShopFloor) -> None:
        await shop.put_on_duty()
        await set_up(shop, **TABLE)

        said = await ask(shop, "b1", "卖30我就拍")

        assert not any(char.isdigit() for char in said)
        assert await offers(shop) == []

    async def test_who_has_enough_pays_what_they_have(self, shop: ShopFloor) -> None:
        await shop.put_on_duty()
        await set_up(shop, **TABLE)
        await ask(shop, "b1", "能便宜点吗")

        said = await ask(shop, "b1", "预算只有52")

        assert "52元" in said
        assert [it.price_fen for it in await offers(shop)] == [5_200]

    async def test_who_has_too_little_is_asked_when_and_the_answer_uses_no_round(
        self, shop: ShopFloor
    ) -> None:
        await shop.put_on_duty()
        await set_up(shop, **TABLE)
        await ask(shop, "b1", "能便宜点吗")

        said = await ask(shop, "b1", "我只有30块了")
        await ask(shop, "b1", "周五")
        after = await ask(shop, "b1", "再便宜点")

        assert any(word in said for word in ("哪天", "什么时候"))
        assert "52元" in after
        assert len(await offers(shop)) == 1

    async def test_free_postage_is_given_when_its_rung_is_reached(
        self, shop: ShopFloor
    ) -> None:
        await shop.put_on_duty()
        rung = {"kind": "free_postage", "cost_fen": 600, "redeem": "order_change"}
        await set_up(shop, rungs=[rung])

        first = await ask(shop, "b1", "包邮就拍")
        second = await ask(shop, "b1", "包邮我马上拍")

        assert "收藏" in second
        assert "邮" in second
        assert first != second
        assert [it.kind for it in await offers(shop)] == ["free_postage"]

    async def test_several_pieces_have_their_own_offer(self, shop: ShopFloor) -> None:
        await shop.put_on_duty()
        await set_up(shop)

        said = await ask(shop, "b1", "两件便宜点")

        assert "105元" in said
        assert "2件" in said
