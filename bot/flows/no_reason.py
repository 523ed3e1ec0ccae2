"""May goods go back without a reason? 消费者权益保护法 Art. 25."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.desk.holidays import DayKind, HolidayCalendar
from bot.facts import Order

_LAW_TIMEZONE: Final = "Asia/Shanghai"
_DAYS: Final = timedelta(days=7)
"""Counted from the day after signing (七日无理由退货暂行办法)."""
_LONGEST_HOLIDAY: Final = timedelta(days=15)
"""So far an unknown calendar could move the last day at most."""
_FIVE_DAYS: Final = 5


class NoReason(StrEnum):
    """What a buyer may be told."""

    ALLOWED = "allowed"
    PAST = "past"
    EXCLUDED = "excluded"
    """By a legal reason that the buyer confirmed at the purchase."""
    ASK_PERSON = "ask_person"
    """Something that decides is not known: nobody is refused on a guess."""


def may_return_without_reason(
    order: Order | None, *, now: datetime, holidays: HolidayCalendar
) -> NoReason:
    """Return whether an order may be sent back without a reason at this moment.

    A last day on a public holiday moves to the next working day. Nothing here finds
    goods excluded: that takes the legal reason and the recorded confirmation.

    Args:
        order: Of a verified buyer; None: unknown.
        now: Aware.
        holidays: Of the shop.
    """
    if order is None or order.signed_at is None:
        return NoReason.ASK_PERSON
    zone = ZoneInfo(_LAW_TIMEZONE)
    today = now.astimezone(zone).date()
    first_end = order.signed_at.astimezone(zone).date() + _DAYS
    last, is_sure = _moved(first_end, holidays)
    if today <= last:
        return NoReason.ALLOWED
    if not is_sure and today <= last + _LONGEST_HOLIDAY:
        return NoReason.ASK_PERSON
    return NoReason.PAST


def _moved(day: date, holidays: HolidayCalendar) -> tuple[date, bool]:
    """Return the last day, moved off a holiday, and whether the calendar is sure."""
    is_sure = not holidays.day(day).is_provisional
    if holidays.day(day).kind is DayKind.HOLIDAY:
        while not _is_working(day, holidays):
            day += timedelta(days=1)
            is_sure &= not holidays.day(day).is_provisional
    return day, is_sure


def _is_working(day: date, holidays: HolidayCalendar) -> bool:
    kind = holidays.day(day).kind
    is_weekday = day.weekday() < _FIVE_DAYS
    return kind is DayKind.MAKE_UP or (kind is DayKind.REGULAR and is_weekday)
