"""May a buyer return something within seven days without a reason, and until when?

消费者权益保护法 第二十五条 and 网络购买商品七日无理由退货暂行办法: the seven days count from
the day after the goods were signed for; a last day on a public holiday moves to the next
working day; the buyer has to say so within them. Quality is another right: nothing here
speaks of it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.catalogue.cards import NoReasonReturn, ProductCard
from bot.desk.holidays import DayKind, HolidayCalendar

LAW_TIMEZONE: Final = "Asia/Shanghai"
RETURN_DAYS: Final = 7
_LONGEST_HOLIDAY: Final = timedelta(days=15)
"""Days by which an unknown calendar can move a last day; no public holiday of the
announced years, with the weekends around it, is as long."""
_FIVE_DAYS: Final = 5


class MayReturn(StrEnum):
    """What the assistant may say of a return without a reason."""

    ALLOWED = "allowed"
    PAST = "past"
    """The days are over; faults are another matter."""
    EXCLUDED = "excluded"
    """By a legal reason, which the buyer confirmed at the purchase."""
    UNCONFIRMED = "unconfirmed"
    """Excluded, but no confirmation is recorded: may not be refused; a person looks."""
    UNKNOWN_SIGNING = "unknown_signing"
    """Nobody knows when it was signed for: a person looks."""
    UNKNOWN_CALENDAR = "unknown_calendar"
    """The last day is over unless it was a holiday: a person looks."""
    UNKNOWN_CLASS = "unknown_class"
    """Nobody has said whether the item may be returned: a person looks."""

    @property
    def needs_person(self) -> bool:
        """Return whether only a person may answer."""
        return self not in _SETTLED


_SETTLED = frozenset({MayReturn.ALLOWED, MayReturn.PAST, MayReturn.EXCLUDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnDeadline:
    """Until when a return without a reason may be asked for."""

    day: date
    """The last one, in China."""
    at: datetime
    """The end of that day, UTC; half open."""
    is_at_least: bool
    """The holidays around it are not announced: it may become later, never earlier."""


def return_deadline(signed_at: datetime, holidays: HolidayCalendar) -> ReturnDeadline:
    """Return the last day of the seven: the end of the day of signing plus seven."""
    zone = ZoneInfo(LAW_TIMEZONE)
    day = signed_at.astimezone(zone).date() + timedelta(days=RETURN_DAYS)
    is_at_least = holidays.day(day).is_provisional
    if holidays.day(day).kind is DayKind.HOLIDAY:
        while not _is_working(day, holidays):
            day += timedelta(days=1)
            is_at_least |= holidays.day(day).is_provisional
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    return ReturnDeadline(day=day, at=end.astimezone(UTC), is_at_least=is_at_least)


def may_return_without_reason(
    card: ProductCard | None,
    *,
    is_confirmed: bool | None,
    signed_at: datetime | None,
    now: datetime,
    holidays: HolidayCalendar,
) -> MayReturn:
    """Return whether one line of an order may be returned without a reason.

    Args:
        card: Of the item, None when there is none.
        is_confirmed: Whether the buyer confirmed the exclusion at this very purchase,
            as recorded with the order's line; None: nothing is recorded.
        signed_at: When the parcel was signed for, None when that is not known.
        now: Aware.
        holidays: Of the shop.
    """
    known = None if card is None else card.no_reason_return
    is_excluded = known is not None and known is not NoReasonReturn.YES
    if is_excluded and is_confirmed is True:
        return MayReturn.EXCLUDED
    if signed_at is None:
        return MayReturn.UNKNOWN_SIGNING
    deadline = return_deadline(signed_at, holidays)
    if now >= deadline.at:
        is_open = deadline.is_at_least and now < deadline.at + _LONGEST_HOLIDAY
        return MayReturn.UNKNOWN_CALENDAR if is_open else MayReturn.PAST
    if is_excluded:
        return MayReturn.UNCONFIRMED
    return MayReturn.UNKNOWN_CLASS if known is None else MayReturn.ALLOWED


def _is_working(day: date, holidays: HolidayCalendar) -> bool:
    kind = holidays.day(day).kind
    is_weekday = day.weekday() < _FIVE_DAYS
    return kind is DayKind.MAKE_UP or (kind is DayKind.REGULAR and is_weekday)
