"""By when, says a clause? Days, hours and lengths of time as people promise them."""

import calendar as months
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.desk.ticket_types import WorkingSpan
from bot.desk.working_time import WorkingCalendar
from bot.promises.kinds import DayEnd, TimeForm
from bot.understanding.dates import find_dates
from bot.understanding.numerals import NUMBER, parse_number

DAY_ENDS_AT: Final = time(23, 59)
_PART_ENDS: Final = {
    "凌晨": time(6),
    "早": time(10),
    "上午": time(12),
    "中午": time(14),
    "下午": time(18),
    "傍晚": time(19),
    "晚": DAY_ENDS_AT,
}
"""When a part of a day is over that is named without an hour."""
_AFTERNOON: Final = frozenset({"下午", "傍晚", "晚"})
_FARTHEST: Final = timedelta(days=180)
"""A day farther ahead is a day that has passed, read as next year's."""
_EARLIEST: Final = 8
"""An hour below it, said bare of a coming day, is one of the afternoon: 明天五点前."""
_NOON: Final = 12
_RANGE: Final = re.compile(r"[一二两三四五六七八九]{2}")

_PART: Final = re.compile(
    r"(?P<part>凌晨|上午|中午|下午|傍晚|早(?=上|晨)|晚(?=上|间)|(?<=[今明后周])[早晚](?!点|些))"
)
_CLOSING: Final = re.compile(r"(?:下班|收班|打烊)(?:之|以)?前")
_CLOCK: Final = re.compile(
    r"(?<![\d:.一二三四五六七八九十快早慢好多少大小有差])"
    r"(?P<hour>\d{1,2}|[一二两三四五六七八九十]{1,3})"
    r"(?:点|:(?=\d\d)|时(?=前|之前|\d|整))"
    r"(?P<minute>半|一刻|三刻|\d{1,2}(?!\d)|[一二三四五]?十[一二三四五六七八九]?)?"
)
_SPAN: Final = re.compile(
    rf"(?<![第\d.月年-])(?P<count>{NUMBER}|半)(?:[-~到至](?P<upper>{NUMBER}))?\s?个?(?P<half>半)?"
    r"(?P<unit>小时|钟头|分钟|工作日|天|周|星期|礼拜|h)"
    r"(?P<way>之?以?内|里|左右|之?后)?(?!无理由|前|之前|以前|[一二三四五六日]|级|龄|猫)"
)
_WEEK: Final = re.compile(
    r"(?P<which>本|这个?|下个?)(?:周|星期|礼拜)(?!末?[一二三四五六日天末1-7])"
)
_MONTH_END: Final = re.compile(r"(?:本|这个?)?月(?:底|末)|(?:本|这个?)月(?=内|之内|里)")
_BARE_WEEKDAY: Final = re.compile(r"(?:周|星期|礼拜).")
_MINUTES: Final = {"分钟": 1, "小时": 60, "钟头": 60, "h": 60}
_DAYS: Final = {"天": 1, "周": 7, "星期": 7, "礼拜": 7}
TICKET_DUE: Final = "{ticket.due_at}"
_TELLING: Final = re.compile(
    r"[今明后周期拜月号日\d早午晚傍凌班一二两三四五六七八九十半]"
)


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


def find_time(text: str, *, moment: Moment, ends: DayEnd) -> SaidTime | None:
    """Return by when a folded clause says it will be; None when it names no time to come."""
    if TICKET_DUE in text:
        return SaidTime(form=TimeForm.POINT, at=None, length=len(TICKET_DUE))
    if not may_name_time(text):
        return None
    span = _SPAN.search(text)
    if span is not None and (span["way"] or "").endswith(("内", "里")):
        return _span(span, moment)
    point = _point(text, moment=moment, ends=ends)
    if point is not None or span is None:
        return point
    return _span(span, moment)


def may_name_time(text: str) -> bool:
    """Return whether a text may name a time: most name none, and need no second look."""
    return TICKET_DUE in text or _TELLING.search(text) is not None


def _span(match: re.Match[str], moment: Moment) -> SaidTime | None:
    """Return the end of 48小时内, 1-2天, 三个工作日内; of a range the later one."""
    count = _count(match["count"] if match["upper"] is None else match["upper"])
    if count is None:
        return None
    count += 0.5 if match["half"] else 0.0
    unit = match["unit"]
    if unit == "工作日":
        span = WorkingSpan(days=int(count))
        at = moment.calendar.add_working(moment.now, span)
    elif unit in _MINUTES:
        at = moment.now + timedelta(minutes=count * _MINUTES[unit])
    else:
        at = moment.now + timedelta(days=count * _DAYS[unit])
    return SaidTime(
        form=TimeForm.SPAN, at=at.astimezone(UTC), length=len(match.group())
    )


