"""What does a shop's workbook of facts say? Typed values out, and in with every problem."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from bot.catalogue.promotions import Promotion
from bot.catalogue.shop_facts import ShopFacts
from bot.errors import Problem, ScriptLibraryError
from bot.facts import Item
from scripts_library.excel import item_sheets, promotion_sheet, shop_sheets
from scripts_library.excel.rows import Row
from scripts_library.excel.titles import check_table
from scripts_library.excel.workbook import (
    CellValue,
    Table,
    read_workbook,
    write_workbook,
)

SHEETS: Final[Mapping[str, Sequence[str]]] = {
    **shop_sheets.SHEETS,
    **item_sheets.SHEETS,
    **promotion_sheet.SHEETS,
}
"""Titles of the columns by sheet, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsBook:
    """Everything of one workbook; None: the workbook has no such sheet."""

    facts: tuple[ShopFacts, ...] | None = None
    items: tuple[Item, ...] | None = None
    promotions: tuple[Promotion, ...] | None = None


def write_book(book: FactsBook, *, timezone: str) -> bytes:
    """Return a workbook that :func:`read_book` reads to the same.

    Raises:
        ScriptLibraryError: a text is too long for a cell.
    """
    return write_workbook(sheets_of(book, timezone=timezone))


def sheets_of(
    book: FactsBook, *, timezone: str
) -> dict[str, tuple[Sequence[str], Iterable[Sequence[CellValue]]]]:
    """Return the sheets of what a workbook says: titles and rows."""
    zone = ZoneInfo(timezone)
    rows: dict[str, Iterable[Sequence[CellValue]]] = {}
    if book.facts is not None:
        rows |= shop_sheets.rows_of(book.facts, zone)
    if book.items is not None:
        rows |= item_sheets.rows_of(book.items, zone)
    if book.promotions is not None:
        rows |= promotion_sheet.rows_of(book.promotions, zone)
    return {name: (SHEETS[name], rows[name]) for name in rows}


def read_book(raw: bytes, *, timezone: str, file: str = "xlsx") -> FactsBook:
    """Return what a workbook says.

    Args:
        raw: Its bytes.
        timezone: Of the shop: times without an offset are meant in it.
        file: Its name, for problems of it as a whole.

    Raises:
        ScriptLibraryError: with every problem by sheet, row and column.
    """
    return read_tables(read_workbook(raw, file=file), timezone=timezone, file=file)


def read_tables(tables: Mapping[str, Table], *, timezone: str, file: str) -> FactsBook:
    """Return what sheets say; otherwise as :func:`read_book`."""
    reading = _Reading(tables, ZoneInfo(timezone))
    reading.check_titles(file)
    book = FactsBook(
        facts=reading.facts(), items=reading.items(), promotions=reading.promotions()
    )
    if reading.problems:
        raise ScriptLibraryError(tuple(reading.problems))
    return book


class _Reading:
    """One workbook while it is read."""

    def __init__(self, tables: Mapping[str, Table], zone: ZoneInfo) -> None:
        self._tables = tables
        self._zone = zone
        self._rows: list[Row] = []
        self._found: list[Problem] = []

    @property
    def problems(self) -> list[Problem]:
        """Return every problem, sheet by sheet, row by row."""
        order = {name: position for position, name in enumerate(SHEETS)}
        found = [*self._found, *(it for row in self._rows for it in row.problems)]
        return sorted(found, key=lambda it: (order.get(it.file, -1), it.line))

    def check_titles(self, file: str) -> None:
        """Note sheets and columns that nobody knows, and columns that are missing."""
        if SHEETS.keys().isdisjoint(self._tables):
            names = "、".join(SHEETS)
            self._note(file, 0, f"没有认识的工作表，应有：{names}")
        for name, table in self._tables.items():
            if name not in SHEETS:
                self._note(name, 0, f"不认识的工作表，可用：{'、'.join(SHEETS)}")
                continue
            self._found += check_table(table, SHEETS[name])

    def facts(self) -> tuple[ShopFacts, ...] | None:
        """Return the sets of shop facts."""
        if shop_sheets.SHOP not in self._tables:
            for name in (shop_sheets.DAYS, shop_sheets.POSTAGE):
                if name in self._tables:
                    self._note(name, 0, f"要和工作表“{shop_sheets.SHOP}”一起填")
            return None
        return shop_sheets.read(
            self._sheet(shop_sheets.SHOP),
            days=self._sheet(shop_sheets.DAYS),
            postage=self._sheet(shop_sheets.POSTAGE),
        )

    def items(self) -> tuple[Item, ...] | None:
        """Return the items with their cards."""
        if item_sheets.ITEMS not in self._tables:
            if item_sheets.SIZES in self._tables:
                reason = f"要和工作表“{item_sheets.ITEMS}”一起填"
                self._note(item_sheets.SIZES, 0, reason)
            return None
        return item_sheets.read(
            self._sheet(item_sheets.ITEMS), sizes=self._sheet(item_sheets.SIZES)
        )

    def promotions(self) -> tuple[Promotion, ...] | None:
        """Return the promotions."""
        if promotion_sheet.PROMOTIONS not in self._tables:
            return None
        return promotion_sheet.read(self._sheet(promotion_sheet.PROMOTIONS))

    def _sheet(self, name: str) -> list[Row]:
        rows = list(self._read_rows(name))
        self._rows += rows
        return rows

    def _read_rows(self, name: str) -> Iterator[Row]:
        table = self._tables.get(name)
        if table is None:
            return
        for number, cells in table.rows:
            yield Row(name, number, cells, columns=table.titles, zone=self._zone)

    def _note(
        self,
        sheet: str,
        line: int,
        reason: str,
        *,
        column: str | None = None,
        field: str | None = None,
    ) -> None:
        self._found.append(
            Problem(file=sheet, line=line, reason=reason, column=column, field=field)
        )
