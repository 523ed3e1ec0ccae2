"""How do settings become a shop's calendar and its contact limits?"""

import re
from datetime import date, time, timedelta

from bot.desk.holidays import DayKind, HolidayCalendar
from bot.desk.working_time import WorkingCalendar
from bot.errors import SettingsError
from bot.follow_ups.situation import FollowUpLimits
from bot.scripts import Hours
from server.settings import WEEKDAYS, ContactSettings, WorkingHours

_DAY_NAMES = "一二三四五六日"
_LEADING_ZERO = re.compile(r"\b0(?=[0-9]:)")
_SPAN = re.compile(r"([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})")


def calendar_of(hours: WorkingHours, *, timezone: str) -> WorkingCalendar:
    """Return the working calendar that the settings describe.

    Raises:
        SettingsError: a span or a date cannot be read; names the key.
    """
    return WorkingCalendar(
        timezone=timezone,
        week={
            weekday: tuple(_span(text, key=name) for text in getattr(hours, name))
            for weekday, name in enumerate(WEEKDAYS)
        },
        holidays=HolidayCalendar(
            own={
                **_days(hours.off_on, DayKind.HOLIDAY, key="off_on"),
                **_days(hours.work_on, DayKind.MAKE_UP, key="work_on"),
            }
        ),
    )


def hours_phrase(hours: WorkingHours) -> str:
    """Return when agents work as people say it: 周一至周五9:00-12:00、13:00-18:00.

    Empty when nobody ever does. Public holidays are not in it.
    """
    runs: list[tuple[int, int, tuple[str, ...]]] = []
    for weekday, name in enumerate(WEEKDAYS):
        spans = getattr(hours, name)
        if runs and runs[-1][1] == weekday - 1 and runs[-1][2] == spans:
            runs[-1] = (runs[-1][0], weekday, spans)
        else:
            runs.append((weekday, weekday, spans))
    return "，".join(
        _days_phrase(first, last)
        + "、".join(_LEADING_ZERO.sub("", span) for span in spans)
        for first, last, spans in runs
        if spans
    )


def _days_phrase(first: int, last: int) -> str:
    if (first, last) == (0, len(WEEKDAYS) - 1):
        return "每天"
    named = f"周{_DAY_NAMES[first]}"
    return named if first == last else f"{named}至周{_DAY_NAMES[last]}"


def limits_of(contact: ContactSettings) -> FollowUpLimits:
    """Return the limits of messages that we send first."""
    return FollowUpLimits(
        contact_start=time.fromisoformat(contact.window_start),
        contact_end=time.fromisoformat(contact.window_end),
        review_start=time.fromisoformat(contact.review_start),
        review_end=time.fromisoformat(contact.review_end),
        marketing_gap=timedelta(days=contact.marketing_every_days),
    )


def _span(text: str, *, key: str) -> Hours:
    found = _SPAN.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)  # noqa: TRY301 - one message for all faults
        start, end = map(time.fromisoformat, found.groups())
        if end <= start:
            raise ValueError(text)  # noqa: TRY301 - as above
    except ValueError as error:
        raise SettingsError(
            f"working_hours.{key}",
            f"{text!r} is not a span such as 09:00-12:00, the end after the start",
        ) from error
    return Hours(start=start, end=end)


def _days(texts: tuple[str, ...], kind: DayKind, *, key: str) -> dict[date, DayKind]:
    try:
        return {date.fromisoformat(text): kind for text in texts}
    except ValueError as error:
        raise SettingsError(f"working_hours.{key}", str(error)) from error
