"""A message outside its hours waits for the next opening; none is dropped."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.follow_ups.plans import FollowUpPlan, Kind, Window
from bot.follow_ups.situation import FollowUpLimits
from bot.follow_ups.windows import (
    first_due,
    into_plan_window,
    into_window,
    may_leave_at,
    silence_due,
)

SHANGHAI = "Asia/Shanghai"
LIMITS = FollowUpLimits()


def at(text: str, timezone: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone))


def make_plan(**changes: object) -> FollowUpPlan:
    defaults: dict[str, object] = {
        "plan_id": "p",
        "zh": "提醒",
        "kind": Kind.SERVICE,
        "delay": timedelta(hours=1),
        "window": Window.CONTACT,
        "texts": ("亲",),
    }
    return FollowUpPlan(**(defaults | changes))  # type: ignore[arg-type]  # a factory's free form


moments = st.integers(0, 10 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
zones = st.sampled_from((SHANGHAI, "America/New_York", "Pacific/Auckland"))


class TestIntoWindow:
    @pytest.mark.parametrize(
        ("moment", "start", "end", "moved"),
        [
            ("2026-11-23 10:00", "09:00", "20:30", "2026-11-23 10:00"),
            ("2026-11-23 09:00", "09:00", "20:30", "2026-11-23 09:00"),
            ("2026-11-23 08:59", "09:00", "20:30", "2026-11-23 09:00"),
            ("2026-11-23 20:30", "09:00", "20:30", "2026-11-24 09:00"),
            ("2026-11-23 22:30", "09:00", "20:30", "2026-11-24 09:00"),
            ("2026-11-23 23:00", "22:00", "08:00", "2026-11-23 23:00"),
            ("2026-11-24 07:59", "22:00", "08:00", "2026-11-24 07:59"),
            ("2026-11-24 08:00", "22:00", "08:00", "2026-11-24 22:00"),
            ("2026-11-23 03:00", "00:00", "00:00", "2026-11-23 03:00"),
            ("2026-11-23 03:00", "09:00", "09:00", "2026-11-23 03:00"),
            ("2026-11-23 03:00", "00:00", "02:00", "2026-11-24 00:00"),
        ],
    )
    def test_moves(self, moment: str, start: str, end: str, moved: str) -> None:
        found = into_window(
            at(moment),
            start=time.fromisoformat(start),
            end=time.fromisoformat(end),
            timezone=SHANGHAI,
        )

        assert found == at(moved)

    def test_a_window_that_a_clock_change_skips_opens_the_next_day(self) -> None:
        found = into_window(
            at("2027-03-14 00:30", "America/New_York"),
            start=time(2, 10),
            end=time(2, 50),
            timezone="America/New_York",
        )

        assert found >= at("2027-03-14 03:00", "America/New_York")
        assert found <= at("2027-03-15 02:10", "America/New_York")

    @given(moments, st.times(), st.times(), zones)
    def test_is_never_earlier_and_never_dropped(
        self, moment: datetime, start: time, end: time, timezone: str
    ) -> None:
        moved = into_window(moment, start=start, end=end, timezone=timezone)

        assert moment <= moved <= moment + timedelta(hours=49)

    @given(moments, st.times(), st.times(), zones)
    def test_what_was_moved_lies_inside(
        self, moment: datetime, start: time, end: time, timezone: str
    ) -> None:
        moved = into_window(moment, start=start, end=end, timezone=timezone)

        again = into_window(moved, start=start, end=end, timezone=timezone)

        assert again == moved


class TestIntoPlanWindow:
    @pytest.mark.parametrize(
        ("window", "moved"),
        [
            (Window.ANY, "2026-11-23 23:00"),
            (Window.CONTACT, "2026-11-24 09:00"),
            (Window.REVIEW, "2026-11-24 20:00"),
        ],
    )
    def test_each_window_has_its_hours(self, window: Window, moved: str) -> None:
        found = into_plan_window(
            at("2026-11-23 23:00"), window=window, limits=LIMITS, timezone=SHANGHAI
        )

        assert found == at(moved)


class TestMayLeaveAt:
    @pytest.mark.parametrize(
        ("kind", "hour", "leaves"),
        [
            (Kind.MARKETING, 3, 8),
            (Kind.MARKETING, 12, 12),
            (Kind.SERVICE, 3, 3),
        ],
    )
    def test_marketing_keeps_to_the_day_whatever_the_shop_says(
        self, kind: Kind, hour: int, leaves: int
    ) -> None:
        all_day = FollowUpLimits(contact_start=time(0), contact_end=time(0))

        moved = may_leave_at(
            make_plan(kind=kind),
            at(f"2026-11-23T{hour:02}:00"),
            limits=all_day,
            timezone=SHANGHAI,
        )

        assert moved == at(f"2026-11-23T{leaves:02}:00")


class TestFirstDue:
    def test_is_the_delay_later_moved_into_the_window(self) -> None:
        due = first_due(
            make_plan(delay=timedelta(hours=2)),
            planned_at=at("2026-11-23 19:00"),
            limits=LIMITS,
            timezone=SHANGHAI,
        )

        assert due == at("2026-11-24 09:00")

    @pytest.mark.parametrize(
        ("planned", "due"),
        [
            ("2026-11-23 08:00", "2026-11-23 10:00"),
            ("2026-11-23 11:00", "2026-11-24 10:00"),
        ],
    )
    def test_a_plan_may_have_an_hour_of_its_own(self, planned: str, due: str) -> None:
        found = first_due(
            make_plan(delay=timedelta(0), at=time(10)),
            planned_at=at(planned),
            limits=LIMITS,
            timezone=SHANGHAI,
        )

        assert found == at(due)


class TestSilenceDue:
    def test_is_the_delay_after_the_question(self) -> None:
        asked_at = at("2026-11-23 10:00")

        due_at = silence_due(
            make_plan(delay=timedelta(minutes=3)),
            asked_at=asked_at,
            limits=LIMITS,
            timezone=SHANGHAI,
        )

        assert due_at == asked_at + timedelta(minutes=3)

    def test_an_explicit_zero_is_never(self) -> None:
        assert (
            silence_due(
                make_plan(delay=timedelta()),
                asked_at=at("2026-11-23 10:00"),
                limits=LIMITS,
                timezone=SHANGHAI,
            )
            is None
        )

    @given(moments, st.integers(1, 24 * 60), zones)
    def test_it_is_in_the_window_or_never(
        self, asked_at: datetime, minutes: int, timezone: str
    ) -> None:
        plan = make_plan(delay=timedelta(minutes=minutes))

        due_at = silence_due(plan, asked_at=asked_at, limits=LIMITS, timezone=timezone)

        late = asked_at + plan.delay
        local = late.astimezone(ZoneInfo(timezone)).time()
        is_inside = LIMITS.contact_start <= local < LIMITS.contact_end
        assert due_at == (late if is_inside else None)
