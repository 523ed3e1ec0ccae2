"""Facts that flows branch on: law, money and stock."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.catalogue.cards import NoReasonReturn, ProductCard, ReturnReason
from bot.desk.holidays import DayKind, HolidayCalendar
from bot.facts import Facts, Item, Order, OrderLine, OrderState
from bot.flows.authority import Authority
from bot.flows.facts import FACTS, facts_of
from bot.flows.no_reason import NoReason, may_return_without_reason

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
ORDER = Order(
    order_id="A1",
    buyer_ref="b1",
    state=OrderState.SIGNED,
    lines=(OrderLine(item_id="cup", price_fen=5900, quantity=2),),
)


def signed(day: str) -> Order:
    return replace(ORDER, signed_at=datetime.fromisoformat(f"{day}T23:30:00+08:00"))


ENGRAVED = Item(
    item_id="cup",
    title="刻字杯",
    card=ProductCard(
        no_reason_return=NoReasonReturn.NO, return_reason=ReturnReason.CUSTOM_MADE
    ),
)


def bought(*, is_confirmed: bool | None) -> Order:
    (line,) = ORDER.lines
    return replace(
        signed("2026-11-20"),
        lines=(replace(line, is_exclusion_confirmed=is_confirmed),),
    )


class TestMayReturnWithoutReason:
    @pytest.mark.parametrize(
        ("day", "answer"),
        [
            ("2026-11-23", NoReason.ALLOWED),
            ("2026-11-16", NoReason.ALLOWED),
            ("2026-11-15", NoReason.PAST),
            ("2026-11-01", NoReason.PAST),
        ],
    )
    def test_seven_days_count_from_the_day_after_signing(
        self, day: str, answer: NoReason
    ) -> None:
        found = may_return_without_reason(
            signed(day), item=None, now=NOON, holidays=HolidayCalendar()
        )

        assert found is answer

    def test_the_last_day_ends_at_midnight_in_china(self) -> None:
        before = datetime(2026, 11, 23, 15, 59, tzinfo=UTC)
        after = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
        order, calendar = signed("2026-11-16"), HolidayCalendar()

        assert (
            may_return_without_reason(order, item=None, now=before, holidays=calendar)
            is NoReason.ALLOWED
        )
        assert (
            may_return_without_reason(order, item=None, now=after, holidays=calendar)
            is NoReason.PAST
        )

    @pytest.mark.parametrize("order", [None, ORDER])
    def test_nobody_is_refused_while_the_signing_is_unknown(
        self, order: Order | None
    ) -> None:
        found = may_return_without_reason(
            order, item=None, now=NOON, holidays=HolidayCalendar()
        )

        assert found is NoReason.ASK_PERSON

    def test_a_last_day_on_a_holiday_moves_to_the_next_working_day(self) -> None:
        calendar = HolidayCalendar(own={date(2026, 11, 20): DayKind.HOLIDAY})

        found = may_return_without_reason(
            signed("2026-11-13"), item=None, now=NOON, holidays=calendar
        )

        assert found is NoReason.ALLOWED

    def test_where_holidays_are_not_announced_a_person_looks(self) -> None:
        now = datetime(2031, 3, 12, 4, tzinfo=UTC)

        found = may_return_without_reason(
            signed("2031-03-03"), item=None, now=now, holidays=HolidayCalendar()
        )

        assert found is NoReason.ASK_PERSON

    @pytest.mark.parametrize(
        ("is_confirmed", "answer"),
        [
            (True, NoReason.EXCLUDED),
            (False, NoReason.ASK_PERSON),
            (None, NoReason.ASK_PERSON),
        ],
    )
    def test_only_a_recorded_confirmation_leaves_goods_out(
        self, *, is_confirmed: bool | None, answer: NoReason
    ) -> None:
        found = may_return_without_reason(
            bought(is_confirmed=is_confirmed),
            item=ENGRAVED,
            now=NOON,
            holidays=HolidayCalendar(),
        )

        assert found is answer

    def test_an_item_that_is_not_in_the_order_decides_nothing(self) -> None:
        other = replace(ENGRAVED, item_id="other")

        found = may_return_without_reason(
            bought(is_confirmed=True), item=other, now=NOON, holidays=HolidayCalendar()
        )

        assert found is NoReason.ALLOWED

    def test_goods_of_a_class_that_nobody_has_told_may_go_back(self) -> None:
        plain = replace(ENGRAVED, card=ProductCard())

        found = may_return_without_reason(
            bought(is_confirmed=None), item=plain, now=NOON, holidays=HolidayCalendar()
        )

        assert found is NoReason.ALLOWED


class TestFactsOf:
    def facts(
        self, amount: str | None, authority: Authority, order: Order | None = ORDER
    ) -> dict[str, str]:
        return facts_of(
            Facts(
                policies={}, order=order, item=Item(item_id="cup", title="杯", stock=0)
            ),
            slots={} if amount is None else {"amount": amount},
            authority=authority,
            is_staffed=False,
            now=NOON,
            holidays=HolidayCalendar(),
        )

    @pytest.mark.parametrize(
        ("amount", "limit", "answer"),
        [
            (None, 2000, "unknown"),
            ("", 2000, "unknown"),
            ("2000", 2000, "within"),
            ("2001", 2000, "above"),
            ("1", 0, "above"),
            ("0", 2000, "above"),
            ("11800", 99_999, "within"),
            ("11801", 99_999, "above"),
        ],
    )
    def test_an_amount_is_within_the_limit_and_the_price_or_it_is_above(
        self, amount: str | None, limit: int, answer: str
    ) -> None:
        found = self.facts(amount, Authority(assistant_fen=limit))

        assert found["authority"] == answer

    def test_without_an_order_nothing_is_within(self) -> None:
        found = self.facts("100", Authority(assistant_fen=2000), order=None)

        assert found["authority"] == "above"

    def test_every_fact_has_one_of_its_declared_values(self) -> None:
        found = self.facts("100", Authority())

        assert found.keys() == FACTS.keys()
        assert all(value in FACTS[name] for name, value in found.items())
        assert (found["item_stock"], found["people"]) == ("out", "away")


class TestAuthority:
    def test_a_manager_without_a_limit_may_approve_anything(self) -> None:
        assert Authority().is_within_manager(10**9)

    def test_a_limit_of_nothing_is_a_limit(self) -> None:
        assert not Authority(manager_fen=0).is_within_manager(1)
