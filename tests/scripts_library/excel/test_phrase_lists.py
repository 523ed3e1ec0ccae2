"""Other tools' lists: two columns become scripts that agents find by category."""

from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.errors import ScriptLibraryError
from scripts_library.excel.imported import Imported
from scripts_library.excel.phrase_lists import (
    is_phrase_list,
    read_phrase_csv,
    read_phrase_table,
)
from scripts_library.excel.workbook import Table, read_workbook
from scripts_library.shop.entries import Kind

LIST = "分类,话术\r\n售后/退款,亲，退款已经提交\r\n售前,您好\r\n"
ENTRIES = [
    {
        "intent": "other",
        "audience": "team",
        "category": ["售后", "退款"],
        "variants": ["亲，退款已经提交"],
    },
    {
        "intent": "other",
        "audience": "team",
        "category": ["售前"],
        "variants": ["您好"],
    },
]


def read(raw: bytes) -> Imported:
    return read_phrase_csv(raw, intent_id="other", file="短语.csv")


def problems(raw: bytes) -> list[str]:
    with pytest.raises(ScriptLibraryError) as raised:
        read(raw)
    return [str(problem) for problem in raised.value.problems]


def sheet(*rows: Any) -> dict[str, Table]:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    out = BytesIO()
    book.save(out)
    return dict(read_workbook(out.getvalue(), file="短语.xlsx"))


class TestReadPhraseCsv:
    @pytest.mark.parametrize(
        "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"]
    )
    def test_any_of_the_usual_encodings_is_read(self, encoding: str) -> None:
        found = read(LIST.encode(encoding))

        assert list(found.content.values()) == ENTRIES
        assert found.kinds == {Kind.SCRIPT}

    @pytest.mark.parametrize(
        "text",
        [
            LIST.replace(",", "\t"),
            LIST.replace("分类,话术\r\n", ""),
            "话术,分类\n亲，退款已经提交,售后 > 退款\n您好,售前\n",
            "Category;Text\n售后->退款;亲，退款已经提交\n\n售前;您好\n",
        ],
    )
    def test_any_of_the_usual_shapes_is_read(self, text: str) -> None:
        assert list(read(text.encode()).content.values()) == ENTRIES

    def test_a_phrase_may_have_several_lines(self) -> None:
        found = read('分类,话术\n售前,"您好\n""在的"""\n,再见\n'.encode())

        assert [it["variants"] for it in found.content.values()] == [
            ['您好\n"在的"'],
            ["再见"],
        ]
        assert "category" not in list(found.content.values())[1]

    def test_the_same_phrase_has_the_same_id_again(self) -> None:
        assert read(LIST.encode()).content == read(LIST.encode("gbk")).content

    def test_every_problem_has_its_line(self) -> None:
        assert problems("分类,话术\n售前,您好,多\n售前\n".encode()) == [
            "短语.csv:2: 要有两列（分类、话术），这里有3列",
            "短语.csv:3: 要有两列（分类、话术），这里有1列",
        ]
        assert problems(
            '分类,话术\n"一\n二",您好\n售前,\n"一\n二",您好\n'.encode()
        ) == [
            "短语.csv:4: 话术是空的",
            "短语.csv:5: 和第2行一样（分类和话术都相同）",
        ]

    @pytest.mark.parametrize(
        ("raw", "reason"),
        [
            (b"", "短语.csv:0: 是空的"),
            (b"\x81", "短语.csv:0: 不是 UTF-8 也不是 GBK 的文本"),
            (b"a,b\nc,\0\n", "短语.csv:2: 有不能保存的字符"),
            (
                b'a,b\nc,"d',
                "短语.csv:2: 读不懂这一行，引号要成对，一项不超过100000个字",
            ),
        ],
    )
    def test_what_is_no_list_is_refused(self, raw: bytes, reason: str) -> None:
        assert problems(raw) == [reason]

    @given(st.binary(max_size=60))
    def test_any_bytes_are_read_or_refused(self, raw: bytes) -> None:
        texts = []
        with suppress(ScriptLibraryError):
            texts = [it["variants"][0] for it in read(raw).content.values()]

        assert all(text.strip() for text in texts)


class TestReadPhraseTable:
    def test_a_sheet_of_two_columns_is_one(self) -> None:
        tables = sheet(
            ["类别", "内容"], ["售后/退款", "亲，退款已经提交"], ["售前", "您好"]
        )

        found = read_phrase_table(tables, intent_id="other", file="短语.xlsx")

        assert is_phrase_list(tables)
        assert list(found.content.values()) == ENTRIES

    @pytest.mark.parametrize(
        "titles", [["话术编号", "说法"], ["分类", "话术", "备注"], ["编号", "意图"]]
    )
    def test_other_sheets_are_none(self, titles: list[str]) -> None:
        assert not is_phrase_list(sheet(titles, ["a", "b"]))

    def test_formulas_are_told(self) -> None:
        tables = sheet(["分类", "话术"], ["售前", '=HYPERLINK("x")'])

        with pytest.raises(ScriptLibraryError) as raised:
            read_phrase_table(tables, intent_id="other", file="短语.xlsx")

        (problem,) = raised.value.problems
        assert (problem.line, problem.column, problem.field) == (2, "B", "话术")
