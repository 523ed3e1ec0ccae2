"""A shop's workbook: nothing is lost on the way out and in, nothing is run, all is told."""

import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from bot.catalogue.cards import ProductCard
from bot.catalogue.shop_facts import ShopFacts
from bot.errors import ScriptLibraryError
from bot.facts import Item
from scripts_library.excel.cells import LONGEST_CELL, neutralise, restore
from scripts_library.excel.facts_book import SHEETS, FactsBook, read_book, write_book
from server.demo_facts import FACTS, ITEMS
from tests.scripts_library.excel import facts_strategies as some

SHANGHAI = "Asia/Shanghai"
DEMO = FactsBook(facts=(FACTS,), items=ITEMS, promotions=())


def edited(change: Callable[[Any], None], book: FactsBook = DEMO) -> bytes:
    """Return the workbook after somebody has edited it in Excel."""
    opened = load_workbook(BytesIO(write_book(book, timezone=SHANGHAI)))
    change(opened)
    out = BytesIO()
    opened.save(out)
    return out.getvalue()


def column(sheet: str, title: str) -> int:
    return list(SHEETS[sheet]).index(title) + 1


def with_cell(sheet: str, title: str, value: object, *, row: int = 2) -> bytes:
    def change(opened: Any) -> None:
        opened[sheet].cell(row=row, column=column(sheet, title)).value = value

    return edited(change)


def problems(raw: bytes) -> list[str]:
    with pytest.raises(ScriptLibraryError) as raised:
        read_book(raw, timezone=SHANGHAI, file="店铺资料.xlsx")
    return [str(problem) for problem in raised.value.problems]


class TestNeutralise:
    @given(some.TEXTS | st.just(""))
    def test_restoring_gives_the_text_again(self, text: str) -> None:
        assert restore(neutralise(text)) == text

    @given(some.TEXTS | st.just(""))
    def test_nothing_begins_like_a_formula(self, text: str) -> None:
        assert not neutralise(text).startswith(("=", "+", "-", "@", "\t", "\r"))


