"""How do settings become a shop's calendar and its contact limits?"""

import re
from datetime import date, time, timedelta

from bot.desk.holidays import DayKind, HolidayCalendar
from bot.desk.working_time import WorkingCalendar
from bot.errors import SettingsError
from bot.follow_ups.situation import FollowUpLimits
from bot.scripts import Hours
from server.settings import WEEKDAYS, ContactSettings, WorkingHours

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
            raise ValueError(text)  # noqa: TRY301 - one message for both faults
        start, end = map(time.fromisoformat, found.groups())
    except ValueError as error:
        raise SettingsError(
            f"working_hours.{key}", f"{text!r} is not a span such as 09:00-12:00"
        ) from error
    return Hours(start=start, end=end)


def _days(texts: tuple[str, ...], kind: DayKind, *, key: str) -> dict[date, DayKind]:
    try:
        return {date.fromisoformat(text): kind for text in texts}
    except ValueError as error:
        raise SettingsError(f"working_hours.{key}", str(error)) from error
