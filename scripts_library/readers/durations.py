"""How is a length of time written in a pack: ``90 minutes``, ``2 hours``, ``60 days``?"""

import re
from datetime import time, timedelta
from typing import Final

from bot.desk.ticket_types import WorkingSpan
from scripts_library.yaml_nodes import Value

_LENGTH: Final = re.compile(r"(\d{1,5}) (minute|hour|day)s?")
_MINUTES: Final = {"minute": 1, "hour": 60}
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def read_duration(value: Value) -> timedelta:
    """Return a length of plain time."""
    amount, unit = _length(value)
    if unit == "day":
        return timedelta(days=amount)
    return timedelta(minutes=amount * _MINUTES[unit])


def read_working_span(value: Value) -> WorkingSpan:
    """Return a length of working time; days are the shop's working days."""
    amount, unit = _length(value)
    if unit == "day":
        return WorkingSpan(days=amount)
    return WorkingSpan(minutes=amount * _MINUTES[unit])


def read_clock(value: Value) -> time:
    """Return a time of day, shop time."""
    text = value.text()
    match = _CLOCK.fullmatch(text)
    if match is None:
        if text:
            value.complain(f'expected "HH:MM", found {text!r}')
        return time.min
    return time(int(match[1]), int(match[2]))


def _length(value: Value) -> tuple[int, str]:
    text = value.text()
    match = _LENGTH.fullmatch(text)
    if match is None:
        if text:
            value.complain(
                f"expected a length such as 90 minutes, 2 hours or 60 days, found {text!r}"
            )
        return 0, "minute"
    return int(match[1]), match[2]
