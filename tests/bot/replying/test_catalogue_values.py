"""What typed facts put into placeholders: figures for this buyer and moment."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.cards import (
    ProductCard,
    Range,
    SizeChart,
    SizeRow,
)
from bot.catalogue.catalogue import Catalogue
from bot.catalogue.promotions import Promotion
from bot.catalogue.shop_facts import (
    Courier,
    DaySpan,
    InvoiceRules,
    PostageRules,
    ShopFacts,
)
from bot.facts import OrderState
from bot.replying.names import ALL_PLACEHOLDERS, POLICY_PLACEHOLDERS
from bot.utterances import EntityKind
from tests.bot.replying.typed_facts import (
    FACTS,
    NOW,
    PLAIN,
    SHANGHAI,
    SIGNED,
    entity,
    item,
    place,
    values,
)


class TestShopPhrases:
    def test_are_written_from_typed_facts(self) -> None:
        found = values()

        assert found["shop.cutoff"] == "每天17:00前付款当天发出，17:00后付款次日发出"
        assert found["shop.ship_within"] == "付款后48小时内"
        assert found["shop.couriers"] == "中通"
        assert found["shop.ship_from"] == "浙江杭州仓库"
        assert found["shop.eta"] == "上海、浙江1-2天，新疆5-8天，其他地区2-4天"
        assert found["shop.free_shipping_rule"] == "满59元包邮（新疆除外）"
        assert found["shop.shipping_fee_rule"] == (
            "不满包邮条件时上海、江苏、浙江6元，新疆15元，其他地区8元"
        )
        assert found["shop.invoice_rule"] == "可以开电子普通发票，1-3个工作日开出"

    def test_go_over_what_the_shop_had_written(self) -> None:
        found = values(policies={"shop.cutoff": "看心情", "shop.limit_rule": "不限购"})

        assert "17:00" in found["shop.cutoff"]
        assert found["shop.limit_rule"] == "不限购"

    def test_without_typed_facts_the_shops_own_hold(self) -> None:
        phrase = {"shop.cutoff": "下午五点前", "shop.promotions": "满减"}

        found = values(policies=phrase, catalogue=Catalogue())

        assert {name: found[name] for name in phrase} == phrase

    def test_without_free_postage_the_old_rule_is_gone(self) -> None:
        facts = replace(FACTS, postage=PostageRules(default_fen=800))
        old = {"shop.free_shipping_rule": "满59元包邮"}

        found = values(policies=old, catalogue=Catalogue(facts=(facts,)))

        assert found["shop.free_shipping_rule"] == ""
        assert found["shop.shipping_fee_rule"] == "全国8元"

    def test_free_for_all_is_said_so(self) -> None:
        facts = ShopFacts(postage=PostageRules(free_from_fen=0, not_free_in=("西藏",)))

        found = values(catalogue=Catalogue(facts=(facts,)))

        assert found["shop.free_shipping_rule"] == "全场包邮（西藏除外）"
        assert found["shop.shipping_fee_rule"] == "全国包邮"

    @pytest.mark.parametrize(
        ("facts", "name", "said"),
        [
            (ShopFacts(invoices=InvoiceRules(kinds=())), "shop.invoice_rule", ""),
            (
                ShopFacts(
                    invoices=InvoiceRules(kinds=("电子票", "纸票"), how="联系客服")
                ),
                "shop.invoice_rule",
                "可以开电子票和纸票，联系客服",
            ),
            (
                ShopFacts(couriers=(Courier(name="中通"), Courier(name="顺丰"))),
                "shop.couriers",
                "中通和顺丰",
            ),
            (ShopFacts(couriers=(Courier(name="中通"),)), "shop.eta", ""),
            (
                ShopFacts(
                    couriers=(Courier(name="同城", days=DaySpan(first=0, last=0)),)
                ),
                "shop.eta",
                "全国当天",
            ),
            (
                ShopFacts(
                    couriers=(Courier(name="同城", days=DaySpan(first=0, last=1)),)
                ),
                "shop.eta",
                "全国1天",
            ),
            (
                ShopFacts(warehouse_province="北京", warehouse_city="北京"),
                "shop.ship_from",
                "北京仓库",
            ),
        ],
    )
    def test_say(self, facts: ShopFacts, name: str, said: str) -> None:
        assert values(catalogue=Catalogue(facts=(facts,)))[name] == said

    @pytest.mark.parametrize(
        ("days", "said"),
        [
            (None, "工作日17:00前付款当天发出，17:00后付款下个工作日发出"),
            ((1, 3), "周一、周三17:00前付款当天发出，17:00后付款下个发货日发出"),
        ],
    )
    def test_the_days_of_shipping_are_named(
        self, days: tuple[int, ...] | None, said: str
    ) -> None:
        facts = ShopFacts(cutoffs=(time(17),), ship_weekdays=days)

        assert values(catalogue=Catalogue(facts=(facts,)))["shop.cutoff"] == said


class TestPromotions:
    RUNNING = Promotion(
        promotion_id="a",
        title="冬季",
        phrase="满199元减20元",
        valid_until=datetime(2026, 12, 1, tzinfo=SHANGHAI).astimezone(UTC),
    )
    DRESSES = Promotion(
        promotion_id="b", title="裙装节", phrase="第二件半价", categories=("女装",)
    )

    def test_end_with_the_day_before_midnight(self) -> None:
        found = values(catalogue=Catalogue(promotions=(self.RUNNING,)))

        assert found["shop.promotions"] == "满199元减20元（11月30日结束）"

    def test_end_at_the_hour_that_was_said(self) -> None:
        tonight = replace(self.RUNNING, valid_until=NOW + timedelta(hours=3))

        found = values(catalogue=Catalogue(promotions=(tonight,)))

        assert found["shop.promotions"] == "满199元减20元（今天19:50结束）"

    def test_those_that_are_over_take_the_old_phrase_with_them(self) -> None:
        found = values(
            policies={"shop.promotions": "双十一满减"},
            catalogue=Catalogue(promotions=(self.RUNNING,)),
            now=datetime(2026, 12, 1, tzinfo=SHANGHAI),
        )

        assert found["shop.promotions"] == ""

    def test_are_those_of_the_item(self) -> None:
        catalogue = Catalogue(promotions=(self.DRESSES,))

        dress = values(catalogue=catalogue, item=item(category="女装"))
        kettle = values(catalogue=catalogue, item=item(category="家居"))
        unknown = values(catalogue=catalogue)

        assert dress["shop.promotions"] == "第二件半价"
        assert kettle["shop.promotions"] == ""
        assert unknown["shop.promotions"] == "裙装节：第二件半价"


CHART = SizeChart(
    rows=(
        SizeRow(
            size="S",
            height_cm=Range(low=150, high=160),
            weight_jin=Range(low=80, high=95),
            measures={"胸围": Range(low=82, high=86)},
        ),
        SizeRow(size="M", height_cm=Range(low=160, high=165)),
        SizeRow(size="均码", weight_jin=Range(low=130.5, high=130.5)),
    )
)


class TestSizeAdvice:
    @pytest.mark.parametrize(
        ("height", "weight", "said"),
        [
            (155, 90, "身高155厘米、体重90斤，按尺码表选S码"),
            (163, None, "身高163厘米，按尺码表选M码"),
            (None, 90, "体重90斤，按尺码表选S码"),
            (160, None, "身高160厘米，在S码和M码之间，喜欢合身选S码，喜欢宽松选M码"),
            (None, 130.5, "体重130.5斤，按尺码表选均码"),
            (190, None, "身高190厘米，这款尺码表里没有对得上的码，不敢给您乱推荐"),
        ],
    )
    def test_says(self, height: float | None, weight: float | None, said: str) -> None:
        told = {EntityKind.HEIGHT_CM: height, EntityKind.WEIGHT_JIN: weight}
        body = [entity(kind, it) for kind, it in told.items() if it is not None]

        found = values(entities=body, item=item(card=ProductCard(size_chart=CHART)))

        assert found["size.advice"] == said

    @pytest.mark.parametrize(
        "heights", [(), (155, 163)], ids=["nothing told", "two people"]
    )
    def test_of_nobody_in_particular_there_is_none(
        self, heights: tuple[int, ...]
    ) -> None:
        body = [entity(EntityKind.HEIGHT_CM, height) for height in heights]

        found = values(entities=body, item=item(card=ProductCard(size_chart=CHART)))

        assert "size.advice" not in found

    def test_a_chart_without_these_measures_advises_nothing(self) -> None:
        shoes = SizeChart(rows=(SizeRow(size="38码"),))
        body = [entity(EntityKind.HEIGHT_CM, 165)]

        found = values(entities=body, item=item(card=ProductCard(size_chart=shoes)))

        assert "size.advice" not in found
        assert found["item.size_chart"] == "38码"

    def test_the_chart_itself_is_one_line(self) -> None:
        found = values(item=item(card=ProductCard(size_chart=CHART)))

        assert found["item.size_chart"] == (
            "S码身高150-160厘米、体重80-95斤、胸围82-86；M码身高160-165厘米；均码体重130.5斤"
        )


class TestCards:
    def test_speak_for_the_items_placeholders(self) -> None:
        card = ProductCard(
            attributes={"面料": "雪纺", "版型": "中长款"},
            compatible=("A1", "A2"),
            care=("冷水手洗。", "反面晾干"),
            installation=("拧紧螺丝",),
        )

        found = values(item=item(card=card, details={"attributes": "旧的"}))

        assert found["item.attributes"] == "面料：雪纺，版型：中长款"
        assert found["item.compatible"] == "A1、A2"
        assert found["item.care"] == "1.冷水手洗；2.反面晾干"
        assert found["item.installation"] == "拧紧螺丝"
        assert found["item.usage"] == "拧紧螺丝。1.冷水手洗；2.反面晾干"

    def test_outside_their_time_say_nothing(self) -> None:
        card = ProductCard(valid_until=NOW, attributes={"面料": "雪纺"})

        assert "item.attributes" not in values(item=item(card=card))


class TestEveryValue:
    @given(
        st.lists(st.sampled_from(["新疆", "杭州", "江浙沪", "火星"]), max_size=2),
        st.datetimes(
            datetime(2026, 1, 1),  # noqa: DTZ001 - naive, as hypothesis wants bounds
            datetime(2028, 1, 1),  # noqa: DTZ001 - as above
            timezones=st.just(UTC),
        ),
        st.sampled_from([None, *OrderState]),
    )
    def test_belongs_to_a_placeholder_and_is_one_line(
        self, places: list[str], now: datetime, state: OrderState | None
    ) -> None:
        order = None if state is None else replace(SIGNED, state=state, shipped_at=NOW)

        found = values(
            entities=place(*places), now=now, order=order, item=item(card=PLAIN)
        )

        assert found.keys() <= ALL_PLACEHOLDERS
        assert all(value.isprintable() for value in found.values())
        assert all(
            value for name, value in found.items() if name not in POLICY_PLACEHOLDERS
        )
