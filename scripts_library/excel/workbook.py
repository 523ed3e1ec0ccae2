"""What stands in a workbook? Sheets with their rows, read without running anything."""

import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bot.errors import Problem, ScriptLibraryError
from scripts_library.excel.cells import LONGEST_CELL
from scripts_library.excel.scanning import (
    MOST_ROWS,
    UnfitError,
    check_beginning,
    scan,
)

LARGEST_FILE: Final = 10_000_000
_MOST_COLUMNS: Final = 64
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
_PLAIN: Final = Alignment(vertical="top")
_WIDEST: Final = 60
_NOTE_AUTHOR: Final = "小二"
_LONGEST_LIST: Final = 255
"""Characters of a list of choices; Excel's limit."""

CellValue = str | int | float | bool | datetime | date | time | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One cell as it was read."""

    column: str
    """Its letter."""
    value: CellValue
    is_formula: bool = False
    is_error: bool = False
    """Such as #N/A."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet: a row of titles, and rows of cells by title."""

    name: str
    titles: Mapping[str, str]
    """Title → letter of its column."""
    rows: tuple[tuple[int, Mapping[str, Written]], ...]
    """With their numbers as a person sees them; empty rows are left out."""
    merged: tuple[tuple[int, str], ...] = ()
    """Merged cells: the first row, and the range."""
    doubled: tuple[tuple[str, str], ...] = ()
    """Columns with a title that another one has: letter and title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What helps whoever fills in a column."""

    note: str = ""
    """Shown at the title."""
    choices: tuple[str, ...] = ()
    """Offered at each cell; another value is warned of, not refused."""
    source: str = ""
    """A range that holds the choices, for long lists."""
    width: int = 0
    """In characters; 0: by the title."""


class _Watched(BytesIO):
    """A file whose readers are told of; lives as long as it is read."""

    def __init__(self, raw: bytes, told: Callable[[float], None]) -> None:
        super().__init__(raw)
        self._size = len(raw)
        self._told = told
        self._read = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Return bytes, and tell which share of the file was read."""
        piece = super().read(size)
        self._read += len(piece)
        self._told(min(1.0, self._read / self._size))
        return piece


def read_workbook(
    raw: bytes, *, file: str, told: Callable[[float], None] = lambda _share: None
) -> Mapping[str, Table]:
    """Return the sheets of a workbook by name; formulas are told, never computed.

    Args:
        raw: Its bytes.
        file: Its name, for problems of it as a whole.
        told: Called with the share that was read, 0 to 1.

    Raises:
        ScriptLibraryError: it is no workbook, or larger than anybody's.
    """
    try:
        _check_size(raw, file)
        check_beginning(raw)
        with zipfile.ZipFile(BytesIO(raw)) as packed:
            scan(packed)
        book = load_workbook(_Watched(raw, told), data_only=False, keep_links=False)
        return {sheet.title: _table(sheet, file) for sheet in book.worksheets}
    except UnfitError as error:
        raise _refused(file, str(error)) from error
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
    *,
    hints: Mapping[str, Mapping[str, Hint]] | None = None,
    hidden: Collection[str] = (),
) -> bytes:
    """Return a workbook of sheets, each with its titles and rows; texts are no formulas.

    Args:
        sheets: By name.
        hints: By name of the sheet and title of the column.
        hidden: Sheets that programs need and people do not.

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
        if name in hidden:
            sheet.sheet_state = "hidden"
        _dress(sheet, titles, {} if hints is None else hints.get(name, {}))
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
        cell.alignment = _WRAPPED if "\n" in value else _PLAIN


def _dress(sheet: Any, titles: Sequence[str], hints: Mapping[str, Hint]) -> None:
    sheet.freeze_panes = "A2"
    for column, title in enumerate(titles, start=1):
        hint = hints.get(title, Hint())
        letter = get_column_letter(column)
        cell = sheet.cell(row=1, column=column)
        cell.font = Font(bold=True)
        width = max(10, 2 * len(title) + 4, min(hint.width, _WIDEST))
        sheet.column_dimensions[letter].width = width
        if hint.note:
            cell.comment = Comment(hint.note, _NOTE_AUTHOR, height=120, width=320)
        if hint.choices or hint.source:
            _offer(sheet, letter, hint)


def _offer(sheet: Any, letter: str, hint: Hint) -> None:
    """Let a column be filled from a list; what is not in it is warned of."""
    listed = ",".join(hint.choices)
    if not hint.source and len(listed) > _LONGEST_LIST:
        return
    validation = DataValidation(
        type="list",
        formula1=hint.source or f'"{listed}"',
        allow_blank=True,
        errorStyle="warning",
        showErrorMessage=True,
    )
    validation.add(f"{letter}2:{letter}{MOST_ROWS}")
    sheet.add_data_validation(validation)


def _check_size(raw: bytes, file: str) -> None:
    if len(raw) > LARGEST_FILE:
        raise _refused(file, f"文件超过{LARGEST_FILE // 1_000_000}MB")


def _table(sheet: Worksheet, file: str) -> Table:
    if sheet.max_row > MOST_ROWS or sheet.max_column > _MOST_COLUMNS:
        reason = f"工作表“{sheet.title}”超过{MOST_ROWS}行或{_MOST_COLUMNS}列"
        raise _refused(file, reason)
    lines: Iterator[tuple[Any, ...]] = sheet.iter_rows()
    titles: dict[str, str] = {}
    doubled = []
    for cell in next(lines, ()):
        if cell.value is None:
            continue
        title, letter = str(cell.value).strip(), get_column_letter(cell.column)
        if title in titles:
            doubled.append((letter, title))
        else:
            titles[title] = letter
    by_letter = {letter: title for title, letter in titles.items()}
    rows = []
    for number, cells in enumerate(lines, start=2):
        written = {
            by_letter.get(letter, letter): Written(
                column=letter,
                value=_plain(cell.value),
                is_formula=cell.data_type == "f",
                is_error=cell.data_type == "e",
            )
            for letter, cell in ((get_column_letter(it.column), it) for it in cells)
            if cell.value is not None
        }
        if written:
            rows.append((number, written))
    return Table(
        name=sheet.title,
        titles=titles,
        rows=tuple(rows),
        merged=tuple((it.min_row, str(it.coord)) for it in sheet.merged_cells.ranges),
        doubled=tuple(doubled),
    )


def _plain(value: object) -> CellValue:
    """Return what a cell holds; of formulas that are objects only that they are there."""
    if isinstance(value, str | int | float | bool | datetime | date | time):
        return value
    return str(value)


def _refused(file: str, reason: str) -> ScriptLibraryError:
    return ScriptLibraryError((Problem(file=file, line=0, reason=reason),))
