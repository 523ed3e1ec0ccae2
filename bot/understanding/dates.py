"""Which days and which lengths of time does a text name?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.understanding.numerals import NUMBER, as_plain, parse_number
from bot.utterances import Entity, EntityKind

_DAYS: Final = {
    "大前": -3,
    "前": -2,
    "昨": -1,
    "今": 0,
    "当": 0,
    "明": 1,
    "后": 2,
    "大后": 3,
}
_DAY: Final = re.compile(
    r"(?P<word>大前|大后|(?<![以之然])前(?=[天晚])|(?<![以之然])后(?=天)|昨|今|明)"
    r"(?:天|日|晚上?|早上?|儿个?|夜)(?![猫生])"
)
_WEEKDAYS: Final = {
    **{character: index for index, character in enumerate("一二三四五六日")},
    **{str(index + 1): index for index in range(7)},
    "天": 6,
    "末": 5,
}
_WEEKDAY: Final = re.compile(
    r"(?P<weeks>上上个?|上个?|这个?|本|下下个?|下个?)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末1-7])(?![年岁号生个\d])"
)
_CALENDAR: Final = re.compile(
    r"(?<![\d./-])(?:(?P<year>20\d\d)[-/.年](?P<month>1[0-2]|0?[1-9])[-/.月]|(?P<bare>1[0-2]|0?[1-9])月(?:份)?)"
    r"(?P<day>3[01]|[12]\d|0?[1-9])(?:[日号]|(?!\d))"
)
_DOTTED: Final = re.compile(
    r"(?<![\d.])(?:(?P<year>20\d\d)\.)?(?P<month>1[0-2]|0?[1-9])\.(?P<day>3[01]|[12]\d|0?[1-9])"
    r"(?=[日号]|活动|大促|下单|买|拍|那天|当天|的?时候|之?前|之?后)[日号]?"
)
_CHINESE_CALENDAR: Final = re.compile(
    r"(?P<month>[一二三四五六七八九]|十[一二]?)月(?:份)?(?P<day>[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]"
)
_MONTHLY: Final = re.compile(
    r"(?<![\d月.-])(?:(?P<month>上|这|本|下)个?月)?(?P<day>3[01]|[12]\d|0?[1-9])号(?![色码链楼线店柜仓位电球机针])"
)
_SHIFTED: Final = re.compile(
    rf"(?P<count>{NUMBER})(?P<unit>天|周|个?星期|个?礼拜)(?P<way>之?以?前|之?以?后)(?!台)"
)
_FESTIVALS: Final = (
    (r"双十一|双11|(?<![\d.])11\.11(?![\d.])", "双.", (11, 11)),
    (r"双十二|双12|(?<![\d.])12\.12(?![\d.])", "双.", (12, 12)),
    (r"(?<![\d.])6\.?18(?![\d.元块])|六一八", "8八", (6, 18)),
    (r"三八节|(?<!\d)38节|3\.8节|女王节", "节", (3, 8)),
    (r"国庆节?|十一(?=长假|假期|放假|期间|黄金周)", "庆十", (10, 1)),
    (r"元旦", "旦", (1, 1)),
    (r"五一(?:节|劳动节)?", "五", (5, 1)),
    (r"圣诞节?", "诞", (12, 25)),
    (r"六一(?:节|儿童节)", "六", (6, 1)),
    (r"(?<!\d)520(?=$|[那当活时到之前\s])", "5", (5, 20)),
)
"""Pattern, characters of which every match has one, month and day."""
_FESTIVAL: Final = tuple(
    (re.compile(pattern), frozenset(marks), day) for pattern, marks, day in _FESTIVALS
)
_PAST: Final = re.compile(r"[了过]|[买拍下付寄收签申退]单?的|就")
_COMING: Final = re.compile(r"能|会|可以|之?前|要|来得及|准备|打算|打折|搞|活动")
_LENGTHS: Final = {
    "小时": 1 / 24,
    "个小时": 1 / 24,
    "个钟": 1 / 24,
    "个钟头": 1 / 24,
    "h": 1 / 24,
    "天": 1.0,
    "个工作日": 1.0,
    "周": 7.0,
    "星期": 7.0,
    "个星期": 7.0,
    "个礼拜": 7.0,
    "礼拜": 7.0,
    "个月": 30.0,
    "年": 365.0,
}
_LENGTH: Final = re.compile(
    rf"(?<![第\d.月年-])(?:{NUMBER}[-~到至])?(?P<count>{NUMBER}|半)\s?"
    rf"(?P<unit>{'|'.join(sorted(_LENGTHS, key=len, reverse=True))})"
    r"(?P<half>半)?(?!无理由|前|之前|以前|后|之后|以后|猫|级|货|抽|龄|末|边|岁|[一二三四五六日])(?![a-z])"
)
_RANGE: Final = re.compile(r"[一二两三四五六七八九]{2}")
_TELLING: Final = frozenset("天日晚早儿周期拜号月节旦诞庆一1八8./-0")
"""Without one of these no text names a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """What a named day is seen from."""

    text: str
    """The whole folded text: its tense decides between last and next."""
    today: date


