"""Files made to harm: refused in words, before they are built."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

import pytest
from openpyxl import Workbook

from bot.errors import ScriptLibraryError
from scripts_library.excel.scanning import MOST_ROWS
from scripts_library.excel.workbook import read_workbook

SHEET = "xl/worksheets/sheet1.xml"
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def book(parts: Mapping[str, bytes]) -> bytes:
    """Return a workbook in which some parts are others."""
    good = BytesIO()
    Workbook().save(good)
    out = BytesIO()
    with (
        zipfile.ZipFile(good) as known,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in known.namelist():
            if name not in parts:
                packed.writestr(name, known.read(name))
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def sheet(inner: str, *, after: str = "") -> dict[str, bytes]:
    text = f"<worksheet {_MAIN}><sheetData>{inner}</sheetData>{after}</worksheet>"
    return {SHEET: text.encode()}


def refusal(raw: bytes) -> str:
    with pytest.raises(ScriptLibraryError) as raised:
        read_workbook(raw, file="x.xlsx")
    (problem,) = raised.value.problems
    return problem.reason


class TestScan:
    def test_what_is_harmless_is_read(self) -> None:
        assert list(read_workbook(book({}), file="x.xlsx")) == ["Sheet"]

    def test_macros_are_refused(self) -> None:
        assert refusal(book({"xl/vbaProject.bin": b"x"})).startswith("里面有宏")

    def test_a_bomb_is_refused_by_its_size(self) -> None:
        bomb = b"0" * 101_000_000

        assert refusal(book({"xl/media/a.bin": bomb})) == "解压后的内容太大"

    def test_empty_rows_count(self) -> None:
        rows = '<row ht="3"/>' * (MOST_ROWS + 1)

        assert f"超过{MOST_ROWS}行（空行也算）" in refusal(book(sheet(rows)))

    def test_rows_far_below_are_refused(self) -> None:
        row = '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'

        assert "超过" in refusal(book(sheet(row)))

    def test_cells_are_counted_in_every_part(self) -> None:
        cells = "<row>" + "<x/>" * 3_000_001 + "</row>"

        assert refusal(book(sheet(cells))).startswith("内容太多")

    def test_a_merged_cell_over_everything_is_refused(self) -> None:
        merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'

        assert refusal(book(sheet("", after=merged))).startswith("合并单元格太大")

    def test_a_range_that_is_none_is_refused(self) -> None:
        merged = '<mergeCells><mergeCell ref="A1:ZZZZ9"/></mergeCells>'

        assert refusal(book(sheet("", after=merged))).startswith("合并单元格太大")

    def test_entities_are_not_expanded(self) -> None:
        text = f'<!DOCTYPE w [<!ENTITY a "b">]><worksheet {_MAIN}>&a;</worksheet>'

        assert "DOCTYPE" in refusal(book({SHEET: text.encode()}))

    def test_broken_xml_is_no_workbook(self) -> None:
        assert refusal(book({SHEET: b"<worksheet>"})) == "不是能读的 .xlsx 工作簿"

    def test_old_or_locked_workbooks_are_named(self) -> None:
        assert refusal(bytes.fromhex("d0cf11e0") + b"x").startswith("是旧版 .xls")
