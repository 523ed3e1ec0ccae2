"""How does an entry become the cells of a row, and a row an entry?"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from scripts_library.excel.cells import LONGEST_CELL, neutralise
from scripts_library.excel.library_columns import GOES_ON, OTHER, Column
from scripts_library.excel.rows import Row
from scripts_library.excel.workbook import CellValue
from scripts_library.shop.entries import Entry

_PIECE: Final = 5_000
"""Characters that fit a cell however many of them are escaped."""
_YES: Final = "是"


def write_entry(
    entry: Entry, columns: Sequence[Column], *, besides: Sequence[str] = ()
) -> tuple[list[CellValue], CellValue]:
    """Return the cells of an entry's fields, and the last one with what has no column.

    Args:
        entry: The entry.
        columns: Of its sheet.
        besides: Fields that other sheets hold.
    """
    held = {name for name in entry if name in besides or _fits(entry, name, columns)}
    cells: list[CellValue] = []
    for column in columns:
        value = _at(entry, column.path) if column.path[0] in held else None
        cells.append(None if value is None else column.form.write(value))
    rest = {name: value for name, value in entry.items() if name not in held}
    return cells, write_other(rest) if rest else None


def fits_columns(entry: Mapping[str, Any], columns: Sequence[Column]) -> bool:
    """Return whether the columns hold all of it."""
    return all(_fits(entry, name, columns) for name in entry)


def read_entry(row: Row, columns: Sequence[Column]) -> dict[str, Any]:
    """Return the entry of a row; problems are noted in it."""
    entry: dict[str, Any] = {}
    for column in columns:
        value = column.form.read(row, column.title)
        if value is not None:
            _put(entry, column.path, value)
    for name, value in (read_other(row) or {}).items():
        if name in entry:
            row.complain(OTHER, f"“{name}”在自己的列里已经填了")
        entry[name] = value
    return entry


def write_other(value: Mapping[str, Any]) -> CellValue:
    """Return what no column holds as a cell."""
    return neutralise(json.dumps(value, ensure_ascii=False))


def read_other(row: Row) -> dict[str, Any] | None:
    """Return what no column holds; None when there is nothing."""
    told = row.text(OTHER)
    if told is None:
        return None
    try:
        found = json.loads(told)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        row.complain(OTHER, "要是一个 JSON 对象；不清楚就清空它")
        return None
    return found


def write_text(text: str) -> Iterator[tuple[CellValue, CellValue]]:
    """Yield a text as cells of as many rows as it needs, with 接上一行."""
    cell = neutralise(text)
    if _length(cell) <= LONGEST_CELL:
        yield cell, None
        return
    for start in range(0, len(text), _PIECE):
        yield neutralise(text[start : start + _PIECE]), _YES if start else None


def read_text(row: Row, title: str, texts: list[str], *, is_same: bool) -> bool:
    """Add the text of a row to a list; return whether it is a new one.

    Args:
        row: The row.
        title: Of the column with the text.
        texts: Those of the rows above that belong to the same.
        is_same: Whether the row just above belongs to the same.
    """
    text = row.text(title)
    if text is None and not row.is_blank(title):
        return False
    if text is None:
        row.complain(title, "不能为空；确实没有文字就填（空）")
        return False
    if not row.is_yes(GOES_ON):
        texts.append(text)
        return True
    if texts and is_same:
        texts[-1] += text
    else:
        row.complain(GOES_ON, "上一行不是同一条的，接不上")
    return False


def _fits(entry: Mapping[str, Any], name: str, columns: Sequence[Column]) -> bool:
    """Return whether columns hold a field so that it is read again as it is."""
    own = _by_field(tuple(columns)).get(name)
    if own is None:
        return False
    value = entry[name]
    if None not in own:
        return (
            isinstance(value, Mapping)
            and bool(value)
            and all(
                inner in own and own[inner].form.fits(it) for inner, it in value.items()
            )
        )
    return own[None].form.fits(value)


@lru_cache(maxsize=16)
def _by_field(
    columns: tuple[Column, ...],
) -> Mapping[str, Mapping[str | None, Column]]:
    """Return the columns of each field, by key in it; None: the field itself."""
    found: dict[str, dict[str | None, Column]] = {}
    for column in columns:
        inner = column.path[1] if len(column.path) > 1 else None
        found.setdefault(column.path[0], {})[inner] = column
    return found


def _at(entry: Mapping[str, Any], path: Sequence[str]) -> Any:
    value: Any = entry
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _put(entry: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for name in path[:-1]:
        entry = entry.setdefault(name, {})
    entry[path[-1]] = value


def _length(cell: str) -> int:
    """Return how long Excel thinks a text is: it counts signs beyond four digits twice."""
    return len(cell.encode("utf-16-le", "surrogatepass")) // 2
