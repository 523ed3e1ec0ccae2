"""What typed facts put into placeholders: figures for this buyer, place and moment."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.cards import (
    NoReasonReturn,
    ProductCard,
    Range,
    ReturnReason,
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
from bot.facts import Facts, Item, Order, OrderLine, OrderState
from bot.replying.render import ALL_PLACEHOLDERS, POLICY_PLACEHOLDERS
from bot.replying.values import values_of
from bot.utterances import Entity, EntityKind

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 16, 50, tzinfo=SHANGHAI).astimezone(UTC)
FACTS = ShopFacts(
    cutoffs=(time(12), time(17)),
    ship_weekdays=(1, 2, 3, 4, 5, 6, 7),
    ship_within_hours=48,
    couriers=(
        Courier(
            name="中通",
            days=DaySpan(first=2, last=4),
            days_by_province={
                "浙江": DaySpan(first=1, last=2),
                "上海": DaySpan(first=1, last=2),
                "新疆": DaySpan(first=5, last=8),
            },
        ),
    ),
    warehouse_province="浙江",
    warehouse_city="杭州",
    postage=PostageRules(
        default_fen=800,
        fen_by_province={"浙江": 600, "上海": 600, "江苏": 600, "新疆": 1500},
        free_from_fen=5900,
        not_free_in=("新疆",),
    ),
    invoices=InvoiceRules(kinds=("电子普通发票",), days=DaySpan(first=1, last=3)),
)
CATALOGUE = Catalogue(facts=(FACTS,))
PLAIN = ProductCard(no_reason_return=NoReasonReturn.YES)
SIGNED = Order(
    order_id="A1",
    buyer_ref="b1",
    state=OrderState.SIGNED,
    lines=(OrderLine(item_id="i1"),),
    signed_at=NOW - timedelta(days=2),
)


def item(**changes: Any) -> Item:
    return replace(Item(item_id="i1", title="裙子"), **changes)


def entity(kind: EntityKind, value: str | float) -> Entity:
    return Entity(kind=kind, value=value, start=0, end=1)


def place(*names: str) -> list[Entity]:
    return [entity(EntityKind.PLACE, name) for name in names]


def values(*, entities: Any = (), now: datetime = NOW, **changes: Any) -> Any:
    known = {"policies": {}, "catalogue": CATALOGUE, **changes}
    return values_of(Facts(**known), now=now, entities=entities)


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


class TestShipToday:
    def test_a_paid_order_is_told_its_own_day(self) -> None:
        paid = Order(order_id="A1", buyer_ref="b", state=OrderState.PAID, paid_at=NOW)

        assert values(order=paid)["ship.today"] == "您这单今天发出"

    def test_a_paid_order_that_is_late_is_told_no_day(self) -> None:
        late = Order(
            order_id="A1",
            buyer_ref="b",
            state=OrderState.PAID,
            paid_at=NOW - timedelta(days=3),
        )

        assert "ship.today" not in values(order=late)

    def test_in_a_year_not_announced_holidays_are_named(self) -> None:
        found = values(now=datetime(2031, 1, 6, 10, tzinfo=SHANGHAI))

        assert found["ship.today"] == "今天17:00前付款今天发出（遇法定节假日顺延）"

    def test_a_sold_out_item_ships_on_no_day(self) -> None:
        found = values(item=item(stock=0), entities=place("新疆"))

        assert "ship.today" not in found
        assert "eta.range" not in found


class TestEtaRange:
    def test_of_a_shipped_parcel_counts_from_its_leaving(self) -> None:
        shipped = Order(
            order_id="A1",
            buyer_ref="b",
            state=OrderState.SHIPPED,
            shipped_at=NOW - timedelta(days=1),
            courier="中通快递",
        )

        found = values(order=shipped, entities=place("四川"))

        assert found["eta.range"] == "寄到四川预计明天到26日送达"

    def test_of_a_parcel_that_should_be_there_says_nothing(self) -> None:
        shipped = Order(
            order_id="A1",
            buyer_ref="b",
            state=OrderState.SHIPPED,
            shipped_at=NOW - timedelta(days=9),
            courier="中通",
        )

        assert "eta.range" not in values(order=shipped, entities=place("四川"))

    def test_a_courier_nobody_has_spoken_of_is_not_guessed(self) -> None:
        shipped = Order(
            order_id="A1",
            buyer_ref="b",
            state=OrderState.SHIPPED,
            shipped_at=NOW,
            courier="飞鸽",
        )

        assert "eta.range" not in values(order=shipped, entities=place("四川"))

    def test_the_warehouse_is_no_place_to_send_to(self) -> None:
        found = values(entities=place("杭州", "新疆"))

        assert found["eta.range"] == "现在付款，寄到新疆预计11月28日到12月1日送达"

    def test_of_two_places_to_send_to_none_is_chosen(self) -> None:
        found = values(entities=place("四川", "新疆"))

        assert "eta.range" not in found
        assert "postage.amount" not in found

    def test_of_several_provinces_all_have_to_be_known(self) -> None:
        facts = ShopFacts(
            cutoffs=(time(17),),
            couriers=(
                Courier(
                    name="同城", days_by_province={"浙江": DaySpan(first=1, last=1)}
                ),
            ),
        )

        found = values(catalogue=Catalogue(facts=(facts,)), entities=place("江浙沪"))

        assert "eta.range" not in found
        assert "postage.amount" not in found

    def test_of_one_day_names_it_once(self) -> None:
        facts = replace(
            FACTS, couriers=(Courier(name="同城", days=DaySpan(first=1, last=1)),)
        )

        found = values(catalogue=Catalogue(facts=(facts,)), entities=place("四川"))

        assert found["eta.range"] == "现在付款，寄到四川预计明天送达"


class TestPostageAmount:
    @pytest.mark.parametrize(
        ("where", "said"),
        [
            ("四川", "寄到四川运费8元，满59元包邮"),
            ("江浙沪", "寄到江浙沪运费6元，满59元包邮"),
            ("乌鲁木齐", "寄到乌鲁木齐运费15元（乌鲁木齐不在包邮范围内）"),
        ],
    )
    def test_is_that_of_the_province(self, where: str, said: str) -> None:
        assert values(entities=place(where))["postage.amount"] == said

    def test_counts_the_pieces_that_were_asked_for(self) -> None:
        two = [*place("四川"), entity(EntityKind.QUANTITY, 2)]

        found = values(item=item(list_fen=3000), entities=two)

        assert found["postage.amount"] == "寄到四川满59元包邮"

    def test_without_any_free_postage_is_the_fee_alone(self) -> None:
        facts = ShopFacts(postage=PostageRules(default_fen=800))

        found = values(catalogue=Catalogue(facts=(facts,)), entities=place("四川"))

        assert found["postage.amount"] == "寄到四川运费8元"

    def test_of_an_unknown_place_is_not_guessed(self) -> None:
        assert "postage.amount" not in values(entities=place("火星"))

    def test_of_several_provinces_with_different_fees_is_not_told(self) -> None:
        assert "postage.amount" not in values(entities=place("长三角"))


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


class TestReturning:
    def test_of_an_order_in_time_the_deadline_is_told(self) -> None:
        found = values(order=SIGNED, item=item(card=PLAIN))

        assert found["order.return_deadline"] == "11月28日24:00"

    def test_a_deadline_of_next_year_names_it(self) -> None:
        now = datetime(2026, 12, 30, 12, tzinfo=SHANGHAI)
        order = replace(SIGNED, signed_at=now)

        found = values(order=order, item=item(card=PLAIN), now=now)

        assert found["order.return_deadline"] == "至少到2027年1月6日24:00"

    def test_of_an_item_without_a_class_nothing_is_promised(self) -> None:
        found = values(order=SIGNED, item=item())

        assert not [name for name in found if name.startswith("order.return")]

    def test_of_another_item_nothing_is_said(self) -> None:
        found = values(order=SIGNED, item=item(item_id="i2", card=PLAIN))

        assert not [name for name in found if name.startswith("order.return")]

    def test_an_exclusion_names_its_legal_reason(self) -> None:
        card = ProductCard(
            no_reason_return=NoReasonReturn.NO, return_reason=ReturnReason.CUSTOM_MADE
        )
        line = OrderLine(item_id="i1", is_exclusion_confirmed=True)

        found = values(order=replace(SIGNED, lines=(line,)), item=item(card=card))

        assert found["order.return_excluded"] == "按您的要求定做的商品"

    def test_an_order_without_a_signing_time_is_to_be_checked(self) -> None:
        order = replace(SIGNED, signed_at=None)

        found = values(order=order, item=item(card=PLAIN))

        assert found["order.return_check"] == "包裹的签收时间"

    def test_a_parcel_on_its_way_has_no_deadline_yet(self) -> None:
        order = replace(SIGNED, state=OrderState.SHIPPED, signed_at=None)

        found = values(order=order, item=item(card=PLAIN))

        assert not [name for name in found if name.startswith("order.return")]


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
