"""In which other form can a value be said? The filters of ``{name|filter}``.

A filter works on the words of a fact. Where they have not the form it needs, it gives
nothing, which means the same as a missing fact: nothing half right is ever said.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import regex

SHORT_LENGTH: Final = 12
"""Characters of a long phrase that ``short`` leaves."""
_LAST: Final = 4
_MOMENT: Final = regex.compile(
    r"(?P<day>[昨今明后]天|(?:\d{4}年)?\d{1,2}月\d{1,2}日)(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)"
)
"""A moment as :func:`bot.replying.render.format_time` says it: 今天17:00."""
_AMOUNT: Final = regex.compile(r"(?P<sign>-?)(?P<yuan>\d+(?:\.\d{1,2})?)元")
_DAY: Final = regex.compile(r"[昨今明后]天|(?:\d{4}年)?\d{1,2}月\d{1,2}日")
_WORD: Final = regex.compile(r"[A-Za-z0-9.×%:-]")
"""Characters that make one word or number with those beside them."""

Filter = Callable[[str], str]


def _date(value: str) -> str:
    """Return the day of a moment: 今天 of 今天17:00, 11月25日 of itself."""
    moment = _MOMENT.fullmatch(value)
    day = value if moment is None else moment["day"]
    return day if _DAY.fullmatch(day) else ""


def _time(value: str) -> str:
    """Return the hour of a moment: 17:00 of 今天17:00."""
    moment = _MOMENT.fullmatch(value)
    return "" if moment is None else f"{moment['hour']}:{moment['minute']}"


def _before(value: str) -> str:
    """Return a deadline as people say it: 今天17点前 of 今天17:00, 今天17:30前."""
    moment = _MOMENT.fullmatch(value)
    if moment is None:
        return f"{value}前" if _DAY.fullmatch(value) else ""
    clock = f"{moment['hour']}:{moment['minute']}"
    if moment["minute"] == "00":
        clock = f"{moment['hour']}点"
    return f"{moment['day']}{clock}前"


def _yuan(value: str) -> str:
    """Return an amount as lists write it: ¥59.9 of 59.9元."""
    amount = _AMOUNT.fullmatch(value)
    return "" if amount is None else f"{amount['sign']}¥{amount['yuan']}"


def _last4(value: str) -> str:
    """Return the last four characters of a number; a shorter one has none."""
    return value[-_LAST:] if len(value) >= _LAST else ""


def _short(value: str) -> str:
    """Return a long phrase cut, never inside a number or a Latin word."""
    if len(value) <= SHORT_LENGTH:
        return value
    end = SHORT_LENGTH
    while end > 0 and _WORD.match(value[end]) and _WORD.match(value[end - 1]):
        end -= 1
    return f"{value[:end].rstrip()}…" if end > 0 else ""


FILTERS: Final[Mapping[str, Filter]] = MappingProxyType(
    {
        "date": _date,
        "time": _time,
        "before": _before,
        "yuan": _yuan,
        "last4": _last4,
        "short": _short,
    }
)
"""Every filter a template may name (docs/packs.md)."""


def apply_filters(value: str, names: tuple[str, ...]) -> str:
    """Return a value after all filters, in order; empty when one cannot be applied."""
    for name in names:
        if not value:
            return ""
        value = FILTERS[name](value)
    return value
