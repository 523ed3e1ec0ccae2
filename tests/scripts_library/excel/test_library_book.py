"""A library's workbook: nothing is lost on the way out and in, and every fault has a place."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import load_workbook

from bot.bargaining.policy import RungKind
from bot.bargaining.situation import Outcome, Tactic
from bot.deciding.mood import Mood
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
from scripts_library.excel.library_columns import SCRIPT_COLUMNS
from scripts_library.excel.library_write import write_library
from scripts_library.loader import builtin_pack, load_pack
from scripts_library.shop.entries import Content, Key, Kind, entries_of
from server.demo_facts import FACTS, ITEMS
from tests.scripts_library.excel import library_strategies as some
from tests.scripts_library.excel.library_workbooks import (
    HELLO,
    SCRIPT,
    SHANGHAI,
    changes,
    edited,
    problems,
    put,
    read,
    row_of,
    written,
)
from tests.scripts_library.small_pack import make_small_pack


@pytest.fixture(scope="module", name="small")
def _small(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(make_small_pack(tmp_path_factory.mktemp("book")).folder)


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

    def test_no_word_of_a_list_holds_what_separates_words(self) -> None:
        listed = (words.EFFECTS, words.MOODS, words.ORDER_STATES, words.INCIDENTS)

        assert [it for names in listed for it in names.values() if "，" in it] == []

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
                "AE列「其他」：要是一个 JSON 对象；不清楚就清空它",
            ),
            (
                "话术",
                "greeting.one",
                "其他",
                '{"intent": "rush"}',
                "AE列「其他」：“intent”在自己的列里已经填了",
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
