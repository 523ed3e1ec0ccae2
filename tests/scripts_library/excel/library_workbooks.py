"""A library's workbook in tests: written, edited as a person would, and read."""

from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.errors import ScriptLibraryError
from bot.scripts import (
    Pack,
)
from scripts_library.excel.imported import Imported, find_changes
from scripts_library.excel.library_book import read_library
from scripts_library.excel.library_columns import SHEETS
from scripts_library.excel.library_write import write_library
from scripts_library.shop.entries import Content, Edits, Key, Kind

SHANGHAI = "Asia/Shanghai"
HELLO = Key(Kind.SCRIPT, "greeting.one")
SCRIPT = {"intent": "greeting", "variants": ["=1+1", "-好"], "priority": 0}


def read(raw: bytes, frame: Pack) -> Imported:
    return read_library(raw, frame=frame, timezone=SHANGHAI, file="话术.xlsx")


def written(content: Content, frame: Pack) -> bytes:
    return write_library(content, frame=frame, timezone=SHANGHAI)


def edited(raw: bytes, change: Callable[[Any], object]) -> bytes:
    """Return the workbook after somebody has edited it in Excel."""
    book = load_workbook(BytesIO(raw))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def row_of(book: Any, sheet: str, first: str) -> int:
    """Return the first row of a sheet that begins with a text."""
    rows: Iterator[Any] = book[sheet].iter_rows(max_col=1)
    return next(int(cell.row) for (cell,) in rows if cell.value == first)


def put(sheet: str, first: str, title: str, value: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        column = list(SHEETS[sheet]).index(title) + 1
        book[sheet].cell(row_of(book, sheet, first), column).value = value

    return change


def problems(raw: bytes, frame: Pack) -> list[str]:
    with pytest.raises(ScriptLibraryError) as raised:
        read(raw, frame)
    return [str(problem) for problem in raised.value.problems]


def changes(raw: bytes, frame: Pack, current: Content) -> Edits:
    return find_changes(read(raw, frame), current, frame=frame)
