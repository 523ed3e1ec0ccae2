"""Working time: weekdays, lunch, nights, holidays, and years nobody has announced."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.holidays import DayKind, HolidayCalendar
from bot.desk.ticket_types import WorkingSpan
from bot.desk.working_time import WorkingCalendar
from bot.scripts import Hours

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkingCalendar()
"""Monday to Friday, 9-12 and 13-18, in Shanghai."""
EVENING = WorkingCalendar(
    week=dict.fromkeys(range(7), (Hours(start=time(20), end=time(2)),))
)
NEVER = WorkingCalendar(week={})
NEW_YORK = WorkingCalendar(timezone="America/New_York")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def minutes(count: int) -> WorkingSpan:
    return WorkingSpan(minutes=count)


def days(count: int) -> WorkingSpan:
    return WorkingSpan(days=count)


moments = st.integers(0, 10 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
calendars = st.sampled_from(
    (
        OFFICE,
        EVENING,
        NEW_YORK,
        WorkingCalendar(
            week={0: (Hours(start=time(), end=time()),)},
            holiday_hours=(Hours(start=time(10), end=time(11)),),
        ),
    )
)


class TestIsOpen:
    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            ("2026-11-23 09:00", True),
            ("2026-11-23 08:59", False),
            ("2026-11-23 12:00", False),
            ("2026-11-23 12:59", False),
            ("2026-11-23 17:59", True),
            ("2026-11-23 18:00", False),
            ("2026-11-22 10:00", False),
            ("2026-10-01 10:00", False),
            ("2026-10-10 10:00", True),
            ("2027-10-01 10:00", True),
        ],
    )
    def test_an_office(self, moment: str, *, expected: bool) -> None:
        assert OFFICE.is_open(at(moment)) is expected

    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            ("2026-11-23 23:00", True),
            ("2026-11-24 01:59", True),
            ("2026-11-24 02:00", False),
        ],
    )
    def test_hours_may_run_over_midnight(self, moment: str, *, expected: bool) -> None:
        assert EVENING.is_open(at(moment)) is expected

    def test_a_holiday_may_have_hours_of_its_own(self) -> None:
        calendar = WorkingCalendar(holiday_hours=(Hours(start=time(10), end=time(11)),))

        assert calendar.is_open(at("2026-10-01 10:30"))

    def test_a_make_up_day_keeps_weekend_hours_where_there_are_any(self) -> None:
        calendar = WorkingCalendar(week={5: (Hours(start=time(10), end=time(11)),)})

        assert calendar.is_open(at("2026-10-10 10:30"))
        assert not calendar.is_open(at("2026-10-10 14:00"))

    def test_equal_ends_are_a_whole_day(self) -> None:
        calendar = WorkingCalendar(week={0: (Hours(start=time(), end=time()),)})

        assert calendar.is_open(at("2026-11-23 03:00"))
        assert not calendar.is_open(at("2026-11-24 03:00"))


class TestNextOpen:
    @pytest.mark.parametrize(
        ("moment", "opening"),
        [
            ("2026-11-23 10:00", "2026-11-23 10:00"),
            ("2026-11-23 12:30", "2026-11-23 13:00"),
            ("2026-11-20 20:00", "2026-11-23 09:00"),
            ("2026-09-30 20:00", "2026-10-08 09:00"),
            ("2035-10-05 20:00", "2035-10-08 09:00"),
        ],
    )
    def test_is_now_or_the_next_opening(self, moment: str, opening: str) -> None:
        assert OFFICE.next_open(at(moment)) == at(opening)

    def test_is_none_for_a_shop_that_never_opens(self) -> None:
        assert NEVER.next_open(at("2026-11-23 10:00")) is None

    @given(calendars, moments)
    def test_it_is_open_then(self, calendar: WorkingCalendar, moment: datetime) -> None:
        opening = calendar.next_open(moment)

        assert opening is not None
        assert opening >= moment
        assert calendar.is_open(opening)


class TestNextOpening:
    def test_lies_after_this_moment_also_while_open(self) -> None:
        assert OFFICE.next_opening(at("2026-11-23 10:00")) == at("2026-11-23 13:00")

    def test_is_none_for_a_shop_that_never_opens(self) -> None:
        assert NEVER.next_opening(at("2026-11-23 10:00")) is None


class TestIsProvisional:
    def test_only_years_that_are_not_announced(self) -> None:
        assert OFFICE.is_provisional(at("2027-03-01 10:00"))
        assert not OFFICE.is_provisional(at("2026-03-02 10:00"))


class TestAddWorking:
    @pytest.mark.parametrize(
        ("start", "span", "due"),
        [
            ("2026-11-23 10:00", minutes(60), "2026-11-23 11:00"),
            ("2026-11-23 11:30", minutes(60), "2026-11-23 13:30"),
            ("2026-11-23 17:30", minutes(60), "2026-11-24 09:30"),
            ("2026-11-20 17:30", minutes(60), "2026-11-23 09:30"),
            ("2026-11-21 03:00", minutes(60), "2026-11-23 10:00"),
            ("2026-11-23 11:00", minutes(60), "2026-11-23 12:00"),
            ("2026-11-23 10:00", minutes(0), "2026-11-23 10:00"),
            ("2026-11-21 10:00", minutes(0), "2026-11-23 09:00"),
            ("2026-11-20 15:00", days(1), "2026-11-23 15:00"),
            ("2026-11-20 20:00", days(1), "2026-11-24 09:00"),
            ("2026-11-20 15:00", days(2), "2026-11-24 15:00"),
            ("2026-09-30 15:00", days(1), "2026-10-08 15:00"),
            ("2026-10-09 15:00", days(1), "2026-10-10 15:00"),
            ("2027-10-01 15:00", days(1), "2027-10-04 15:00"),
            ("2035-09-28 15:00", days(2), "2035-10-02 15:00"),
            ("2026-11-20 17:00", WorkingSpan(days=1, minutes=120), "2026-11-24 10:00"),
        ],
    )
    def test_an_office(self, start: str, span: WorkingSpan, due: str) -> None:
        assert OFFICE.add_working(at(start), span) == at(due)

    def test_a_days_span_is_moved_into_the_hours_of_its_day(self) -> None:
        short = (
            Hours(start=time(9), end=time(11)),
            Hours(start=time(14), end=time(16)),
        )
        calendar = WorkingCalendar(
            week={0: (Hours(start=time(8), end=time(20)),), 1: short}
        )

        due = [
            calendar.add_working(at(f"2026-11-23 {hour}:00"), days(1))
            for hour in ("08", "10", "12", "18")
        ]

        assert due == [
            at("2026-11-24 09:00"),
            at("2026-11-24 10:00"),
            at("2026-11-24 14:00"),
            at("2026-11-24 16:00"),
        ]

    def test_an_hour_after_midnight_belongs_to_the_evening(self) -> None:
        due = EVENING.add_working(at("2026-11-24 01:00"), days(1))

        assert due == at("2026-11-25 01:00")

    def test_a_shop_that_never_opens_counts_plain_time(self) -> None:
        due = NEVER.add_working(at("2026-11-21 10:00"), WorkingSpan(days=1, minutes=30))

        assert due == at("2026-11-22 10:30")

    def test_a_shop_that_closes_for_good_counts_plain_time(self) -> None:
        own = {
            date(2026, 11, 24) + timedelta(days=day): DayKind.HOLIDAY
            for day in range(500)
        }
        calendar = WorkingCalendar(holidays=HolidayCalendar(own=own))
        start = at("2026-11-23 17:00")

        assert calendar.add_working(start, days(2)) == at("2026-11-25 17:00")
        assert calendar.add_working(start, minutes(90)) == at("2026-11-23 18:30")

    def test_a_clock_change_costs_no_working_time(self) -> None:
        zone = ZoneInfo("America/New_York")
        friday = at("2027-03-12 17:30", zone)

        due = NEW_YORK.add_working(friday, minutes(60))

        assert due == at("2027-03-15 09:30", zone)

    @given(calendars, moments, st.integers(0, 5000))
    def test_takes_exactly_that_much_working_time(
        self, calendar: WorkingCalendar, start: datetime, count: int
    ) -> None:
        due = calendar.add_working(start, minutes(count))

        assert calendar.working_between(start, due) == timedelta(minutes=count)

    @given(calendars, moments, moments, st.integers(0, 5), st.integers(0, 600))
    def test_who_starts_later_is_not_due_earlier(
        self,
        calendar: WorkingCalendar,
        one: datetime,
        other: datetime,
        day_count: int,
        minute_count: int,
    ) -> None:
        span = WorkingSpan(days=day_count, minutes=minute_count)
        early, late = sorted((one, other))

        assert calendar.add_working(early, span) <= calendar.add_working(late, span)


class TestWorkingBetween:
    def test_leaves_out_lunch_and_night(self) -> None:
        worked = OFFICE.working_between(at("2026-11-23 11:00"), at("2026-11-24 10:00"))

        assert worked == timedelta(hours=7)

    def test_is_zero_backwards(self) -> None:
        worked = OFFICE.working_between(at("2026-11-24 10:00"), at("2026-11-23 10:00"))

        assert worked == timedelta()

    def test_is_zero_for_a_shop_that_never_opens(self) -> None:
        worked = NEVER.working_between(at("2026-11-23 10:00"), at("2026-11-30 10:00"))

        assert worked == timedelta()

    def test_overlapping_hours_count_once(self) -> None:
        calendar = WorkingCalendar(
            week={
                0: (
                    Hours(start=time(9), end=time(12)),
                    Hours(start=time(10), end=time(14)),
                    Hours(start=time(10), end=time(11)),
                )
            }
        )

        worked = calendar.working_between(
            at("2026-11-23 00:00"), at("2026-11-24 00:00")
        )

        assert worked == timedelta(hours=5)

    @given(calendars, st.lists(moments, min_size=3, max_size=3))
    def test_adds_up(self, calendar: WorkingCalendar, three: list[datetime]) -> None:
        first, second, third = sorted(
            moment.replace(year=2026, month=10) for moment in three
        )

        assert calendar.working_between(first, second) + calendar.working_between(
            second, third
        ) == calendar.working_between(first, third)