def _count(text: str) -> float | None:
    if text == "半":
        return 0.5
    return parse_number(text[-1] if _RANGE.fullmatch(text) else text)


def _point(text: str, *, moment: Moment, ends: DayEnd) -> SaidTime | None:
    """Return the end of a named day, or the hour in it."""
    day, length = _day(text, moment)
    part = _PART.search(text)
    clock = _CLOCK.search(text)
    closing = _CLOSING.search(text)
    found = [one for one in (part, clock, closing) if one is not None]
    if day is None and not found:
        return None
    if day is not None and day < moment.local.date():
        return None
    name = None if part is None else part["part"]
    hour = None if clock is None else _clock(clock)
    if hour is not None:
        at = _at_hour(day, hour, part=name, moment=moment)
    elif name is not None:
        at = _coming(day, _PART_ENDS[name], moment=moment)
    elif day is not None or closing is not None:
        last = DayEnd.WORK if closing is not None else ends
        at = _end_of(moment.local.date() if day is None else day, last, moment)
    else:
        at = None
    if at is None or not moment.now < at <= moment.now + _FARTHEST:
        return None
    length += sum(len(one.group()) for one in found)
    return SaidTime(form=TimeForm.POINT, at=at.astimezone(UTC), length=length)


def _day(text: str, moment: Moment) -> tuple[date | None, int]:
    """Return the day that is named, and how many characters name it."""
    today = moment.local.date()
    week = _WEEK.search(text)
    if week is not None:
        weeks = 1 if week["which"].startswith("下") else 0
        sunday = today + timedelta(days=6 - today.weekday() + 7 * weeks)
        return sunday, len(week.group())
    month = _MONTH_END.search(text)
    if month is not None:
        last = months.monthrange(today.year, today.month)[1]
        return today.replace(day=last), len(month.group())
    for entity in find_dates(text, today=today):
        words = text[entity.start : entity.end]
        day = date.fromisoformat(str(entity.value))
        if day < today and _BARE_WEEKDAY.fullmatch(words):
            day += timedelta(days=7)
        return day, len(words)
    return None, 0


def _clock(match: re.Match[str]) -> time | None:
    """Return 17:00, 五点半, 3点15; None for what is no hour. 24点 is the last minute."""
    hour = parse_number(match["hour"])
    minute = {None: 0.0, "半": 30.0, "一刻": 15.0, "三刻": 45.0}.get(match["minute"])
    if minute is None:
        minute = parse_number(match["minute"])
    if hour is None or minute is None or minute >= 60:  # noqa: PLR2004 - of an hour
        return None
    if hour == 24:  # noqa: PLR2004 - of a day
        return DAY_ENDS_AT
    return time(int(hour), int(minute)) if hour < 24 else None  # noqa: PLR2004


def _at_hour(
    day: date | None, hour: time, *, part: str | None, moment: Moment
) -> datetime | None:
    """Return the moment of an hour, of two halves of a day the one that is meant."""
    if part in _AFTERNOON and hour.hour < _NOON:
        hour = hour.replace(hour=hour.hour + _NOON)
    elif part == "晚" and hour.hour == _NOON:
        hour = DAY_ENDS_AT
    elif part == "中午" and hour.hour < 6:  # noqa: PLR2004 - 中午一点 is 13:00
        hour = hour.replace(hour=hour.hour + _NOON)
    elif part is None and hour.hour < _NOON:
        hour = _meant(day, hour, moment=moment)
    return _coming(day, hour, moment=moment)


def _meant(day: date | None, hour: time, *, moment: Moment) -> time:
    """Return an hour that may be of the morning or of the afternoon."""
    later = hour.replace(hour=hour.hour + _NOON)
    if day is not None and day > moment.local.date():
        return later if hour.hour < _EARLIEST else hour
    is_over = hour <= moment.local.time()
    return later if is_over and later > moment.local.time() else hour


def _coming(day: date | None, at: time, *, moment: Moment) -> datetime | None:
    """Return a time of a day; without a day today's, or tomorrow's when that is over."""
    local = moment.local
    found = datetime.combine(local.date() if day is None else day, at, local.tzinfo)
    if found > local:
        return found
    return found + timedelta(days=1) if day is None else None


def _end_of(day: date, ends: DayEnd, moment: Moment) -> datetime:
    """Return when a day is over, for this promise."""
    if ends is DayEnd.WORK:
        closing = moment.calendar.closing_of(day)
        if closing is not None and closing > moment.now:
            return closing
    return datetime.combine(day, DAY_ENDS_AT, moment.local.tzinfo)
