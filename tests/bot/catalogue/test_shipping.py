"""When a parcel leaves and arrives: cut-offs, weekdays, holidays, couriers."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.regions import PROVINCES
from bot.catalogue.shipping import DateRange, arrival, is_same_courier, ships_today
from bot.catalogue.shop_facts import Courier, DaySpan, ShopFacts
from bot.desk.holidays import DayKind, HolidayCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = HolidayCalendar()
DAILY = ShopFacts(
    cutoffs=(time(12), time(15), time(17)), ship_weekdays=(1, 2, 3, 4, 5, 6, 7)
)
WORKDAYS = ShopFacts(cutoffs=(time(17),))
MOMENTS = st.datetimes(
    datetime(2025, 1, 1),  # noqa: DTZ001 - naive, as hypothesis wants bounds
    datetime(2028, 1, 1),  # noqa: DTZ001 - naive, as hypothesis wants bounds
    timezones=st.just(SHANGHAI),
)


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=SHANGHAI).astimezone(UTC)  # type: ignore[misc,arg-type]  # a date's parts


class TestShipsToday:
    @pytest.mark.parametrize(
        ("now", "day", "cutoff"),
        [
            (at(2026, 11, 23, 0, 0), date(2026, 11, 23), time(17)),
            (at(2026, 11, 23, 12, 30), date(2026, 11, 23), time(17)),
            (at(2026, 11, 23, 16, 59, 59), date(2026, 11, 23), time(17)),
            (at(2026, 11, 23, 17, 0), date(2026, 11, 24), None),
            (at(2026, 11, 23, 23, 59), date(2026, 11, 24), None),
        ],
    )
    def test_the_last_cutoff_of_the_day_counts(
        self, now: datetime, day: date, cutoff: time | None
    ) -> None:
        plan = ships_today(DAILY, CALENDAR, now)

        assert plan is not None
        assert (plan.day, plan.cutoff) == (day, cutoff)

    def test_without_named_weekdays_it_is_monday_to_friday(self) -> None:
        plan = ships_today(WORKDAYS, CALENDAR, at(2026, 11, 20, 18, 0))

        assert plan is not None
        assert plan.day == date(2026, 11, 23)

    def test_a_public_holiday_is_no_day_of_shipping(self) -> None:
        plan = ships_today(DAILY, CALENDAR, at(2026, 9, 30, 18, 0))

        assert plan is not None
        assert CALENDAR.day(plan.day).kind is not DayKind.HOLIDAY
        assert plan.day > date(2026, 10, 1)

    def test_unless_the_shop_ships_on_holidays(self) -> None:
        facts = ShopFacts(
            cutoffs=(time(17),),
            ship_weekdays=(1, 2, 3, 4, 5, 6, 7),
            ships_on_holidays=True,
        )

        plan = ships_today(facts, CALENDAR, at(2026, 9, 30, 18, 0))

        assert plan is not None
        assert plan.day == date(2026, 10, 1)
        assert not plan.is_provisional

    def test_a_made_up_saturday_is_a_day_of_shipping(self) -> None:
        own = HolidayCalendar(own={date(2026, 11, 28): DayKind.MAKE_UP})

        plan = ships_today(WORKDAYS, own, at(2026, 11, 27, 18, 0))

        assert plan is not None
        assert plan.day == date(2026, 11, 28)

    def test_a_year_that_is_not_announced_makes_it_provisional(self) -> None:
        plan = ships_today(DAILY, CALENDAR, at(2031, 1, 6, 10, 0))

        assert plan is not None
        assert plan.is_provisional

    def test_without_cutoffs_nobody_knows(self) -> None:
        assert ships_today(ShopFacts(), CALENDAR, at(2026, 11, 23, 10, 0)) is None

    def test_a_shop_that_ships_on_no_day_says_none(self) -> None:
        never = ShopFacts(cutoffs=(time(17),), ship_weekdays=())

        assert ships_today(never, CALENDAR, at(2026, 11, 23, 10, 0)) is None

    @given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=30)))
    def test_who_pays_later_never_ships_earlier(
        self, now: datetime, later: timedelta
    ) -> None:
        first = ships_today(WORKDAYS, CALENDAR, now)
        second = ships_today(WORKDAYS, CALENDAR, now + later)

        assert first is not None
        assert second is not None
        assert first.day <= second.day

    @given(MOMENTS)
    def test_a_day_is_never_past_and_today_only_before_its_cutoff(
        self, now: datetime
    ) -> None:
        plan = ships_today(DAILY, CALENDAR, now)

        assert plan is not None
        assert plan.day >= now.date()
        assert (plan.cutoff is not None) == (plan.day == now.date())
        if plan.cutoff is not None:
            assert now.time() < plan.cutoff


COURIERS = ShopFacts(
    couriers=(
        Courier(
            name="中通快递",
            days=DaySpan(first=2, last=4),
            days_by_province={"浙江": DaySpan(first=1, last=2)},
        ),
        Courier(name="顺丰", days_by_province={"浙江": DaySpan(first=1, last=1)}),
    )
)
DAY = date(2026, 11, 23)


class TestArrival:
    def test_counts_days_from_leaving(self) -> None:
        found = arrival(COURIERS, "四川", shipped_on=DAY, courier="中通")

        assert found == DateRange(first=date(2026, 11, 25), last=date(2026, 11, 27))

    def test_of_any_courier_holds_for_all_of_them(self) -> None:
        found = arrival(COURIERS, "浙江", shipped_on=DAY)

        assert found == DateRange(first=date(2026, 11, 24), last=date(2026, 11, 25))

    def test_an_unknown_courier_or_province_is_not_guessed(self) -> None:
        assert arrival(COURIERS, "四川", shipped_on=DAY, courier="顺丰") is None
        assert arrival(COURIERS, "浙江", shipped_on=DAY, courier="圆通") is None
        assert arrival(ShopFacts(), "浙江", shipped_on=DAY) is None

    @given(
        st.sampled_from(PROVINCES),
        st.dates(date(2025, 1, 1), date(2030, 1, 1)),
    )
    def test_never_ends_before_it_begins_or_leaves(
        self, province: str, leaves: date
    ) -> None:
        found = arrival(COURIERS, province, shipped_on=leaves)

        assert found is not None
        assert leaves <= found.first <= found.last


class TestIsSameCourier:
    def test_a_short_name_is_the_long_one(self) -> None:
        zhongtong = Courier(name="中通")

        assert is_same_courier(zhongtong, "中通快递")
        assert not is_same_courier(zhongtong, "申通")
        assert not is_same_courier(zhongtong, " ")
