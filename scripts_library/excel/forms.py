"""How does one field of an entry stand in a cell? Out and in without loss.

A value that a cell cannot hold in its form is no error: ``fits`` says so, and the entry
keeps it among what stands in the last column as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from scripts_library.excel.cells import NOTHING, neutralise, write_lines, write_pairs
from scripts_library.excel.rows import Row
from scripts_library.excel.workbook import CellValue

_LARGEST = 10**9
_FIRST_YEAR, _LAST_YEAR = 1970, 2999


class Form(Protocol):
    """One way to write a value."""

    def fits(self, value: Any) -> bool:
        """Return whether :meth:`read` gives the value again that was written."""

    def write(self, value: Any) -> CellValue:
        """Return the cell of a value that fits."""

    def read(self, row: Row, title: str) -> Any:
        """Return the value of a cell, None when it is empty; problems are noted."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text."""

    def fits(self, value: Any) -> bool:
        """Return whether it is one."""
        return isinstance(value, str)

    def write(self, value: Any) -> CellValue:
        """Return the text so that nobody runs it."""
        return neutralise(value)

    def read(self, row: Row, title: str) -> Any:
        """Return the text."""
        return row.text(title)


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of texts, one a line."""

    def fits(self, value: Any) -> bool:
        """Return whether it is one."""
        return isinstance(value, list) and all(isinstance(it, str) for it in value)

    def write(self, value: Any) -> CellValue:
        """Return the lines."""
        return write_lines(value)

    def read(self, row: Row, title: str) -> Any:
        """Return the texts."""
        lines = row.lines(title)
        return None if lines is None else list(lines)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names with texts, one a line."""

    def fits(self, value: Any) -> bool:
        """Return whether there is at least one."""
        return (
            isinstance(value, Mapping)
            and bool(value)
            and all(isinstance(it, str) for it in value.values())
        )

    def write(self, value: Any) -> CellValue:
        """Return the lines."""
        return write_pairs(value)

    def read(self, row: Row, title: str) -> Any:
        """Return the names with their texts."""
        return dict(row.pairs(title)) or None


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    def fits(self, value: Any) -> bool:
        """Return whether it is one, and not larger than anybody means."""
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return is_number and 0 <= value <= _LARGEST

    def write(self, value: Any) -> CellValue:
        """Return the number."""
        return int(value)

    def read(self, row: Row, title: str) -> Any:
        """Return the number."""
        return row.whole(title, most=_LARGEST)


@dataclass(frozen=True, slots=True)
class Day:
    """A day, as 2026-11-11."""

    def fits(self, value: Any) -> bool:
        """Return whether it is one."""
        if not isinstance(value, str):
            return False
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return False
        return day.isoformat() == value and _FIRST_YEAR <= day.year <= _LAST_YEAR

    def write(self, value: Any) -> CellValue:
        """Return the day as a text, which no program moves to another day."""
        return str(value)

    def read(self, row: Row, title: str) -> Any:
        """Return the day as a text."""
        day = row.day(title)
        return None if day is None else day.isoformat()


@dataclass(frozen=True, slots=True)
class YesNo:
    """是 or 否."""

    def fits(self, value: Any) -> bool:
        """Return whether it is true or false."""
        return isinstance(value, bool)

    def write(self, value: Any) -> CellValue:
        """Return the word."""
        return "是" if value else "否"

    def read(self, row: Row, title: str) -> Any:
        """Return true or false."""
        return row.is_yes(title)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several words."""

    words: Mapping[str, str]
    """By value."""

    def fits(self, value: Any) -> bool:
        """Return whether there is a word for it."""
        return isinstance(value, str) and value in self.words

    def write(self, value: Any) -> CellValue:
        """Return the word."""
        return self.words[value]

    def read(self, row: Row, title: str) -> Any:
        """Return what the word means."""
        return row.choice(title, {word: it for it, word in self.words.items()})


@dataclass(frozen=True, slots=True)
class Choices:
    """Several words, joined by 、."""

    words: Mapping[str, str]
    """By value."""

    def fits(self, value: Any) -> bool:
        """Return whether there is a word for each."""
        return isinstance(value, list) and all(
            isinstance(it, str) and it in self.words for it in value
        )

    def write(self, value: Any) -> CellValue:
        """Return the words."""
        return "、".join(self.words[it] for it in value) or NOTHING

    def read(self, row: Row, title: str) -> Any:
        """Return what the words mean."""
        meant = {word: it for it, word in self.words.items()}
        found = row.words(title, meant)
        if found is None:
            return None
        return [meant[word] for word in found if word in meant]
