"""How does a template become a text that may be sent?

A template is filled completely or not at all; how it is written stands in
:mod:`bot.replying.templates`. The spans that came from facts are kept, so that the guard
can tell a figure that is a fact from one that somebody made up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import regex

from bot.replying.filters import apply_filters
from bot.replying.names import OFFER_COUPON
from bot.replying.templates import (
    Part,
    Piece,
    Placeholder,
    parse,
    placeholders,
    required,
)

__all__ = ["placeholders", "required"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A template with its values in place."""

    text: str
    spans: tuple[tuple[int, int], ...]
    """Start and end of each value in ``text``, in order; a default is no value."""
    names: frozenset[str] = frozenset()
    """The placeholders whose value stands in it."""


def fill(
    template: str,
    values: Mapping[str, str],
    *,
    deferred: frozenset[str] = frozenset(),
) -> Filled | None:
    """Fill a template from values.

    Args:
        template: Text with placeholders.
        values: Text by placeholder; one that is missing or empty has no fact.
        deferred: Placeholders that stay as they stand, to be filled later.

    Returns:
        The filled text, or None when any placeholder lacks a value that it needs.
    """
    parts = parse(template).parts
    if len(parts) == 1 and len(parts[0].pieces) == 1:
        (piece,) = parts[0].pieces
        if isinstance(piece, str):
            return Filled(text=piece, spans=())
    filling = _Filling(values, deferred)
    for part in parts:
        if not filling.add(part) and not part.is_optional:
            return None
    return filling.result()


_Words = tuple[str, str | None]
"""What a piece says, and whose value that is; None: literal words."""


class _Filling:
    """One template while it is filled."""

    def __init__(self, values: Mapping[str, str], deferred: frozenset[str]) -> None:
        self._values = values
        self._deferred = deferred
        self._pieces: list[str] = []
        self._spans: list[tuple[int, int]] = []
        self._names: set[str] = set()
        self._length = 0

    def add(self, part: Part) -> bool:
        """Add a part whole; False, and nothing added, when a fact of it is missing."""
        said: list[_Words] = []
        for piece in part.pieces:
            words = self._words(piece)
            if words is None:
                return False
            said.append(words)
        for text, name in said:
            if name is not None:
                self._spans.append((self._length, self._length + len(text)))
                self._names.add(name)
            self._pieces.append(text)
            self._length += len(text)
        return True

    def result(self) -> Filled:
        """Return what has been said."""
        return Filled(
            text="".join(self._pieces),
            spans=tuple(self._spans),
            names=frozenset(self._names),
        )

    def _words(self, piece: Piece) -> _Words | None:
        if isinstance(piece, str):
            return piece, None
        if piece.name in self._deferred:
            return piece.source, piece.name
        value = _value(piece, self._values)
        if value:
            return value, piece.name
        return None if piece.default is None else (piece.default, None)


def _value(piece: Placeholder, values: Mapping[str, str]) -> str:
    """Return a fact in the form that is asked for, empty when there is none."""
    value = values.get(piece.name, "")
    return apply_filters(value, piece.filters) if piece.filters else value


_TICKET_SOURCE: Final = regex.compile(r"\{ticket\.(?:number|due_at)(?:\|[^{}]*)?\}")


def fill_ticket(
    text: str,
    *,
    number: str,
    due_at: datetime,
    timezone: str,
    now: datetime | None = None,
) -> str:
    """Fill the ticket placeholders that :func:`fill` left for the transaction.

    With ``now`` a near due time is said as people say it (今天17:00).
    """
    values = {
        "ticket.number": number,
        "ticket.due_at": format_time(due_at, timezone=timezone, now=now),
    }

    def known(match: regex.Match[str]) -> str:
        filled = fill(match[0], values)
        return match[0] if filled is None else filled.text

    return _TICKET_SOURCE.sub(known, text)


def fill_coupon(text: str, code: str) -> str:
    """Fill the code that :func:`fill` left for the transaction."""
    return text.replace(f"{{{OFFER_COUPON}}}", code)


def format_time(at: datetime, *, timezone: str, now: datetime | None = None) -> str:
    """Return a moment as people say it in shop time.

    Args:
        at: Aware moment.
        timezone: IANA name of the shop's time zone.
        now: When given, near days are named (今天17:00) and the year is left out
            unless it differs.
    """
    local = at.astimezone(ZoneInfo(timezone))
    return f"{_day(local, now)}{local.hour}:{local.minute:02}"


def format_date(at: datetime, *, timezone: str, now: datetime | None = None) -> str:
    """Return the day of a moment as people say it in shop time: 明天, 11月25日."""
    return _day(at.astimezone(ZoneInfo(timezone)), now)


_NEAR_DAYS = {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"}


def _day(local: datetime, now: datetime | None) -> str:
    day = f"{local.month}月{local.day}日"
    if now is None:
        return day
    today = now.astimezone(local.tzinfo).date()
    distance = (local.date() - today) // timedelta(days=1)
    if distance in _NEAR_DAYS:
        return _NEAR_DAYS[distance]
    return day if local.year == today.year else f"{local.year}年{day}"
