"""Has a sheet the columns that its readers know, and nothing they would not see?"""

from collections.abc import Collection, Iterator

from bot.errors import Problem
from scripts_library.excel.workbook import Table


def check_table(
    table: Table, known: Collection[str], *, optional: Collection[str] = ()
) -> list[Problem]:
    """Return what is wrong with the shape of a sheet.

    Args:
        table: The sheet.
        known: Titles of all its columns.
        optional: Those of them that may be missing.
    """
    found = [*_titles(table, known, optional), *_places(table)]
    return [
        Problem(file=table.name, line=line, reason=reason) for line, reason in found
    ]


def _titles(
    table: Table, known: Collection[str], optional: Collection[str]
) -> Iterator[tuple[int, str]]:
    for title, letter in table.titles.items():
        if title not in known:
            yield 1, f"{letter}列「{title}」：不认识的列"
    for letter, title in table.doubled:
        yield 1, f"{letter}列「{title}」：这个标题写了两次"
    for title in known:
        if title not in table.titles and title not in optional:
            yield 1, f"缺少列「{title}」"


def _places(table: Table) -> Iterator[tuple[int, str]]:
    for line, reference in table.merged:
        yield line, f"{reference} 是合并单元格，请取消合并，每格都填"
    for number, cells in table.rows:
        for title, cell in cells.items():
            if title not in table.titles:
                yield number, f"{cell.column}列没有标题，里面有内容"
