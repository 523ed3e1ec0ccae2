"""What was edited in a workbook is changed, and nothing else."""

from typing import Any

import pytest

from bot.errors import ScriptLibraryError
from bot.scripts import (
    Pack,
)
from scripts_library.loader import load_pack
from scripts_library.shop.entries import Key, Kind, entries_of
from tests.scripts_library.excel.library_workbooks import (
    HELLO,
    SCRIPT,
    changes,
    edited,
    put,
    row_of,
    written,
)
from tests.scripts_library.small_pack import make_small_pack


@pytest.fixture(scope="module", name="small")
def _small(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(make_small_pack(tmp_path_factory.mktemp("book")).folder)


class TestFindChanges:
    def test_only_what_was_edited_is_changed(self, small: Pack) -> None:
        content = entries_of(small)
        raw = edited(
            written(content, small), put("说法", "greeting.one", "说法", "您好呀")
        )

        assert changes(raw, small, content) == {
            HELLO: {**content[HELLO], "variants": ["您好呀"]}
        }

    def test_a_row_that_is_gone_removes_its_script(self, small: Pack) -> None:
        content = entries_of(small)

        def change(book: Any) -> None:
            for sheet in ("话术", "说法"):
                book[sheet].delete_rows(row_of(book, sheet, "greeting.one"))

        assert changes(edited(written(content, small), change), small, content) == {
            HELLO: None
        }

    def test_a_sheet_that_is_gone_changes_nothing(self, small: Pack) -> None:
        content = entries_of(small)

        def change(book: Any) -> None:
            for sheet in ("话术", "说法", "追问", "词库", "同义词"):
                del book[sheet]

        assert changes(edited(written(content, small), change), small, content) == {}

    def test_what_others_did_meanwhile_stays(self, small: Pack) -> None:
        content = entries_of(small)
        raw = edited(
            written(content, small), put("说法", "greeting.one", "说法", "您好呀")
        )
        rush = Key(Kind.SCRIPT, "rush.shipped")
        new = Key(Kind.SCRIPT, "greeting.two")
        now = {**content, rush: {**content[rush], "tags": ["别人"]}, new: SCRIPT}

        assert set(changes(raw, small, now)) == {HELLO}

    def test_what_others_changed_too_is_refused(self, small: Pack) -> None:
        content = entries_of(small)
        raw = edited(
            written(content, small), put("说法", "greeting.one", "说法", "您好呀")
        )
        now = {**content, HELLO: {**content[HELLO], "tags": ["别人"]}}

        with pytest.raises(ScriptLibraryError) as raised:
            changes(raw, small, now)

        (problem,) = raised.value.problems
        assert (problem.file, problem.line, problem.column) == ("话术", 2, "A")
        assert "导出以后别人也改了这一条" in problem.reason

    def test_what_cannot_be_used_is_told_where_it_stands(self, small: Pack) -> None:
        content = entries_of(small)

        def change(book: Any) -> None:
            put("说法", "greeting.one", "说法", "{no.fact}您好")(book)
            put("话术", "rush.shipped", "时段", "早上")(book)
            put("话术", "other.one", "意图", "没有的")(book)

        with pytest.raises(ScriptLibraryError) as raised:
            changes(edited(written(content, small), change), small, content)

        places = {
            (it.file, it.field): it.reason for it in raised.value.problems if it.column
        }
        assert "没有“{no.fact}”这项资料" in places["说法", "说法"]
        assert "09:00-23:00" in places["话术", "时段"]

    def test_a_workbook_that_somebody_made_removes_nothing(self, small: Pack) -> None:
        def change(book: Any) -> None:
            del book["导出记录"]
            book["话术"].delete_rows(2, 50)
            book["说法"].delete_rows(2, 50)
            book["话术"].append(["greeting.new", "greeting"])
            book["说法"].append(["greeting.new", "在的"])
            book["追问"].delete_rows(2, 50)

        content = entries_of(small)

        assert changes(edited(written(content, small), change), small, content) == {
            Key(Kind.SCRIPT, "greeting.new"): {
                "intent": "greeting",
                "variants": ["在的"],
            }
        }

    def test_what_no_window_shows_is_told(self, small: Pack) -> None:
        content = entries_of(small)
        raw = edited(
            written(content, small),
            put("说法", "greeting.one", "说法", "您\\u0007好"),
        )

        with pytest.raises(ScriptLibraryError, match="有看不见的控制字符"):
            changes(raw, small, content)
