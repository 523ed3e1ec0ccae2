"""A library's workbook: nothing is lost on the way out and in, and every fault has a place."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import load_workbook

from bot.bargaining.policy import RungKind
from bot.bargaining.situation import Outcome, Tactic
from bot.deciding.mood import Mood
from bot.errors import ScriptLibraryError
from bot.facts import OrderState
from bot.incidents.values import IncidentKind
from bot.scripts import (
    Asked,
    Attachment,
    Audience,
    Duty,
    Effect,
    Pack,
    Risk,
    Use,
)
from bot.utterances import EntityKind
from scripts_library.excel import library_words as words
from scripts_library.excel.entry_rows import write_entry
from scripts_library.excel.facts_book import FactsBook
from scripts_library.excel.imported import Imported, find_changes
from scripts_library.excel.library_book import read_library
from scripts_library.excel.library_columns import SCRIPT_COLUMNS, SHEETS
from scripts_library.excel.library_write import write_library
from scripts_library.loader import builtin_pack, load_pack
from scripts_library.shop.entries import Content, Edits, Key, Kind, entries_of
from server.demo_facts import FACTS, ITEMS
from tests.scripts_library.excel import library_strategies as some
from tests.scripts_library.small_pack import make_small_pack

SHANGHAI = "Asia/Shanghai"
HELLO = Key(Kind.SCRIPT, "greeting.one")
SCRIPT = {"intent": "greeting", "variants": ["=1+1", "-好"], "priority": 0}


@pytest.fixture(scope="module", name="small")
def _small(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(make_small_pack(tmp_path_factory.mktemp("book")).folder)


def read(raw: bytes, frame: Pack) -> Imported:
    return read_library(raw, frame=frame, timezone=SHANGHAI, file="话术.xlsx")


def written(content: Content, frame: Pack) -> bytes:
    return write_library(content, frame=frame, timezone=SHANGHAI)


def edited(raw: bytes, change: Callable[[Any], object]) -> bytes:
    """Return the workbook after somebody has edited it in Excel."""
    book = load_workbook(BytesIO(raw))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def row_of(book: Any, sheet: str, first: str) -> int:
    """Return the first row of a sheet that begins with a text."""
    rows: Iterator[Any] = book[sheet].iter_rows(max_col=1)
    return next(int(cell.row) for (cell,) in rows if cell.value == first)


def put(sheet: str, first: str, title: str, value: object) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        column = list(SHEETS[sheet]).index(title) + 1
        book[sheet].cell(row_of(book, sheet, first), column).value = value

    return change


def problems(raw: bytes, frame: Pack) -> list[str]:
    with pytest.raises(ScriptLibraryError) as raised:
        read(raw, frame)
    return [str(problem) for problem in raised.value.problems]


def changes(raw: bytes, frame: Pack, current: Content) -> Edits:
    return find_changes(read(raw, frame), current, frame=frame)


class TestWriteLibrary:
    @settings(
        max_examples=30,
        deadline=None,
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.too_slow,
        ],
    )
    @given(content=some.CONTENTS)
    def test_reading_gives_the_same_again(self, small: Pack, content: Content) -> None:
        assert read(written(content, small), small).content == content

    def test_a_real_editor_loses_nothing_either(self, small: Pack) -> None:
        content = {**entries_of(small), HELLO: SCRIPT}

        raw = edited(written(content, small), lambda _book: None)

        assert read(raw, small).content == content
        assert changes(raw, small, content) == {}

    def test_no_cell_is_a_formula(self, small: Pack) -> None:
        raw = written({HELLO: SCRIPT}, small)

        sheet = load_workbook(BytesIO(raw))["说法"]
        assert [cell.value for cell in sheet["B"]] == ["说法", "'=1+1", "'-好"]
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {
            "s",
            "n",
        }

    def test_titles_are_explained_and_cells_offer_what_fits(self, small: Pack) -> None:
        book = load_workbook(BytesIO(written({HELLO: SCRIPT}, small)))

        offered = {
            str(it.sqref): it.formula1
            for it in book["话术"].data_validations.dataValidation
        }
        assert book["说法"]["B1"].comment.text.startswith("一行一种说法")
        assert offered["C2:C100000"] == '"回答,请稍等,转人工安抚,补充后回答,报价"'
        assert offered["B2:B100000"] == "='意图'!$A$2:$A$1000"
        assert book["导出记录"].sheet_state == "hidden"

    def test_facts_stand_in_it_and_come_back(self, small: Pack) -> None:
        facts = FactsBook(facts=(FACTS,), items=ITEMS, promotions=())

        raw = write_library({}, frame=small, timezone=SHANGHAI, facts=facts)

        assert read(raw, small).facts == facts

    @pytest.mark.parametrize(
        ("known", "told"),
        [
            (Use, words.USES),
            (Audience, words.AUDIENCES),
            (Attachment, words.ATTACHMENTS),
            (Outcome, words.OUTCOMES),
            (RungKind, words.RUNGS),
            (Tactic, words.TACTICS),
            (OrderState, words.ORDER_STATES),
            (EntityKind, words.ENTITIES),
            (Risk, words.RISKS),
            (Effect, words.EFFECTS),
            (IncidentKind, words.INCIDENTS),
            (Mood, words.MOODS),
            (Asked, words.ASKED),
            (Duty, words.DUTY),
        ],
    )
    def test_every_value_has_a_word_of_its_own(self, known: Any, told: Any) -> None:
        assert set(told) == set(known)
        assert len(set(told.values())) == len(told)

    def test_tells_how_far_it_is(self, small: Pack) -> None:
        content = {Key(Kind.SCRIPT, f"s{number}"): SCRIPT for number in range(600)}
        told: list[float] = []

        write_library(
            content,
            frame=small,
            timezone=SHANGHAI,
            tell=lambda _stage, share: told.append(share),
        )

        assert told == sorted(told)
        assert 0 < told[0] < told[-1] < 1


class TestReadLibrary:
    @pytest.mark.parametrize(
        ("sheet", "first", "title", "value", "reason"),
        [
            (
                "说法",
                "greeting.one",
                "说法",
                "=1+1",
                "B列「说法」：是公式，请粘贴成数值再导入",
            ),
            (
                "说法",
                "greeting.one",
                "说法",
                None,
                "B列「说法」：不能为空；确实没有文字就填（空）",
            ),
            (
                "说法",
                "greeting.one",
                "话术编号",
                "没有的",
                "A列「话术编号」：“话术”表里没有“没有的”",
            ),
            ("话术", "greeting.one", "编号", None, "A列「编号」：不能为空"),
            ("话术", "greeting.one", "优先级", "高", "E列「优先级」：要填数字"),
            (
                "话术",
                "greeting.one",
                "用途",
                "闲聊",
                "C列「用途」：只能填回答、请稍等、转人工安抚、补充后回答、报价",
            ),
            (
                "话术",
                "greeting.one",
                "生效日",
                46000,
                "L列「生效日」：要填日期，例如 2026-11-11（46000 大概是 2025-12-09）",
            ),
            (
                "话术",
                "greeting.one",
                "快捷码",
                datetime(2026, 1, 2),  # noqa: DTZ001 - what Excel makes of 1-2
                "H列「快捷码」：变成了日期或时间（2026-01-02）；把单元格格式改成“文本”再重新填写",
            ),
            (
                "话术",
                "greeting.one",
                "快捷码",
                1234567890123456,
                "H列「快捷码」：数字太长，末位已被改掉；把格式改成“文本”再重新填写",
            ),
            (
                "话术",
                "greeting.one",
                "其他",
                "[1]",
                "AF列「其他」：要是一个 JSON 对象；不清楚就清空它",
            ),
            (
                "话术",
                "greeting.one",
                "其他",
                '{"intent": "rush"}',
                "AF列「其他」：“intent”在自己的列里已经填了",
            ),
            (
                "意图",
                "rush",
                "名称",
                "催",
                "A列「编号」：行业包的意图不能在这里改；恢复原样，或删掉这一行",
            ),
            (
                "词库",
                "行业词",
                "词",
                "新词",
                "B列「词」：“新词”：词库属于行业包，不能在店铺里改",
            ),
        ],
    )
    def test_every_problem_has_its_place(
        self,
        small: Pack,
        sheet: str,
        first: str,
        title: str,
        value: object,
        reason: str,
    ) -> None:
        raw = written(entries_of(small), small)

        found = problems(edited(raw, put(sheet, first, title, value)), small)

        row = row_of(load_workbook(BytesIO(raw)), sheet, first)
        assert f"{sheet}:{row}: {reason}" in found

    def test_all_problems_are_told_at_once(self, small: Pack) -> None:
        def change(book: Any) -> None:
            put("话术", "greeting.one", "优先级", "高")(book)
            put("说法", "rush.shipped", "说法", "=A1")(book)
            book.create_sheet("随便")

        found = problems(edited(written(entries_of(small), small), change), small)

        assert [it.split(":")[0] for it in found] == ["随便", "话术", "说法"]

    def test_ids_stand_once(self, small: Pack) -> None:
        def change(book: Any) -> None:
            book["话术"].append(["greeting.one", "greeting"])
            book["公共片段"].append(["hi", "您好"])
            book["公共片段"].append(["hi", "你好"])

        found = problems(edited(written(entries_of(small), small), change), small)

        assert [it.split(" ", 1)[1] for it in found] == [
            "A列「编号」：“greeting.one”写了两次",
            "A列「名称」：“hi”写了两次",
        ]

    def test_the_shape_of_sheets_is_checked(self, small: Pack) -> None:
        def change(book: Any) -> None:
            book["说法"].merge_cells("A2:A3")
            book["例句"]["E1"] = "例句"
            book["公共片段"]["A1"] = "名字"
            del book["追问"]

        found = problems(edited(written(entries_of(small), small), change), small)

        assert "说法:2: A2:A3 是合并单元格，请取消合并，每格都填" in found
        assert "例句:1: E列「例句」：这个标题写了两次" in found
        assert "公共片段:1: A列「名字」：不认识的列" in found
        assert "公共片段:1: 缺少列「名称」" in found
        assert "话术.xlsx:0: 话术、说法、追问要在一起，缺：追问" in found

    def test_a_text_goes_on_only_below_its_own(self, small: Pack) -> None:
        found = problems(
            edited(
                written(entries_of(small), small),
                put("说法", "rush.shipped", "接上一行", "是"),
            ),
            small,
        )

        assert found[0].endswith("C列「接上一行」：上一行不是同一条的，接不上")

    def test_days_may_be_days(self, small: Pack) -> None:
        raw = edited(
            written(entries_of(small), small),
            put("话术", "greeting.one", "失效日", date(2026, 11, 30)),
        )

        assert read(raw, small).content[HELLO]["valid"] == {"until": "2026-11-30"}


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
        assert "unknown placeholder {no.fact}" in places["说法", "说法"]
        assert "expected HH:MM-HH:MM" in places["话术", "时段"]

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


class TestColumns:
    def test_every_field_of_the_shipped_packs_has_one(self) -> None:
        content = entries_of(load_pack(builtin_pack()))

        others = [
            entry
            for key, entry in content.items()
            if key.kind is Kind.SCRIPT
            and write_entry(entry, SCRIPT_COLUMNS, besides=("variants", "asks"))[1]
        ]

        assert others == []
