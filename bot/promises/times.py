"""By when, says a clause? Days, hours and lengths of time as people promise them.

Of a window it is the end: 周一到周五之间, 三点到五点, 中旬.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.promises.days import find_day
from bot.promises.kinds import DayEnd, TimeForm
from bot.promises.moments import DAY_ENDS_AT, Moment, SaidTime
from bot.promises.spans import find_span
from bot.understanding.numerals import parse_number

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
_SMALL_HOURS: Final = 6
"""Before it a night's hour is of the next day: 今晚两点."""

_PART: Final = re.compile(
    r"(?P<part>凌晨|上午|中午|下午|傍晚|早(?=上|晨)|清早|一大?早|大早上?|晚(?=上|间)"
    r"|夜里|夜间|半夜|深夜|午夜|(?<=[今明后周])[早晚](?!点|些)|(?<=[今明后]儿)[早晚](?!点|些))"
)
_CLOSING: Final = re.compile(r"(?:下班|收班|打烊)(?:之|以)?前")
_HOUR: Final = r"\d{1,2}|[零一二两三四五六七八九十]{1,3}"
_CLOCK: Final = re.compile(
    rf"(?<![\d:.零一二两三四五六七八九十快早慢好多少大小有差])(?P<hour>{_HOUR})"
    r"(?:点|:(?=\d\d)|时(?=前|之前|\d|整))"
    r"(?P<minute>半|一刻|三刻|\d{1,2}(?!\d)|[一二三四五]?十[一二三四五六七八九]?|零[一二三四五六七八九])?分?"
)
_TO: Final = re.compile(r"(?:到|至|或者?|-|~)(?:(?:上|中|下)午|晚上|傍晚)?")
"""Between two hours: it is the later one."""
_LOOSE: Final = re.compile(
    r"(?<=\d) +(?=[点时:号日月天小分工个之以前])|(?<=[一-鿿]) +(?=\d)"
)
_WEEKDAY_AND_HOUR: Final = re.compile(
    r"(?<=(?:周|拜|期)[一二三四五六日天末])(?=\d{1,2}[:点时])"
)
"""What follows is an hour, no number of something: 周五18点."""
TICKET_DUE: Final = "{ticket.due_at}"
_TELLING: Final = re.compile(
    r"[今明后周期拜月号日年旬\d早午晚傍夜凌班一二两俩仨三四五六七八九十半]"
)


def find_time(text: str, *, moment: Moment, ends: DayEnd) -> SaidTime | None:
    """Return by when a folded clause says it will be; None when it names no time to come."""
    if TICKET_DUE in text:
        return SaidTime(form=TimeForm.POINT, at=None, length=len(TICKET_DUE))
    if not may_name_time(text):
        return None
    text = _WEEKDAY_AND_HOUR.sub(" ", _LOOSE.sub("", text))
    span, is_within = find_span(text, moment=moment)
    if is_within:
        return span
    point = _point(text, moment=moment, ends=ends)
    return span if point is None else point


def may_name_time(text: str) -> bool:
    """Return whether a text may name a time: most name none, and need no second look."""
    return TICKET_DUE in text or _TELLING.search(text) is not None


def _point(text: str, *, moment: Moment, ends: DayEnd) -> SaidTime | None:
    """Return the end of a named day, or the hour in it."""
    day, length = find_day(text, today=moment.local.date())
    clock = _last_of_window(text)
    part = _last_part(text if clock is None else text[: clock.start()])
    closing = _CLOSING.search(text)
    found = [one for one in (part, clock, closing) if one is not None]
    if day is None and not found:
        return None
    if day is not None and day < moment.local.date():
        return None
    name = None if part is None else _part(part["part"])
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


def _last_of_window(text: str) -> re.Match[str] | None:
    """Return the hour that a clause names, of 三点到五点 the later one."""
    found: re.Match[str] | None = None
    for match in _CLOCK.finditer(text):
        if found is not None and not _TO.fullmatch(text, found.end(), match.start()):
            break
        found = match
    return found


def _last_part(text: str) -> re.Match[str] | None:
    """Return the part of a day that a clause names last: of 今晚到明早 it is 早."""
    found = list(_PART.finditer(text))
    return found[-1] if found else None


def _part(written: str) -> str:
    """Return the part of a day that is meant: 大清早 is 早, 夜里 is 晚."""
    if written in _PART_ENDS:
        return written
    return "早" if "早" in written else "晚"


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
    if part == "晚" and hour.hour % _NOON < _SMALL_HOURS:
        return _at_night(day, hour, moment=moment)
    if _is_afternoon(part, hour):
        hour = hour.replace(hour=hour.hour + _NOON)
    elif part is None and hour == time(0):
        hour = DAY_ENDS_AT if day in (None, moment.local.date()) else hour
    elif part is None and hour.hour < _NOON:
        hour = _meant(day, hour, moment=moment)
    return _coming(day, hour, moment=moment)


def _is_afternoon(part: str | None, hour: time) -> bool:
    """Return whether an hour below noon is one after it: 下午五点, 中午一点."""
    if part == "中午":
        return hour.hour < _SMALL_HOURS
    return part in _AFTERNOON and hour.hour < _NOON


def _at_night(day: date | None, hour: time, *, moment: Moment) -> datetime | None:
    """Return 今晚十二点, the end of the day, or 今晚两点, which is of the next one."""
    if hour.hour % _NOON == 0 and hour.minute == 0:
        return _coming(day, DAY_ENDS_AT, moment=moment)
    evening = moment.local.date() if day is None else day
    early = hour.replace(hour=hour.hour % _NOON)
    return _coming(evening + timedelta(days=1), early, moment=moment)


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
