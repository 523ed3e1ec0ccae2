"""When it leaves and arrives, and what postage costs: for this buyer and place."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.catalogue.catalogue import Catalogue
from bot.catalogue.shop_facts import (
    Courier,
    DaySpan,
    PostageRules,
    ShopFacts,
)
from bot.facts import Order, OrderState
from bot.utterances import EntityKind
from tests.bot.replying.typed_facts import (
    FACTS,
    NOW,
    SHANGHAI,
    entity,
    item,
    place,
    values,
)


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

    def test_a_city_beside_its_province_is_one_place(self) -> None:
        found = values(entities=place("新疆", "乌鲁木齐"))

        alone = values(entities=place("乌鲁木齐"))
        assert "eta.range" in alone
        assert found["eta.range"] == alone["eta.range"]
        assert found["postage.amount"] == alone["postage.amount"]

    def test_a_city_beside_another_province_is_not(self) -> None:
        assert "eta.range" not in values(entities=place("四川", "乌鲁木齐"))

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
