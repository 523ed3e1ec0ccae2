"""How long is a working day, and when is working time up?

All moments are aware; results are in UTC. Spans of working time are half open: at the
closing minute nobody works any more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.desk.holidays import DayKind, HolidayCalendar
from bot.desk.ticket_types import WorkingSpan
from bot.scripts import Hours

SEARCH_DAYS = 400
"""A shop that opens on none of this many days has no working time at all."""

Interval = tuple[datetime, datetime]

_OFFICE = (
    Hours(start=time(9), end=time(12)),
    Hours(start=time(13), end=time(18)),
)
DEFAULT_WEEK: Mapping[int, tuple[Hours, ...]] = MappingProxyType(
    dict.fromkeys(range(5), _OFFICE)
)
"""Monday to Friday (0 to 4) with an hour's lunch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """When a shop works; one per shop and settings version, immutable."""

    timezone: str = "Asia/Shanghai"
    week: Mapping[int, tuple[Hours, ...]] = field(default_factory=lambda: DEFAULT_WEEK)
    """Hours by weekday, Monday is 0; a missing weekday is free. ``end`` not after
    ``start`` runs over midnight, so equal ends are a whole day. A make-up day on a
    free weekend has Monday's hours."""
    holiday_hours: tuple[Hours, ...] = ()
    """Hours on public holidays; none for most shops."""
    holidays: HolidayCalendar = field(default_factory=HolidayCalendar)

    def is_open(self, at: datetime) -> bool:
        """Return whether somebody works at this moment."""
        return any(start <= at < end for start, end in self._around(at))

    def next_open(self, at: datetime) -> datetime | None:
        """Return this moment when it is working time, else when work begins next.

        Returns:
            None when the shop never opens within ``SEARCH_DAYS``.
        """
        first = next(self._from(at), None)
        return None if first is None else first[0].astimezone(UTC)

    def next_opening(self, at: datetime) -> datetime | None:
        """Return when work begins next after this moment, also while it is going on.

        Returns:
            None when the shop never opens again within ``SEARCH_DAYS``.
        """
        begins = (opened for opened, _ in self._from(at) if opened > at)
        return next(begins, None)

    def closing_of(self, day: date) -> datetime | None:
        """Return when work ends on a day, UTC; None when nobody works on it."""
        intervals = self._intervals(day)
        return intervals[-1][1] if intervals else None

    def is_provisional(self, at: datetime) -> bool:
        """Return whether the holidays around this moment are not announced yet."""
        return self.holidays.day(self._local_day(at)).is_provisional

    def is_doubtful(self, at: datetime) -> bool:
        """Return whether this is working time only as long as nobody says otherwise."""
        return self.holidays.is_doubtful(self._local_day(at))

    def add_working(self, start: datetime, span: WorkingSpan) -> datetime:
        """Return when a span of working time that begins at ``start`` is over.

        Days are whole working days and come first: a span of one day that begins on
        Friday at 15:00 is over on Monday at 15:00, moved into that day's hours. Minutes
        are counted within working hours. A shop that never opens counts plain time.
        """
        opened = self.next_open(start)
        if opened is None:
            return start.astimezone(UTC) + timedelta(
                days=span.days, minutes=span.minutes
            )
        at = self._add_days(opened, span.days) if span.days > 0 else opened
        return self._add_minutes(at, timedelta(minutes=span.minutes))

    def working_between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from ``start`` to ``end``; zero when end is earlier."""
        total = timedelta()
        for opened, closed in self._from(start):
            if opened >= end:
                break
            total += min(closed, end) - opened
        return total

    def _add_days(self, at: datetime, days: int) -> datetime:
        """Return the same time of day that many working days later, within its hours."""
        local = at.astimezone(ZoneInfo(self.timezone))
        day = self._day_of(at)
        overnight = local.date() - day
        left = days
        for later in _days_from(day + timedelta(days=1)):
            left -= bool(self._intervals(later))
            if left == 0:
                wanted = datetime.combine(
                    later + overnight, local.time(), local.tzinfo
                ).astimezone(UTC)
                return self._clamp(wanted, later)
        return at + timedelta(days=days)

    def _add_minutes(self, at: datetime, length: timedelta) -> datetime:
        left = length
        reached = at
        if left <= timedelta():
            return at
        for opened, closed in self._from(at):
            if closed - opened >= left:
                return opened + left
            left -= closed - opened
            reached = closed
        return reached + left

    def _clamp(self, at: datetime, day: date) -> datetime:
        """Return ``at`` moved into the hours of a working day."""
        intervals = self._intervals(day)
        for opened, closed in intervals:
            if at < closed:
                return max(at, opened)
        return intervals[-1][1]

    def _local_day(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.timezone)).date()

    def _day_of(self, at: datetime) -> date:
        """Return the working day an open moment belongs to: a night's is the evening's."""
        day = self._local_day(at)
        yesterday = day - timedelta(days=1)
        intervals = self._intervals(yesterday)
        return yesterday if intervals and at < intervals[-1][1] else day

    def _around(self, at: datetime) -> Iterator[Interval]:
        day = self._local_day(at)
        yield from self._intervals(day - timedelta(days=1))
        yield from self._intervals(day)

    def _from(self, at: datetime) -> Iterator[Interval]:
        """Yield working intervals that end after ``at``, in order, without overlap."""
        reached = at
        for day in _days_from(self._local_day(at) - timedelta(days=1)):
            for opened, closed in self._intervals(day):
                if closed > reached:
                    yield max(opened, reached), closed
                    reached = closed

    def _intervals(self, day: date) -> tuple[Interval, ...]:
        return _to_intervals(day, self._hours(day), self.timezone)

    def _hours(self, day: date) -> tuple[Hours, ...]:
        regular = self.week.get(day.weekday(), ())
        kind = self.holidays.day(day).kind
        if kind is DayKind.HOLIDAY:
            return self.holiday_hours
        if kind is DayKind.MAKE_UP and not regular:
            return self.week.get(0, ())
        return regular


def _days_from(day: date) -> Iterator[date]:
    for offset in range(SEARCH_DAYS):
        yield day + timedelta(days=offset)


@lru_cache(maxsize=4096)
def _to_intervals(
    day: date, hours: tuple[Hours, ...], timezone: str
) -> tuple[Interval, ...]:
    """Return the hours of a day as UTC intervals, in order."""
    zone = ZoneInfo(timezone)
    return tuple(
        sorted(
            (
                datetime.combine(day, span.start, zone).astimezone(UTC),
                datetime.combine(
                    day if span.start < span.end else day + timedelta(days=1),
                    span.end,
                    zone,
                ).astimezone(UTC),
            )
            for span in hours
        )
    )
