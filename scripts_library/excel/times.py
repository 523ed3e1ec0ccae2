"""Which day or time is meant by what stands in a cell?"""

from datetime import date, datetime, time
from typing import Final

from openpyxl.utils.datetime import from_excel

from scripts_library.excel.workbook import CellValue

_SERIALS: Final = (20_000, 80_000)
"""Bare numbers that may be days: 1954 to 2119."""


def day_meant(value: CellValue) -> str:
    """Return what day a bare number may mean, as Excel counts days."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not _SERIALS[0] <= float(str(value)) <= _SERIALS[1]:
        return ""
    meant = from_excel(int(float(str(value))))
    return f"（{value} 大概是 {meant:%Y-%m-%d}）"


def clock_of(word: str) -> time:
    """Return a time of day.

    Raises:
        ValueError: it is none.
    """
    plain = word.replace("：", ":")
    return time.fromisoformat(f"0{plain}" if plain[1:2] == ":" else plain)


def moment_of(value: CellValue) -> datetime | None:
    """Return a date with its time, None when it is none."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    try:
        return datetime.fromisoformat(str(value).strip())
    except ValueError:
        return None
