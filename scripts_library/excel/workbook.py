"""What stands in a workbook? Sheets with their rows, read without running anything."""

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from bot.errors import Problem, ScriptLibraryError
from scripts_library.excel.cells import LONGEST_CELL

LARGEST_FILE: Final = 10_000_000
_LARGEST_UNPACKED: Final = 100_000_000
MOST_ROWS: Final = 50_000
_MOST_COLUMNS: Final = 64

CellValue = str | int | float | bool | datetime | date | time | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One cell as it was read."""

    column: str
    """Its letter."""
    value: CellValue
    is_formula: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet: a row of titles, and rows of cells by title."""

    name: str
    titles: Mapping[str, str]
    """Title → letter of its column."""
    rows: tuple[tuple[int, Mapping[str, Written]], ...]
    """With their numbers as a person sees them; empty rows are left out."""


def read_workbook(raw: bytes, *, file: str) -> Mapping[str, Table]:
    """Return the sheets of a workbook by name; formulas are told, never computed.

    Raises:
        ScriptLibraryError: it is no workbook, or larger than anybody's.
    """
    try:
        _check_size(raw, file)
        book = load_workbook(BytesIO(raw), data_only=False, keep_links=False)
        return {sheet.title: _table(sheet, file) for sheet in book.worksheets}
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        ParseError,
        KeyError,
        ValueError,
        TypeError,
        OSError,
    ) as error:
        raise _refused(file, "不是能读的 .xlsx 工作簿") from error


def write_workbook(
    sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[CellValue]]]],
) -> bytes:
    """Return a workbook of sheets, each with its titles and rows; texts are no formulas.

    Raises:
        ScriptLibraryError: a cell would not hold its text whole.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, (titles, rows) in sheets.items():
        sheet: Any = book.create_sheet(name)
        sheet.append(list(titles))
        for number, row in enumerate(rows, start=2):
            _write_row(sheet, number, row)
        _dress(sheet, titles)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write_row(sheet: Any, number: int, row: Sequence[CellValue]) -> None:
    for column, value in enumerate(row, start=1):
        if value is None:
            continue
        cell: Cell = sheet.cell(row=number, column=column)
        if not isinstance(value, str):
            cell.value = value
            continue
        if len(value) > LONGEST_CELL:
            place = f"{get_column_letter(column)}列"
            reason = f"{place}：内容超过{LONGEST_CELL}个字，一个单元格放不下"
            raise ScriptLibraryError(
                (Problem(file=sheet.title, line=number, reason=reason),)
            )
        # Said outright, so that no text becomes a formula or an error value.
        cell.value = value
        cell.data_type = "s"
        cell.alignment = Alignment(wrap_text="\n" in value, vertical="top")


def _dress(sheet: Any, titles: Sequence[str]) -> None:
    sheet.freeze_panes = "A2"
    for column, title in enumerate(titles, start=1):
        sheet.cell(row=1, column=column).font = Font(bold=True)
        width = max(10, 2 * len(title) + 4)
        sheet.column_dimensions[get_column_letter(column)].width = width


def _check_size(raw: bytes, file: str) -> None:
    if len(raw) > LARGEST_FILE:
        raise _refused(file, f"文件超过{LARGEST_FILE // 1_000_000}MB")
    with zipfile.ZipFile(BytesIO(raw)) as packed:
        unpacked = sum(one.file_size for one in packed.infolist())
    if unpacked > _LARGEST_UNPACKED:
        raise _refused(file, "解压后的内容太大")


def _table(sheet: Worksheet, file: str) -> Table:
    if sheet.max_row > MOST_ROWS or sheet.max_column > _MOST_COLUMNS:
        reason = f"工作表“{sheet.title}”超过{MOST_ROWS}行或{_MOST_COLUMNS}列"
        raise _refused(file, reason)
    lines: Iterator[tuple[Any, ...]] = sheet.iter_rows()
    titles = {
        str(cell.value).strip(): get_column_letter(cell.column)
        for cell in next(lines, ())
        if cell.value is not None
    }
    by_letter = {letter: title for title, letter in titles.items()}
    rows = []
    for number, cells in enumerate(lines, start=2):
        written = {
            by_letter.get(letter, letter): Written(
                column=letter,
                value=_plain(cell.value),
                is_formula=cell.data_type == "f",
            )
            for letter, cell in ((get_column_letter(it.column), it) for it in cells)
            if cell.value is not None
        }
        if written:
            rows.append((number, written))
    return Table(name=sheet.title, titles=titles, rows=tuple(rows))


def _plain(value: object) -> CellValue:
    """Return what a cell holds; of formulas that are objects only that they are there."""
    if isinstance(value, str | int | float | bool | datetime | date | time):
        return value
    return str(value)


def _refused(file: str, reason: str) -> ScriptLibraryError:
    return ScriptLibraryError((Problem(file=file, line=0, reason=reason),))
