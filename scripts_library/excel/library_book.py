"""What does a workbook of a library say? Opened, its sheets checked and read."""

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from bot.errors import Problem, ScriptLibraryError
from bot.scripts import Pack
from scripts_library.excel import facts_book
from scripts_library.excel.facts_book import FactsBook
from scripts_library.excel.imported import Imported
from scripts_library.excel.library_columns import (
    ASKS,
    NOTES,
    OPTIONAL,
    SCRIPTS,
    SHEETS,
    VARIANTS,
)
from scripts_library.excel.library_read import KINDS, OPENED, Reading
from scripts_library.excel.library_write import Tell
from scripts_library.excel.titles import check_table
from scripts_library.excel.workbook import Table, read_workbook

_TOGETHER: Final = (SCRIPTS, VARIANTS, ASKS)


def read_library(
    raw: bytes,
    *,
    frame: Pack,
    timezone: str,
    file: str,
    tell: Tell = lambda _stage, _share: None,
) -> Imported:
    """Return what a workbook says.

    Args:
        raw: Its bytes.
        frame: The release's pack, whose intents and lexicon are only shown in it.
        timezone: Of the shop.
        file: Its name, for problems of it as a whole.
        tell: Told how far it is.

    Raises:
        ScriptLibraryError: with every problem by sheet, row and column.
    """
    return read_tables(
        read_workbook(
            raw, file=file, told=lambda share: tell("打开工作簿", share * OPENED)
        ),
        frame=frame,
        timezone=timezone,
        file=file,
        tell=tell,
    )


def read_tables(
    tables: Mapping[str, Table],
    *,
    frame: Pack,
    timezone: str,
    file: str,
    tell: Tell = lambda _stage, _share: None,
) -> Imported:
    """Return what sheets say; otherwise as :func:`read_library`."""
    facts_names = tables.keys() & facts_book.SHEETS.keys()
    own = {name: it for name, it in tables.items() if name not in facts_names}
    reading = Reading(own, frame, ZoneInfo(timezone), file, tell)
    reading.run()
    problems = [
        *check_sheets(own, file, has_others=bool(facts_names)),
        *reading.problems,
    ]
    facts: FactsBook | None = None
    if facts_names:
        told = {name: tables[name] for name in tables if name in facts_names}
        try:
            facts = facts_book.read_tables(told, timezone=timezone, file=file)
        except ScriptLibraryError as error:
            problems += error.problems
    if problems:
        order = {name: at for at, name in enumerate(SHEETS)}
        problems.sort(key=lambda it: (order.get(it.file, -1), it.line))
        raise ScriptLibraryError(tuple(problems))
    return reading.imported(facts)


def check_sheets(
    tables: Mapping[str, Table], file: str, *, has_others: bool
) -> list[Problem]:
    """Return what is wrong with the sheets and their columns.

    Args:
        tables: The sheets of a library.
        file: Name of the workbook.
        has_others: Whether it holds sheets of facts besides.
    """
    found = []
    if not has_others and KINDS.keys().isdisjoint(tables):
        found.append(_problem(file, f"没有认识的工作表，应有：{'、'.join(SHEETS)}"))
    for name, table in tables.items():
        if name not in SHEETS:
            known = "、".join((*SHEETS, *facts_book.SHEETS))
            found.append(_problem(name, f"不认识的工作表，可用：{known}"))
        elif name != NOTES:
            found += check_table(table, SHEETS[name], optional=OPTIONAL)
    missing = [name for name in _TOGETHER if name not in tables]
    if missing and len(missing) < len(_TOGETHER):
        reason = f"{'、'.join(_TOGETHER)}要在一起，缺：{'、'.join(missing)}"
        found.append(_problem(file, reason))
    return found


def _problem(sheet: str, reason: str) -> Problem:
    return Problem(file=sheet, line=0, reason=reason)