def find_dates(text: str, *, today: date) -> Iterator[Entity]:
    """Yield the days named in a folded text as ISO dates, seen from ``today``."""
    present = frozenset(text)
    if _TELLING.isdisjoint(present):
        return
    scene = _Scene(text=text, today=today)
    for pattern, marks, read in _READERS:
        if not marks.isdisjoint(present):
            for match in pattern.finditer(text):
                yield from _date(read(match, scene), match)
    for festival, marks, (month, day) in _FESTIVAL:
        if not marks.isdisjoint(present):
            for match in festival.finditer(text):
                yield from _date(_nearest_year(month, day, scene=scene), match)


def find_durations(text: str) -> Iterator[Entity]:
    """Yield lengths of time in days: 一周 is 7, 48小时 is 2, 半个月 is 15."""
    for match in _LENGTH.finditer(text):
        count = _read_count(match["count"])
        if count is None:
            continue
        days = (count + (0.5 if match["half"] else 0.0)) * _LENGTHS[match["unit"]]
        yield Entity(
            kind=EntityKind.DURATION_DAYS,
            value=as_plain(days),
            start=match.start(),
            end=match.end(),
        )


def _read_count(text: str) -> float | None:
    """Return the count of a length; of 两三 the larger, as one waits at most that."""
    if text == "半":
        return 0.5
    return parse_number(text[-1] if _RANGE.fullmatch(text) else text)


def _date(day: date | None, match: re.Match[str]) -> Iterator[Entity]:
    """Yield the entity of one match, unless there is no such day."""
    if day is not None:
        yield Entity(
            kind=EntityKind.DATE,
            value=day.isoformat(),
            start=match.start(),
            end=match.end(),
        )


def _named_day(match: re.Match[str], scene: _Scene) -> date | None:
    """Return 昨天 and the like."""
    return _move(scene.today, days=_DAYS[match["word"]])


def _weekday(match: re.Match[str], scene: _Scene) -> date | None:
    """Return 上周三 and the like; weeks begin on Monday."""
    weeks = (match["weeks"] or "").replace("个", "")
    shift = {"上上": -2, "上": -1, "下": 1, "下下": 2}.get(weeks, 0)
    monday = _move(scene.today, days=7 * shift - scene.today.weekday())
    if monday is None:
        return None
    return _move(monday, days=_WEEKDAYS[match["day"]])


def _calendar_day(match: re.Match[str], scene: _Scene) -> date | None:
    """Return the day of 2026-11-03, 11月3日 or 十一月三号."""
    parts = match.groupdict()
    month = _whole(parts["month"] or parts["bare"])
    day = _whole(parts["day"])
    year = parts.get("year")
    if year is not None:
        return _make(int(year), month, day)
    return _nearest_year(month, day, scene=scene)


def _day_of_month(match: re.Match[str], scene: _Scene) -> date | None:
    """Return the day of 3号 or 下个月3号."""
    day = int(match["day"])
    month = {"上": -1, "这": 0, "本": 0, "下": 1}.get(match["month"] or "")
    if month is not None:
        return _make_in_month(scene.today, months=month, day=day)
    candidates = [
        _make_in_month(scene.today, months=shift, day=day) for shift in (-1, 0, 1)
    ]
    return _choose(candidates, scene=scene)


def _shifted(match: re.Match[str], scene: _Scene) -> date | None:
    """Return the day of 三天前 or 两周后."""
    count = parse_number(match["count"])
    if count is None:
        return None
    days = count * (1 if match["unit"] == "天" else 7)
    return _move(scene.today, days=days if match["way"].endswith("后") else -days)


def _nearest_year(month: int, day: int, *, scene: _Scene) -> date | None:
    """Return the month and day in the year that the sentence most likely means."""
    candidates = [_make(scene.today.year + shift, month, day) for shift in (-1, 0, 1)]
    return _choose(candidates, scene=scene)


def _choose(candidates: list[date | None], *, scene: _Scene) -> date | None:
    """Return the last one for a told past, the next one for a plan, else the nearest."""
    days = [candidate for candidate in candidates if candidate is not None]
    if not days:
        return None
    today = scene.today
    past = [day for day in days if day <= today]
    coming = [day for day in days if day >= today]
    if _PAST.search(scene.text) is not None and past:
        return max(past)
    if _COMING.search(scene.text) is not None and coming:
        return min(coming)
    return min(days, key=lambda day: (abs(day - today), day))


def _whole(text: str) -> int:
    """Return a whole number, 0 (which is in no calendar) for what is none."""
    number = parse_number(text)
    return int(number) if number is not None else 0


def _make(year: int, month: int, day: int) -> date | None:
    """Return the day, or None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _make_in_month(today: date, *, months: int, day: int) -> date | None:
    """Return ``day`` of the month ``months`` away from today's."""
    index = today.year * 12 + today.month - 1 + months
    return _make(index // 12, index % 12 + 1, day)


def _move(day: date, *, days: float) -> date | None:
    """Return the day ``days`` away, or None outside the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


_READERS: Final = (
    (_DAY, frozenset("昨今明前后"), _named_day),
    (_WEEKDAY, frozenset("周期拜"), _weekday),
    (_CALENDAR, frozenset("./-年月"), _calendar_day),
    (_DOTTED, frozenset("."), _calendar_day),
    (_CHINESE_CALENDAR, frozenset("月"), _calendar_day),
    (_MONTHLY, frozenset("号"), _day_of_month),
    (_SHIFTED, frozenset("前后"), _shifted),
)
"""Patterns, characters of which every match has one, and what reads them; where two match
at one place the first wins."""
