"""A buyer asks for figures: typed facts answer, for this very question and moment."""

from datetime import UTC, datetime, time
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.catalogue.promotions import Promotion
from bot.catalogue.shop_facts import Courier, DaySpan, PostageRules, ShopFacts
from storage.repositories.catalogue import put_promotion, put_shop_facts
from tests.journeys.shop_floor import SHANGHAI, ShopFloor

FACTS = ShopFacts(
    cutoffs=(time(12), time(15), time(17)),
    ship_weekdays=(1, 2, 3, 4, 5, 6, 7),
    ship_within_hours=48,
    couriers=(
        Courier(
            name="中通",
            days=DaySpan(first=2, last=4),
            days_by_province={"新疆": DaySpan(first=5, last=8)},
        ),
    ),
    warehouse_province="浙江",
    postage=PostageRules(
        default_fen=800,
        fen_by_province={"浙江": 600, "新疆": 1500},
        free_from_fen=5900,
        not_free_in=("新疆",),
    ),
)
CHART: dict[str, Any] = {
    "rows": [
        {
            "size": "S",
            "height_cm": {"low": 155, "high": 162},
            "weight_jin": {"low": 85, "high": 100},
        },
        {
            "size": "M",
            "height_cm": {"low": 160, "high": 167},
            "weight_jin": {"low": 101, "high": 115},
        },
        {
            "size": "L",
            "height_cm": {"low": 165, "high": 172},
            "weight_jin": {"low": 116, "high": 130},
        },
    ]
}


@pytest.fixture(name="floor")
async def _floor(shop: ShopFloor) -> ShopFloor:
    """A shop that has said its facts and told one item with a card."""
    await shop.service.database.write(
        lambda connection: put_shop_facts(
            connection, shop.shop_id, value=FACTS, now=shop.clock()
        )
    )
    await shop.service.scheduler.refresh_shops()
    await shop.tell(
        "PUT",
        "/items/dress-01",
        title="法式碎花连衣裙",
        list_fen=12_900,
        stock=36,
        card={"size_chart": CHART, "no_reason_return": "yes"},
    )
    return shop


def texts(answer: dict[str, Any]) -> str:
    return "\n".join(reply["text"] for reply in answer["replies"])


class TestBuyerWhoAsksWhetherItShipsToday:
    async def test_is_told_the_cutoff_that_is_still_ahead(
        self, floor: ShopFloor
    ) -> None:
        floor.clock.set(datetime(2026, 11, 23, 16, 50, tzinfo=SHANGHAI))

        answer = await floor.say("b1", "今天拍能发吗")

        assert answer["band"] == "auto"
        assert "今天17:00前付款今天发出" in texts(answer)

    async def test_is_told_tomorrow_after_the_last_one(self, floor: ShopFloor) -> None:
        floor.clock.set(datetime(2026, 11, 23, 17, 10, tzinfo=SHANGHAI))

        answer = await floor.say("b1", "今天拍能发吗")

        assert answer["band"] == "auto"
        assert "现在付款明天发出" in texts(answer)
        assert "今天发出" not in texts(answer)

    async def test_of_a_sold_out_item_is_promised_no_day(
        self, floor: ShopFloor
    ) -> None:
        await floor.tell("PUT", "/items/dress-01", title="法式碎花连衣裙", stock=0)

        answer = await floor.say("b1", "今天拍能发吗", item_id="dress-01")

        assert "今天发出" not in texts(answer)

    async def test_reads_what_a_manager_has_just_changed(
        self, floor: ShopFloor
    ) -> None:
        await floor.say("b1", "今天拍能发吗")
        holiday = ShopFacts(
            name="盘点",
            valid_from=datetime(2026, 11, 23, tzinfo=SHANGHAI).astimezone(UTC),
            valid_until=datetime(2026, 11, 26, tzinfo=SHANGHAI).astimezone(UTC),
            cutoffs=(time(9),),
        )
        await floor.service.database.write(
            lambda connection: put_shop_facts(
                connection, floor.shop_id, value=holiday, now=floor.clock()
            )
        )
        await floor.tick()

        answer = await floor.say("b1", "今天拍能发吗")

        assert "现在付款明天发出" in texts(answer)


class TestBuyerWhoTellsHeightAndWeight:
    async def test_is_told_the_size_of_the_chart(self, floor: ShopFloor) -> None:
        answer = await floor.say("b1", "165cm 110斤穿哪个码", item_id="dress-01")

        assert answer["band"] == "auto"
        assert "身高165厘米、体重110斤，按尺码表选M码" in texts(answer)

    async def test_between_two_sizes_is_told_both(self, floor: ShopFloor) -> None:
        answer = await floor.say("b1", "163cm 118斤穿哪个码", item_id="dress-01")

        assert "在M码和L码之间，喜欢合身选M码，喜欢宽松选L码" in texts(answer)

    async def test_outside_the_chart_is_told_so(self, floor: ShopFloor) -> None:
        answer = await floor.say("b1", "185cm 190斤穿哪个码", item_id="dress-01")

        assert "没有对得上的码" in texts(answer)


