"""How long from now on, says a clause? 48小时内, 三日内, 一个半月, 半个工作日, 十几分钟."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.desk.ticket_types import WorkingSpan
from bot.promises.kinds import TimeForm
from bot.promises.moments import Moment, SaidTime
from bot.understanding.numerals import NUMBER, parse_number

_LONGEST: Final = timedelta(days=366)
"""Nobody is held to what lies farther away."""
_WORKING_DAY_MINUTES: Final = 480
"""Of half a working day it is half: eight hours are one (劳动法 第三十六条)."""
_SPAN: Final = re.compile(
    rf"(?<![第\d.月年-])(?P<count>{NUMBER}|半|俩|仨)(?P<more>[多几来])?"
    rf"(?:[-~到至](?P<upper>{NUMBER}))?\s?个?(?P<half>半)?"
    r"(?P<unit>小时|钟头|分钟|刻钟|工作日|自然日|天|周|星期|礼拜|h|(?<=个)月|(?<=个半)月|日(?=之?以?内|里))"
    r"(?P<way>之?以?内|里|左右|之?后)?(?!无理由|前|之前|以前|[一二三四五六日]|级|龄|猫)"
)
_RANGE: Final = re.compile(r"[一二两三四五六七八九]{2}(?P<tens>十?)")
"""Two digits that follow each other are from one to the other: 两三, 三四十."""
_MINUTES: Final = {"分钟": 1, "刻钟": 15, "小时": 60, "钟头": 60, "h": 60}
_DAYS: Final = {
    "天": 1,
    "日": 1,
    "自然日": 1,
    "周": 7,
    "星期": 7,
    "礼拜": 7,
    "月": 30,
}


def find_span(text: str, *, moment: Moment) -> tuple[SaidTime | None, bool]:
    """Return the end of the first length of time in a folded clause.

    Of a range it is the later one (1-2天, 两三天), of a vague number the most it may be
    (十几分钟: 19). It is also told whether words say that it is a length (内, 里), not a
    number of something.
    """
    match = _SPAN.search(text)
    if match is None:
        return None, False
    is_within = (match["way"] or "").endswith(("内", "里"))
    at = _end(match, moment)
    if at is None:
        return None, is_within
    said = SaidTime(
        form=TimeForm.SPAN, at=at.astimezone(UTC), length=len(match.group())
    )
    return said, is_within


def _end(match: re.Match[str], moment: Moment) -> datetime | None:
    """Return when a length of time is over, None for no number or one beyond belief."""
    count = _count(match["count"] if match["upper"] is None else match["upper"])
    if count is None:
        return None
    if match["more"] is not None:
        count = _at_most(count)
    count += 0.5 if match["half"] else 0.0
    unit = match["unit"]
    minutes = count * _MINUTES.get(unit, 24 * 60 * _DAYS.get(unit, 1))
    if minutes <= 0 or minutes > _LONGEST.total_seconds() / 60:
        return None
    if unit != "工作日":
        return moment.now + timedelta(minutes=minutes)
    days = int(count)
    rest = round((count - days) * _WORKING_DAY_MINUTES)
    span = WorkingSpan(days=days, minutes=rest)
    return moment.calendar.add_working(moment.now, span)


def _count(text: str) -> float | None:
    if text == "半":
        return 0.5
    found = _RANGE.fullmatch(text)
    return parse_number(text if found is None else text[1:])


def _at_most(count: float) -> float:
    """Return the most that 十几 may be: 19."""
    step = next(unit for unit in (100, 10, 1) if count % unit == 0 or unit == 1)
    return count + step - 1
