"""Which facts hold at a moment, and which cannot be."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.cards import NoReasonReturn, ProductCard, Range, SizeChart, SizeRow
from bot.catalogue.cards import ReturnReason as Reason
from bot.catalogue.checking import WrongFactError
from bot.catalogue.promotions import Promotion, promotions_at
from bot.catalogue.shop_facts import (
    Courier,
    DaySpan,
    PostageRules,
    ShopFacts,
    facts_at,
)
from bot.catalogue.validity import is_valid

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
DAY = timedelta(days=1)


class TestFactsAt:
    def test_a_later_set_goes_over_what_it_speaks_of(self) -> None:
        usual = ShopFacts(cutoffs=(time(17),), ship_within_hours=48)
        festival = ShopFacts(
            name="春节",
            valid_from=NOW - DAY,
            valid_until=NOW + DAY,
            cutoffs=(time(12),),
        )

        during = facts_at([festival, usual], NOW)
        after = facts_at([festival, usual], NOW + DAY)

        assert (during.cutoffs, during.ship_within_hours) == ((time(12),), 48)
        assert after.cutoffs == (time(17),)

    def test_an_empty_list_is_said(self) -> None:
        usual = ShopFacts(cutoffs=(time(17),))
        pause = ShopFacts(name="停发", valid_from=NOW, cutoffs=())

        assert facts_at([usual, pause], NOW).cutoffs == ()

    def test_a_set_to_come_says_nothing_yet(self) -> None:
        coming = ShopFacts(valid_from=NOW + DAY, cutoffs=(time(12),))

        assert facts_at([coming], NOW) == ShopFacts()


class TestIsValid:
    @given(st.timedeltas(-3 * DAY, 3 * DAY))
    def test_holds_from_the_start_until_before_the_end(self, after: timedelta) -> None:
        facts = ShopFacts(valid_from=NOW, valid_until=NOW + DAY)

        assert is_valid(facts, NOW + after) == (timedelta() <= after < DAY)


class TestPromotionsAt:
    def test_what_is_over_at_its_end_is_not_named(self) -> None:
        one = Promotion(promotion_id="p", title="t", phrase="满减", valid_until=NOW)

        assert promotions_at([one], NOW) == []
        assert promotions_at([one], NOW - timedelta(microseconds=1)) == [one]

    def test_what_ends_first_comes_first(self) -> None:
        endless = Promotion(promotion_id="a", title="t", phrase="长期")
        late = Promotion(
            promotion_id="b", title="t", phrase="晚", valid_until=NOW + 2 * DAY
        )
        soon = Promotion(
            promotion_id="c", title="t", phrase="早", valid_until=NOW + DAY
        )

        assert promotions_at([endless, late, soon], NOW) == [soon, late, endless]

    def test_one_of_no_item_and_no_category_is_for_all(self) -> None:
        everything = Promotion(promotion_id="a", title="t", phrase="p")
        clothes = Promotion(
            promotion_id="b", title="t", phrase="p", categories=("女装",)
        )

        assert everything.is_for(item_id="x", category=None)
        assert clothes.is_for(item_id="x", category="女装")
        assert not clothes.is_for(item_id="x", category=None)


WRONG: list[tuple[str, Any]] = [
    ("valid_until", lambda: ShopFacts(valid_from=NOW, valid_until=NOW)),
    ("valid_from", lambda: ShopFacts(valid_from=datetime(2026, 1, 1))),  # noqa: DTZ001 - the point
    ("cutoffs", lambda: ShopFacts(cutoffs=(time(17), time(12)))),
    ("cutoffs", lambda: ShopFacts(cutoffs=(time(17), time(17)))),
    ("cutoffs", lambda: ShopFacts(cutoffs=(time(17, tzinfo=UTC),))),
    ("ship_weekdays", lambda: ShopFacts(ship_weekdays=(0,))),
    ("ship_within_hours", lambda: ShopFacts(ship_within_hours=0)),
    ("warehouse_province", lambda: ShopFacts(warehouse_province="杭州")),
    ("name", lambda: ShopFacts(name=" ")),
    ("couriers", lambda: ShopFacts(couriers=(Courier(name="a"), Courier(name="a")))),
    ("first", lambda: DaySpan(first=3, last=2)),
    ("name", lambda: Courier(name="")),
    (
        "days_by_province",
        lambda: Courier(name="a", days_by_province={"火星": DaySpan(first=1, last=2)}),
    ),
    ("default_fen", lambda: PostageRules(default_fen=-1)),
    ("fen_by_province", lambda: PostageRules(fen_by_province={"浙江": -1})),
    ("fen_by_province", lambda: PostageRules(fen_by_province={"江浙沪": 1})),
    ("not_free_in", lambda: PostageRules(not_free_in=("乌鲁木齐",))),
    ("low", lambda: Range(low=2, high=1)),
    ("rows", lambda: SizeChart(rows=())),
    ("rows", lambda: SizeChart(rows=(SizeRow(size="S"), SizeRow(size="S")))),
    ("return_reason", lambda: ProductCard(no_reason_return=NoReasonReturn.NO)),
    (
        "return_reason",
        lambda: ProductCard(
            no_reason_return=NoReasonReturn.CONFIRMED_EXCLUDED,
            return_reason=Reason.CUSTOM_MADE,
        ),
    ),
    ("return_reason", lambda: ProductCard(return_reason=Reason.PERISHABLE)),
    ("phrase", lambda: Promotion(promotion_id="p", title="t", phrase=" ")),
]


class TestWrongFacts:
    @pytest.mark.parametrize(("field", "make"), WRONG)
    def test_name_their_field(self, field: str, make: Any) -> None:
        with pytest.raises(WrongFactError) as raised:
            make()

        assert raised.value.field == field