class TestBuyerWhoAsksForPostage:
    async def test_is_told_the_amount_for_the_province(self, floor: ShopFloor) -> None:
        answer = await floor.say("b1", "寄到新疆多少邮费", item_id="dress-01")

        assert answer["band"] == "auto"
        assert "寄到新疆运费15元（新疆不在包邮范围内）" in texts(answer)

    async def test_of_a_city_is_told_that_of_its_province(
        self, floor: ShopFloor
    ) -> None:
        answer = await floor.say("b1", "寄到杭州多少邮费")

        assert "寄到杭州运费6元，满59元包邮" in texts(answer)


class TestBuyerWhoseOrderSaysWhereItGoes:
    @staticmethod
    async def _order(floor: ShopFloor, **more: Any) -> None:
        await floor.tell(
            "PUT",
            "/orders/A2001",
            buyer_id="b1",
            state="shipped",
            items=["dress-01"],
            shipped_at=floor.clock().isoformat(),
            courier="中通",
            **more,
        )

    async def test_is_told_when_it_arrives_without_being_asked_where(
        self, floor: ShopFloor
    ) -> None:
        await self._order(floor, province="江苏省", city="苏州")

        answer = await floor.say("b1", "大概几天能到", order_id="A2001")

        assert "寄到苏州预计" in texts(answer)

    async def test_another_place_that_is_named_goes_first(
        self, floor: ShopFloor
    ) -> None:
        await self._order(floor, province="江苏", city="苏州")

        answer = await floor.say("b1", "寄到新疆多少邮费", order_id="A2001")

        assert "寄到新疆运费15元" in texts(answer)
        assert "苏州" not in texts(answer)

    async def test_of_another_buyers_order_nothing_is_heard(
        self, floor: ShopFloor
    ) -> None:
        await self._order(floor, province="江苏", city="苏州")

        answer = await floor.say("b2", "大概几天能到", order_id="A2001")

        assert "苏州" not in texts(answer)
        assert "江苏" not in texts(answer)

    async def test_a_city_that_is_not_in_the_province_is_not_believed(
        self, floor: ShopFloor
    ) -> None:
        await self._order(floor, province="新疆", city="苏州")

        answer = await floor.say("b1", "大概几天能到", order_id="A2001")

        assert "寄到新疆预计" in texts(answer)

    async def test_above_the_threshold_pays_none(self, floor: ShopFloor) -> None:
        answer = await floor.say("b1", "寄到成都要邮费吗", item_id="dress-01")

        assert "寄到成都满59元包邮" in texts(answer)


class TestBuyerWhoAsksWhenItArrives:
    async def test_is_told_days_by_province_and_courier(self, floor: ShopFloor) -> None:
        answer = await floor.say("b1", "现在下单发到新疆几天能到")

        assert "现在付款，寄到新疆预计11月28日到12月1日送达" in texts(answer)


class TestBuyerWhoAsksForTheLastDayToReturn:
    async def _signed(self, floor: ShopFloor, **card: Any) -> None:
        if card:
            await floor.tell(
                "PUT", "/items/dress-01", title="法式碎花连衣裙", card=card
            )
        await floor.tell(
            "PUT",
            "/orders/A1001",
            buyer_id="b1",
            items=[{"item_id": "dress-01", "title": "法式碎花连衣裙"}],
            state="signed",
            signed_at="2026-11-20T15:00:00+08:00",
        )

    async def test_is_told_the_seventh_day_after_signing(
        self, floor: ShopFloor
    ) -> None:
        await self._signed(floor)

        answer = await floor.say("b1", "最迟什么时候可以退", order_id="A1001")

        assert "11月27日24:00" in texts(answer)

    async def test_when_it_is_over_is_told_of_faults(self, floor: ShopFloor) -> None:
        await self._signed(floor)
        floor.clock.set(datetime(2026, 11, 28, 0, 0, tzinfo=SHANGHAI))

        answer = await floor.say("b1", "还能退吗", order_id="A1001")

        assert "11月27日" in texts(answer)
        assert "24:00" not in texts(answer)

    async def test_of_what_is_excluded_unconfirmed_is_refused_nothing(
        self, floor: ShopFloor
    ) -> None:
        await self._signed(
            floor,
            no_reason_return="confirmed_excluded",
            return_reason="unsealed_changes",
        )

        answer = await floor.say("b1", "还能退吗", order_id="A1001")

        assert "下单时的确认记录" in texts(answer)
        assert answer["replies"][-1]["buttons"] == ["转人工"]


class TestBuyerWhoAsksForPromotions:
    async def test_is_told_of_none_that_is_over(self, floor: ShopFloor) -> None:
        running = Promotion(
            promotion_id="p1",
            title="冬季上新",
            phrase="满199元减20元",
            valid_until=datetime(2026, 12, 1, tzinfo=SHANGHAI).astimezone(UTC),
        )
        over = Promotion(
            promotion_id="p2",
            title="大促",
            phrase="满99元减50元",
            valid_until=datetime(2026, 11, 12, tzinfo=SHANGHAI).astimezone(UTC),
        )

        def unit(connection: Connection) -> None:
            for one in (running, over):
                put_promotion(connection, floor.shop_id, value=one, now=floor.clock())

        await floor.service.database.write(unit)
        await floor.tick()

        during = await floor.say("b1", "现在有什么优惠活动吗")
        floor.clock.set(datetime(2026, 12, 1, 10, 0, tzinfo=SHANGHAI))
        after = await floor.say("b2", "现在有什么优惠活动吗")

        assert "满199元减20元（11月30日结束）" in texts(during)
        assert "满99元减50元" not in texts(during)
        assert "减" not in texts(after)
