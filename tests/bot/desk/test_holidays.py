"""What a day is: announced, made the shop's own, or only assumed."""

from datetime import date

import pytest

from bot.desk.holidays import DayKind, HolidayCalendar


class TestDay:
    @pytest.mark.parametrize(
        ("day", "kind"),
        [
            (date(2026, 10, 1), DayKind.HOLIDAY),
            (date(2026, 10, 7), DayKind.HOLIDAY),
            (date(2026, 10, 8), DayKind.REGULAR),
            (date(2026, 9, 20), DayKind.MAKE_UP),
            (date(2026, 10, 10), DayKind.MAKE_UP),
            (date(2026, 11, 21), DayKind.REGULAR),
        ],
    )
    def test_national_day_2026_is_announced(self, day: date, kind: DayKind) -> None:
        found = HolidayCalendar().day(day)

        assert found.kind is kind
        assert not found.is_provisional

    @pytest.mark.parametrize("year", [2027, 2035])
    def test_an_unannounced_year_is_regular_and_provisional(self, year: int) -> None:
        found = HolidayCalendar().day(date(year, 10, 1))

        assert found.kind is DayKind.REGULAR
        assert found.is_provisional

    @pytest.mark.parametrize("year", [2026, 2027, 2035])
    def test_the_shops_own_day_wins(self, year: int) -> None:
        own = {date(year, 10, 1): DayKind.MAKE_UP}

        found = HolidayCalendar(own=own).day(date(year, 10, 1))

        assert found.kind is DayKind.MAKE_UP
        assert not found.is_provisional
