"""Has a sheet the columns that its readers know, and nothing they would not see?"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from bot.errors import Problem
from scripts_library.excel.workbook import Table


class _Wrong(NamedTuple):
    line: int
    reason: str
    column: str | None = None
    title: str | None = None


def check_table(
    table: Table, known: Collection[str], *, optional: Collection[str] = ()
) -> list[Problem]:
    """Return what is wrong with the shape of a sheet.

    Args:
        table: The sheet.
        known: Titles of all its columns.
        optional: Those of them that may be missing.
    """
    return [
        Problem(
            file=table.name,
            line=one.line,
            reason=one.reason,
            column=one.column,
            field=one.title,
        )
        for one in (*_titles(table, known, optional), *_places(table))
    ]


def _titles(
    table: Table, known: Collection[str], optional: Collection[str]
) -> Iterator[_Wrong]:
    for title, letter in table.titles.items():
        if title not in known:
            yield _Wrong(1, f"{letter}列「{title}」：不认识的列", letter, title)
    for letter, title in table.doubled:
        yield _Wrong(1, f"{letter}列「{title}」：这个标题写了两次", letter, title)
    for title in known:
        if title not in table.titles and title not in optional:
            yield _Wrong(1, f"缺少列「{title}」", None, title)


def _places(table: Table) -> Iterator[_Wrong]:
    for line, reference in table.merged:
        yield _Wrong(line, f"{reference} 是合并单元格，请取消合并，每格都填")
    for number, cells in table.rows:
        for title, cell in cells.items():
            if title not in table.titles:
                reason = f"{cell.column}列没有标题，里面有内容"
                yield _Wrong(number, reason, cell.column)
