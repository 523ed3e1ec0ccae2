"""Is a day a working day in China: what the state announced, and what a shop knows better?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import chinese_calendar


class DayKind(StrEnum):
    """What a day is, apart from its weekday."""

    REGULAR = "regular"
    """A day like any of its weekday."""
    HOLIDAY = "holiday"
    """A public holiday, or a working day given up for one."""
    MAKE_UP = "make_up"
    """A weekend day worked in place of a holiday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What is known of one day."""

    kind: DayKind
    is_provisional: bool = False
    """Nobody has announced this day's year yet: it may still become a holiday."""


ANNOUNCED_YEARS = frozenset(day.year for day in chinese_calendar.constants.holidays)
"""Years whose holidays the ``chinesecalendar`` package knows (1.11.0: 2004 to 2026)."""


_FIXED = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""Month and day of the public holidays that every year has on the same date: State
Council decree 795 (in force since 2025-01-01), article 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayCalendar:
    """Public holidays and make-up days of one shop; one per settings version.

    The shop's own days win, then the announced years; any other day is regular and
    provisional.
    """

    own: Mapping[date, DayKind] = field(default_factory=dict)

    def day(self, day: date) -> Day:
        """Return what a day is."""
        if day in self.own:
            return Day(kind=self.own[day])
        if day in chinese_calendar.constants.holidays:
            return Day(kind=DayKind.HOLIDAY)
        if day in chinese_calendar.constants.workdays:
            return Day(kind=DayKind.MAKE_UP)
        return Day(kind=DayKind.REGULAR, is_provisional=day.year not in ANNOUNCED_YEARS)

    def is_doubtful(self, day: date) -> bool:
        """Return whether nobody has said so, but the day will be a public holiday.

        Nothing should be promised for such a day.
        """
        return self.day(day).is_provisional and (day.month, day.day) in _FIXED
