from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.desk.holidays import DayKind
from bot.desk.ticket_types import WorkingSpan
from bot.errors import SettingsError
from server.calendars import calendar_of, hours_phrase, limits_of
from server.settings import WEEKDAYS, ContactSettings, WorkingHours

SHANGHAI = "Asia/Shanghai"
FRIDAY_EVENING = datetime(2026, 3, 6, 9, 30, tzinfo=UTC)
"""17:30 in Shanghai, half an hour before the end of work."""


class TestCalendarOf:
    def test_works_in_the_shops_own_time(self) -> None:
        calendar = calendar_of(WorkingHours(), timezone=SHANGHAI)

        due_at = calendar.add_working(FRIDAY_EVENING, WorkingSpan(minutes=60))

        assert due_at == datetime(2026, 3, 9, 1, 30, tzinfo=UTC)

    def test_a_day_worked_by_exception_counts(self) -> None:
        hours = WorkingHours(saturday=("09:00-12:00",), work_on=("2026-03-07",))

        calendar = calendar_of(hours, timezone=SHANGHAI)

        due_at = calendar.add_working(FRIDAY_EVENING, WorkingSpan(minutes=60))
        assert due_at == datetime(2026, 3, 7, 1, 30, tzinfo=UTC)

    def test_a_day_off_by_exception_does_not_count(self) -> None:
        hours = WorkingHours(off_on=("2026-03-09",))

        calendar = calendar_of(hours, timezone=SHANGHAI)

        due_at = calendar.add_working(FRIDAY_EVENING, WorkingSpan(minutes=60))
        assert due_at == datetime(2026, 3, 10, 1, 30, tzinfo=UTC)

    def test_exceptions_are_holidays_and_make_up_days(self) -> None:
        hours = WorkingHours(work_on=("2030-01-05",), off_on=("2030-01-07",))

        own = calendar_of(hours, timezone=SHANGHAI).holidays.own

        assert own == {
            date(2030, 1, 5): DayKind.MAKE_UP,
            date(2030, 1, 7): DayKind.HOLIDAY,
        }

    @pytest.mark.parametrize(
        "span",
        [
            "",
            "09:00",
            "9-12",
            "09:00-25:00",
            "09:00-12:00-13:00",
            "09:00+08:00-12:00",
            "09:00~12:00",
            "09:00-",
            "morning-evening",
        ],
    )
    def test_names_a_span_that_cannot_be_read(self, span: str) -> None:
        with pytest.raises(SettingsError) as caught:
            calendar_of(WorkingHours(tuesday=("09:00-12:00", span)), timezone=SHANGHAI)

        assert caught.value.key == "working_hours.tuesday"
        assert repr(span) in caught.value.reason

    @pytest.mark.parametrize("name", ["work_on", "off_on"])
    @pytest.mark.parametrize("day", ["", "2026-02-30", "春节", "03-09"])
    def test_names_a_date_that_cannot_be_read(self, name: str, day: str) -> None:
        hours = (
            WorkingHours(work_on=(day,))
            if name == "work_on"
            else WorkingHours(off_on=(day,))
        )

        with pytest.raises(SettingsError) as caught:
            calendar_of(hours, timezone=SHANGHAI)

        assert caught.value.key == f"working_hours.{name}"


class TestHoursPhrase:
    @pytest.mark.parametrize(
        ("hours", "phrase"),
        [
            (WorkingHours(), "周一至周五9:00-12:00、13:00-18:00"),
            (
                WorkingHours(**dict.fromkeys(WEEKDAYS, ("08:30-09:30",))),
                "每天8:30-9:30",
            ),
            (
                WorkingHours(saturday=("10:00-16:00",), monday=()),
                "周二至周五9:00-12:00、13:00-18:00，周六10:00-16:00",
            ),
            (WorkingHours(**dict.fromkeys(WEEKDAYS, ())), ""),
        ],
    )
    def test_says_the_week_as_people_do(self, hours: WorkingHours, phrase: str) -> None:
        assert hours_phrase(hours) == phrase


class TestLimitsOf:
    def test_takes_the_windows_and_the_cap(self) -> None:
        limits = limits_of(ContactSettings())

        assert (limits.contact_start, limits.contact_end) == (time(9), time(20, 30))
        assert (limits.review_start, limits.review_end) == (time(20), time(20, 30))
        assert limits.marketing_gap == timedelta(days=7)

    def test_no_cap_is_a_gap_of_zero(self) -> None:
        limits = limits_of(ContactSettings(marketing_every_days=0))

        assert limits.marketing_gap == timedelta()