class TestWriteBook:
    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(
        st.lists(some.SHOP_FACTS, max_size=2, unique_by=lambda it: it.name),
        st.lists(some.ITEMS, max_size=2, unique_by=lambda it: it.item_id),
        st.lists(some.PROMOTIONS, max_size=2, unique_by=lambda it: it.promotion_id),
        st.sampled_from([SHANGHAI, "America/New_York", "UTC"]),
    )
    def test_reading_it_gives_the_same_again(
        self, facts: list[Any], items: list[Any], promotions: list[Any], timezone: str
    ) -> None:
        book = FactsBook(
            facts=tuple(facts), items=tuple(items), promotions=tuple(promotions)
        )

        again = read_book(write_book(book, timezone=timezone), timezone=timezone)

        assert again == book

    def test_no_cell_is_a_formula(self) -> None:
        book = FactsBook(items=(Item(item_id="=cmd|' /C calc'!A0", title="=1+1"),))

        opened = load_workbook(BytesIO(write_book(book, timezone=SHANGHAI)))

        cells = [cell for row in opened["商品"].iter_rows() for cell in row]
        assert [cell for cell in cells if cell.data_type == "f"] == []

    def test_a_text_that_no_cell_holds_is_refused(self) -> None:
        card = ProductCard(compatible=("长" * 1000,) * (LONGEST_CELL // 1000 + 1))
        book = FactsBook(items=(Item(item_id="i", title="t", card=card),))

        with pytest.raises(ScriptLibraryError, match="一个单元格放不下"):
            write_book(book, timezone=SHANGHAI)


class TestReadBook:
    def test_the_demo_shop_is_read_as_it_was_written(self) -> None:
        raw = write_book(DEMO, timezone=SHANGHAI)

        assert read_book(raw, timezone=SHANGHAI) == DEMO

    def test_a_sheet_that_is_not_there_says_nothing(self) -> None:
        raw = write_book(FactsBook(facts=(ShopFacts(),)), timezone=SHANGHAI)

        book = read_book(raw, timezone=SHANGHAI)

        assert book == FactsBook(facts=(ShopFacts(),))

    @pytest.mark.parametrize(
        ("sheet", "title", "value", "told"),
        [
            ("店铺", "打包时间", "五点", "店铺:2: D列「打包时间」：要填时刻"),
            ("店铺", "打包时间", "17:00、12:00", "店铺:2: D列「打包时间」：要从早到晚"),
            ("店铺", "发货日", "周八", "店铺:2: E列「发货日」：不认识“周八”"),
            ("店铺", "满额包邮(元)", "很多", "店铺:2: M列「满额包邮(元)」：要填数字"),
            ("店铺", "满额包邮(元)", -1, "店铺:2: M列「满额包邮(元)」：要填不小于0"),
            ("店铺", "发货省", "杭州", "店铺:2: I列「发货省」：不认识的省份“杭州”"),
            ("店铺", "失效时间", "明天", "店铺:2: C列「失效时间」：要填日期时间"),
            ("店铺", "节假日发货", "也许", "店铺:2: F列「节假日发货」：只能填是、否"),
            ("店铺", "快递", "中通", "快递时效:8: B列「快递」：“店铺”表"),
            ("店铺", "有邮费规则", "否", "店铺:2: K列「有邮费规则」：填了否"),
            ("店铺", "发票种类", None, "店铺:2: R列「开票说明」：要先填发票种类"),
            ("店铺", "开票最慢(工作日)", None, "店铺:2: T列「开票最慢(工作日)」：最快"),
            ("店铺", "退货地址", "长" * 2001, "店铺:2: O列「退货地址」：一项不能超过"),
            (
                "店铺",
                "退货地址",
                "\\u0000",
                "店铺:2: O列「退货地址」：有不能保存的字符",
            ),
            ("店铺", "生效时间", "0001-01-01", "店铺:2: B列「生效时间」：要填日期时间"),
            ("快递时效", "最慢(天)", None, "快递时效:2: E列「最慢(天)」：最快和最慢"),
            (
                "快递时效",
                "省份",
                "江苏",
                "快递时效:4: C列「省份」：中通到“江苏”写了两次",
            ),
            ("邮费", "邮费(元)", None, "邮费:2: C列「邮费(元)」：不能为空"),
            ("邮费", "省份", "杭州", "邮费:2: B列「省份」：不认识的省份"),
            ("邮费", "省份", "浙江", "邮费:3: B列「省份」：“浙江”写了两次"),
            ("邮费", "邮费(元)", True, "邮费:2: C列「邮费(元)」：要填数字"),
            (
                "商品",
                "商品编号",
                "kettle-02",
                "商品:3: A列「商品编号」：“kettle-02”写了",
            ),
            ("商品", "有商品卡", "否", "商品:2: I列「有商品卡」：填了否"),
            (
                "尺码",
                "身高从(厘米)",
                -1,
                "尺码:2: C列「身高从(厘米)」：要填不小于0的数",
            ),
            ("快递时效", "省份", "火星", "快递时效:2: C列「省份」：不认识的省份“火星”"),
            ("快递时效", "快递", "飞鸽", "快递时效:2: B列「快递」：“店铺”表“平时”"),
            ("快递时效", "最快(天)", 99, "快递时效:2: D列「最快(天)」：不能大于最慢"),
            ("邮费", "邮费(元)", 6.005, "邮费:2: C列「邮费(元)」：要填不小于0"),
            ("邮费", "邮费(元)", "=1+1", "邮费:2: C列「邮费(元)」：是公式"),
            ("邮费", "名称", "双十一", "邮费:2: A列「名称」：“店铺”表里没有"),
            ("商品", "标题", None, "商品:2: B列「标题」：不能为空"),
            ("商品", "底价(元)", 999, "商品:2: D列「底价(元)」：不能高于价格"),
            ("商品", "库存", 1.5, "商品:2: E列「库存」：要填0到"),
            ("商品", "七天无理由", "也许", "商品:2: Q列「七天无理由」：只能填"),
            ("商品", "不支持的原因", "定做", "商品:2: R列「不支持的原因」：和“七天"),
            ("商品", "属性", "雪纺", "商品:2: L列「属性」：每行写成“名称：内容”"),
            ("商品", "照片", "C:\\1.jpg", "商品:2: P列「照片」：要写 http(s) 地址"),
            ("尺码", "商品编号", "nothing", "尺码:2: A列「商品编号」：“商品”表里没有"),
            ("尺码", "身高到(厘米)", 1, "尺码:2: D列「身高到(厘米)」：从和到要一起填"),
            ("尺码", "其他尺寸", "胸围：大", "尺码:2: G列「其他尺寸」：每行写成"),
        ],
    )
    def test_a_problem_is_told_by_sheet_row_and_column(
        self, sheet: str, title: str, value: object, told: str
    ) -> None:
        found = problems(with_cell(sheet, title, value))

        assert any(line.startswith(told) for line in found), found

    def test_sheets_that_belong_together_are_missed(self) -> None:
        def change(opened: Any) -> None:
            for name in ("店铺", "商品"):
                opened.remove(opened[name])

        found = problems(edited(change))

        assert found == [
            "快递时效:0: 要和工作表“店铺”一起填",
            "邮费:0: 要和工作表“店铺”一起填",
            "尺码:0: 要和工作表“商品”一起填",
        ]

    def test_what_has_no_title_is_told(self) -> None:
        def change(opened: Any) -> None:
            opened["活动"].append(["p", "标题", "说法"])
            opened["活动"].cell(row=2, column=20).value = "备注"
            opened.create_sheet("草稿")

        found = problems(edited(change))

        assert found == [
            "草稿:0: 不认识的工作表，可用：店铺、快递时效、邮费、商品、尺码、活动",
            "活动:2: T列没有标题，里面有内容",
        ]

    @pytest.mark.parametrize(("row", "name"), [(1, "编号"), (2, "p")])
    def test_a_promotion_stands_there_once(self, row: int, name: str) -> None:
        def change(opened: Any) -> None:
            sheet = opened["活动"]
            for _ in range(2):
                sheet.append([name if row == 2 else "", "标题", "说法"])

        found = problems(edited(change))

        assert len(found) == (1 if row == 2 else 2)
        assert all("A列「编号」" in line for line in found)

    def test_true_values_of_excel_are_understood(self) -> None:
        def change(opened: Any) -> None:
            opened["店铺"].cell(row=2, column=4).value = time(17)
            opened["店铺"].cell(row=2, column=6).value = True
            opened["商品"].cell(row=2, column=7).value = date(2026, 12, 1)
            for column_number in range(9, 19):
                opened["商品"].cell(row=3, column=column_number).value = None
            opened["商品"].cell(row=3, column=9).value = "否"

        book = read_book(edited(change), timezone=SHANGHAI)

        assert book.facts is not None
        assert book.items is not None
        assert book.facts[0].cutoffs == (time(17),)
        assert book.facts[0].ships_on_holidays is True
        assert book.items[0].restock_at == datetime(2026, 11, 30, 16, tzinfo=UTC)
        assert book.items[1].card == ProductCard()

    def test_a_sheet_larger_than_anybodys_is_refused(self) -> None:
        def change(opened: Any) -> None:
            opened["活动"].cell(row=2, column=100).value = "x"

        assert "64列" in problems(edited(change))[0]

    def test_a_file_larger_than_anybodys_is_refused(self) -> None:
        assert problems(b"0" * 10_000_001) == ["店铺资料.xlsx:0: 文件超过10MB"]

    def test_every_problem_is_told_at_once(self) -> None:
        def change(opened: Any) -> None:
            opened["商品"].cell(row=2, column=2).value = None
            opened["商品"].cell(row=3, column=5).value = "很多"
            opened["邮费"].cell(row=4, column=3).value = "贵"

        found = problems(edited(change))

        assert [line.split("：")[0] for line in found] == [
            "邮费:4: C列「邮费(元)」",
            "商品:2: B列「标题」",
            "商品:3: E列「库存」",
        ]

    def test_a_column_that_nobody_knows_is_told(self) -> None:
        def change(opened: Any) -> None:
            opened["商品"].cell(row=1, column=2).value = "名字"

        found = problems(edited(change))

        assert "商品:1: B列「名字」：不认识的列" in found
        assert "商品:1: 缺少列「标题」" in found

    def test_numbers_that_are_names_and_true_dates_are_understood(self) -> None:
        def change(opened: Any) -> None:
            opened["商品"].cell(row=2, column=1).value = 20260001
            opened["商品"].cell(row=2, column=7).value = datetime(2026, 12, 1, 8)  # noqa: DTZ001 - as Excel has it
            opened["尺码"].delete_rows(2, 10)

        book = read_book(edited(change), timezone=SHANGHAI)

        assert book.items is not None
        assert book.items[0].item_id == "20260001"
        assert book.items[0].restock_at == datetime(2026, 12, 1, tzinfo=UTC)

    @pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"\xd0\xcf old xls"])
    def test_what_is_no_workbook_is_refused(self, raw: bytes) -> None:
        assert problems(raw) == ["店铺资料.xlsx:0: 不是能读的 .xlsx 工作簿"]

    def test_a_workbook_of_something_else_is_refused(self) -> None:
        out = BytesIO()
        Workbook().save(out)

        assert any("没有认识的工作表" in line for line in problems(out.getvalue()))

    def test_what_unpacks_to_too_much_is_refused(self) -> None:
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("xl/sharedStrings.xml", b"0" * 100_000_001)

        assert problems(out.getvalue()) == ["店铺资料.xlsx:0: 解压后的内容太大"]
