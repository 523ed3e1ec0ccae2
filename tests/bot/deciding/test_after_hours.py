"""Nobody is there: what the buyer reads of when somebody will be is true."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.desk.holidays import DayKind, HolidayCalendar
from bot.desk.working_time import DEFAULT_WEEK, WorkingCalendar
from bot.scripts import Hours
from tests.bot.deciding.deciding_factories import (
    handle,
    make_context,
    texts,
    with_texts,
)

AFTER_HOURS = ("同事不在，{time.next_open}回来", "同事不在，上班后按顺序回复")
SAYING = with_texts(after_hours=AFTER_HOURS)


def said(at: str, *, calendar: WorkingCalendar | None = None) -> str:
    """Return what a buyer who asks for a person then reads."""
    local = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    context = make_context(
        now=local.astimezone(UTC),
        agents_on_duty=0,
        calendar=WorkingCalendar() if calendar is None else calendar,
    )
    (text,) = [
        it
        for it in texts(handle("person", pack=SAYING, context=context))
        if "同事不在" in it
    ]
    return text


class TestAfterHours:
    @pytest.mark.parametrize(
        ("at", "when"),
        [
            ("2026-11-23 20:00", "明天9:00"),
            ("2026-11-24 03:00", "今天9:00"),
            ("2026-11-24 12:30", "今天13:00"),
            ("2026-11-27 19:00", "11月30日9:00"),
            # The National Day week of 2026, and the Saturday worked in its place.
            ("2026-09-30 19:00", "10月8日9:00"),
            ("2026-10-07 22:00", "明天9:00"),
            ("2026-10-09 19:00", "明天9:00"),
            ("2026-10-10 18:30", "后天9:00"),
            # Spring Festival of 2026, before which a Saturday is worked.
            ("2026-02-13 18:00", "明天9:00"),
            ("2026-02-14 18:00", "2月24日9:00"),
        ],
    )
    def test_names_the_next_hour_that_is_worked(self, at: str, when: str) -> None:
        assert said(at) == f"同事不在，{when}回来"

    def test_at_an_hour_at_which_nobody_came_the_next_one_is_named(self) -> None:
        assert said("2026-11-24 10:00") == "同事不在，今天13:00回来"

    def test_without_any_hours_no_time_is_promised(self) -> None:
        never = WorkingCalendar(week={})

        assert said("2026-11-24 10:00", calendar=never) == AFTER_HOURS[1]

    @pytest.mark.parametrize("at", ["2026-12-31 19:00", "2027-09-30 19:00"])
    def test_a_holiday_that_nobody_has_announced_yet_is_not_promised(
        self, at: str
    ) -> None:
        assert said(at) == AFTER_HOURS[1]

    def test_unless_the_shop_says_that_it_is_worked(self) -> None:
        own = HolidayCalendar(own={date(2027, 1, 1): DayKind.REGULAR})
        calendar = WorkingCalendar(holidays=own)

        assert said("2026-12-31 19:00", calendar=calendar) == "同事不在，明天9:00回来"

    def test_hours_on_holidays_count_where_a_shop_has_them(self) -> None:
        calendar = WorkingCalendar(
            week=DEFAULT_WEEK, holiday_hours=(Hours(start=time(10), end=time(16)),)
        )

        assert said("2026-09-30 19:00", calendar=calendar) == "同事不在，明天10:00回来"
