"""What a time is seen from, and what it comes to."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from bot.desk.working_time import WorkingCalendar
from bot.promises.kinds import TimeForm

DAY_ENDS_AT: Final = time(23, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidTime:
    """A time as it was said."""

    form: TimeForm
    at: datetime | None
    """Aware UTC; None: when the ticket of the turn is due."""
    length: int
    """Characters that say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a time is seen from."""

    now: datetime
    """Aware."""
    calendar: WorkingCalendar

    @property
    def local(self) -> datetime:
        """Return the shop's wall clock."""
        return self.now.astimezone(ZoneInfo(self.calendar.timezone))
