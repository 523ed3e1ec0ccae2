"""By which day, says a clause? 大后天, 下周三, 月底, 下个月初, 周一到周五之间."""

import calendar as months
import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from bot.understanding.dates import find_dates
from bot.understanding.numerals import parse_number
from bot.utterances import Entity

_WEEK: Final = re.compile(
    r"(?P<which>本|这个?|下下个?|下个?)(?:周|星期|礼拜)(?!末?[一二三四五六日天末1-7])"
)
_MONTH: Final = re.compile(
    r"(?<!\d)(?:(?P<which>本|这个?|下个?)|(?P<number>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九]))?"
    r"月(?P<part>底|末|初|[上中下]旬|中(?=之?以?前|[给就发退寄]|$))|(?<!月)(?P<bare>[上中下]旬)"
)
_PARTS: Final = {"初": 10, "上旬": 10, "中": 20, "中旬": 20}
"""Last days of the parts of a month; of the others it is the month's."""
_THIS_MONTH: Final = re.compile(r"(?:本|这个?)月(?=内|之内|里)")
_YEAR_END: Final = re.compile(r"(?<![去明])年(?:底|末|尾)")
_BARE_WEEKDAY: Final = re.compile(r"(?:周|星期|礼拜).")
_WEEKEND: Final = re.compile(r"(?:周|礼拜|星期)末(?!之?以?前)")
_JOINED: Final = re.compile(r"(?:之?间)?(?:到|至|或者?|还是|或是|和|、|-|~)")
"""Between two days: it is one of both, or all from the one to the other."""


def find_day(text: str, *, today: date) -> tuple[date | None, int]:
    """Return the day that a folded clause names, and how many characters name it.

    Of several days of which it is one (明天或后天, 周一到周五之间), of a week, of a part of
    a month, it is the last.
    """
    for read in (_week, _year_end, _part_of_month):
        day, length = read(text, today)
        if day is not None:
            return day, length
    return _named(text, today)


def _week(text: str, today: date) -> tuple[date | None, int]:
    match = _WEEK.search(text)
    if match is None:
        return None, 0
    weeks = match["which"].count("下")
    sunday = today + timedelta(days=6 - today.weekday() + 7 * weeks)
    return sunday, len(match.group())


def _year_end(text: str, today: date) -> tuple[date | None, int]:
    match = _YEAR_END.search(text)
    return (None, 0) if match is None else (date(today.year, 12, 31), 2)


def _part_of_month(text: str, today: date) -> tuple[date | None, int]:
    within = _THIS_MONTH.search(text)
    if within is not None:
        return _last(today.year, today.month), len(within.group())
    match = _MONTH.search(text)
    return (None, 0) if match is None else (_in_month(match, today), len(match.group()))


def _in_month(match: re.Match[str], today: date) -> date:
    """Return the last day of 月底, 月初 or 中旬; of a month without a name the next one."""
    ahead = 1 if (match["which"] or "").startswith("下") else 0
    number = parse_number(match["number"] or "")
    if number is not None:
        ahead = (int(number) - today.month) % 12
    found = _day_of(match, today, ahead=ahead)
    if found < today and match["which"] is None and number is None:
        return _day_of(match, today, ahead=1)
    return found


def _day_of(match: re.Match[str], today: date, *, ahead: int) -> date:
    index = today.year * 12 + today.month - 1 + ahead
    last = _last(index // 12, index % 12 + 1)
    day = _PARTS.get(match["part"] or match["bare"])
    return last if day is None else last.replace(day=day)


def _last(year: int, month: int) -> date:
    return date(year, month, months.monthrange(year, month)[1])


def _named(text: str, today: date) -> tuple[date | None, int]:
    """Return the day of 大后天, 周五 or 11月26日, of joined ones the last."""
    entities = list(find_dates(text, today=today))
    if not entities:
        return None, 0
    chosen = entities[0]
    day, length = _day(chosen, text, today), chosen.end - chosen.start
    for later in _joined(chosen, entities, text):
        day = max(day, _day(later, text, today))
        length += later.end - later.start
    return day, length


def _joined(first: Entity, entities: Sequence[Entity], text: str) -> list[Entity]:
    """Return the days that are said in one breath with the first one."""
    found, end = [], first.end
    for entity in sorted(entities, key=lambda it: it.start):
        gap = text[end : entity.start] if entity.start >= end else None
        if gap is not None and (gap == "" or _JOINED.fullmatch(gap)):
            found.append(entity)
            end = entity.end
    return found


def _day(entity: Entity, text: str, today: date) -> date:
    words = text[entity.start : entity.end]
    day = date.fromisoformat(str(entity.value))
    if _WEEKEND.match(text, entity.end - 2) is not None:
        day += timedelta(days=1)
    if day < today and _BARE_WEEKDAY.fullmatch(words):
        day += timedelta(days=7)
    return day
