"""Which number does a piece of text stand for, in digits or Chinese numerals?"""

import re
from functools import lru_cache
from typing import Final

DIGITS: Final = {
    **{character: value for value, character in enumerate("零一二三四五六七八九")},
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
}
UNITS: Final = {"十": 10, "百": 100, "千": 1_000, "万": 10_000}
NUMBER: Final = r"(?:\d+(?:\.\d+)?[百千万]?|[零〇一二两三四五六七八九十百千万]+)"
"""Pattern of a number; text that matches may still be no number (parse says so)."""
_CHINESE: Final = re.compile(r"[零〇一二两俩仨三四五六七八九十百千万]+")
_WESTERN: Final = re.compile(r"(\d+(?:\.\d+)?)([百千万]?)")
_LONGEST: Final = 12
"""Characters; longer runs are identifiers, not quantities."""


@lru_cache(maxsize=4096)
def parse_number(text: str) -> float | None:
    """Return the number that ``text`` stands for, or None when it is none.

    Reads 18, 18.5, 3万, 三十, 两百五 (250), 一千二 (1200), 一百零五 and 八五 (85).
    """
    if len(text) > _LONGEST:
        return None
    western = _WESTERN.fullmatch(text)
    if western is not None:
        return float(western[1]) * UNITS.get(western[2], 1)
    if _CHINESE.fullmatch(text) is None:
        return None
    if any(character in UNITS for character in text):
        return _parse_with_units(text)
    return float("".join(str(DIGITS[character]) for character in text))


def _parse_with_units(text: str) -> float | None:
    """Read a numeral such as 两百五 or 一万三千; None when the units do not descend."""
    total = 0
    section = 0
    digit: int | None = None
    last_unit = 0
    has_zero = False
    for character in text:
        if character in DIGITS:
            if digit is not None and digit != 0:
                return None
            digit = DIGITS[character]
            has_zero = has_zero or digit == 0
            continue
        unit = UNITS[character]
        if digit is None and not (unit == UNITS["十"] or section):
            return None
        count = 1 if digit is None else digit
        if unit == UNITS["万"]:
            total, section = (section + (0 if digit is None else digit)) * unit, 0
        else:
            section += count * unit
        digit, last_unit, has_zero = None, unit, False
    return float(total + section + _tail(digit, last_unit, has_zero=has_zero))


def _tail(digit: int | None, last_unit: int, *, has_zero: bool) -> int:
    """Return what a last digit adds: 5 in 一百零五, 50 in 两百五."""
    if digit is None:
        return 0
    if has_zero or last_unit <= UNITS["十"]:
        return digit
    return digit * last_unit // 10


def as_plain(value: float) -> int | float:
    """Return an integer where ``value`` is whole, else the float rounded to 2 places."""
    return int(value) if value == int(value) else round(value, 2)
