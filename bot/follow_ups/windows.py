"""At which hours may we write first? Outside them a message waits; it is never dropped."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from bot.follow_ups.plans import FollowUpPlan, Kind, Window
from bot.follow_ups.situation import FollowUpLimits

MARKETING_START = time(8)
MARKETING_END = time(22)
"""Shop time. Rules on commercial messages (the ministry's of 2015 on short messages, and
how its carriers apply them) keep the night free of them."""


def into_window(at: datetime, *, start: time, end: time, timezone: str) -> datetime:
    """Return the first moment from ``at`` on that lies in a daily window.

    Args:
        at: Aware moment.
        start: Shop time, belongs to the window.
        end: Shop time, does not belong to it; before ``start`` it is the next morning's,
            equal to ``start`` the window is the whole day.
        timezone: IANA name of the shop's time zone.

    Returns:
        ``at`` itself when it lies in the window, else the next opening; in UTC.
    """
    zone = ZoneInfo(timezone)
    today = at.astimezone(zone).date()
    openings = (
        _opening(today + timedelta(days=offset), start=start, end=end, zone=zone)
        for offset in count(-1)
    )
    return next(
        max(at.astimezone(UTC), opens)
        for opens, closes in openings
        # A window inside the hour that a clock change skips does not open that day.
        if at < closes and opens < closes
    )


def _opening(
    day: date, *, start: time, end: time, zone: ZoneInfo
) -> tuple[datetime, datetime]:
    last = day if start < end else day + timedelta(days=1)
    return (
        datetime.combine(day, start, zone).astimezone(UTC),
        datetime.combine(last, end, zone).astimezone(UTC),
    )


def into_plan_window(
    at: datetime, *, window: Window, limits: FollowUpLimits, timezone: str
) -> datetime:
    """Return the first moment from ``at`` on at which a plan with this window may send."""
    hours = {
        Window.CONTACT: (limits.contact_start, limits.contact_end),
        Window.REVIEW: (limits.review_start, limits.review_end),
    }
    if window not in hours:
        return at.astimezone(UTC)
    start, end = hours[window]
    return into_window(at, start=start, end=end, timezone=timezone)


def may_leave_at(
    plan: FollowUpPlan, at: datetime, *, limits: FollowUpLimits, timezone: str
) -> datetime:
    """Return the first moment from ``at`` on at which a plan's message may leave.

    Marketing keeps to the hours of the law although a shop's window is wider.
    """
    moved = into_plan_window(at, window=plan.window, limits=limits, timezone=timezone)
    if plan.kind is not Kind.MARKETING:
        return moved
    return into_window(
        moved, start=MARKETING_START, end=MARKETING_END, timezone=timezone
    )


def first_due(
    plan: FollowUpPlan, *, planned_at: datetime, limits: FollowUpLimits, timezone: str
) -> datetime:
    """Return when a follow-up planned now is due: after its delay, in its window.

    A plan with an hour of its own is due at that hour of the due day, or of the next
    day when the hour has passed.
    """
    due_at = planned_at + plan.delay
    if plan.at is not None:
        due_at = _next_at(due_at, plan.at, timezone)
    return into_plan_window(
        due_at, window=plan.window, limits=limits, timezone=timezone
    )


def _next_at(moment: datetime, hour: time, timezone: str) -> datetime:
    zone = ZoneInfo(timezone)
    today = moment.astimezone(zone).date()
    same_day = datetime.combine(today, hour, zone)
    if same_day >= moment:
        return same_day
    return datetime.combine(today + timedelta(days=1), hour, zone)


def silence_due(
    plan: FollowUpPlan, *, asked_at: datetime, limits: FollowUpLimits, timezone: str
) -> datetime | None:
    """Return when a buyer's silence is spoken of, None when it is not.

    It is not when the plan's delay is 0, and not outside its hours: the next morning
    nobody needs to be told that they fell asleep.
    """
    if plan.delay == timedelta():
        return None
    due_at = asked_at + plan.delay
    may_at = may_leave_at(plan, due_at, limits=limits, timezone=timezone)
    return due_at if may_at == due_at else None
