"""``xiaoer facts``: out, edited, in again; a wrong cell changes nothing."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Connection

from scripts_library.excel.facts_book import SHEETS, FactsBook
from server.demo_facts import FACTS, ITEMS, promotions_from
from server.fact_books import read_shop_book, take_book
from storage.queries.audit import audit
from storage.queries.shops import shop_by_slug
from tests.databases import NOW
from tests.server.cli.command_line import CommandLine

BOOK = FactsBook(facts=(FACTS,), items=ITEMS, promotions=promotions_from(NOW))


def shop_id_of(connection: Connection) -> int:
    shop = shop_by_slug(connection, "demo")
    assert shop is not None
    return shop.shop_id


def stored(line: CommandLine) -> FactsBook:
    with line.database() as database:
        return database.read_now(
            lambda connection: read_shop_book(connection, shop_id_of(connection))
        )


def edit(file: Path, sheet: str, title: str, value: Any, *, row: int = 2) -> None:
    book = load_workbook(file)
    book[sheet].cell(row=row, column=list(SHEETS[sheet]).index(title) + 1).value = value
    book.save(file)


@pytest.fixture(name="file")
def _file(staffed: CommandLine, tmp_path: Path) -> Path:
    """The exported workbook of a shop that has said everything."""
    staffed.write(
        lambda connection: take_book(connection, shop_id_of(connection), BOOK, now=NOW)
    )
    file = tmp_path / "facts.xlsx"
    assert staffed.run("facts", "export", str(file), "--shop", "demo").status == 0
    return file


class TestExport:
    def test_a_workbook_comes_in_again_as_it_was(
        self, staffed: CommandLine, file: Path
    ) -> None:
        before = stored(staffed)

        told = staffed.run("facts", "import", str(file), "--shop", "demo").row()

        assert before == BOOK
        assert stored(staffed) == BOOK
        assert {told[key] for key in told.keys() - {"shop", "dry_run"}} == {0}

    def test_nobody_else_may_read_the_floor_prices(self, file: Path) -> None:
        assert file.stat().st_mode & 0o077 == 0


class TestImport:
    def test_changes_what_was_edited_and_writes_it_down(
        self, staffed: CommandLine, file: Path
    ) -> None:
        edit(file, "商品", "价格(元)", 139.5)
        edit(file, "邮费", "邮费(元)", 7)

        told = staffed.run("facts", "import", str(file), "--shop", "demo").row()

        book = stored(staffed)
        assert book.items is not None
        assert book.facts is not None
        assert book.items[0].list_fen == 13_950
        assert book.items[0].card == ITEMS[0].card
        assert 700 in (book.facts[0].postage or FACTS.postage).fen_by_province.values()  # type: ignore[union-attr]  # it is there
        assert (told["items"], told["shop_facts"]) == (1, 1)
        with staffed.database() as database:
            lines = database.read_now(
                lambda connection: audit(
                    connection, shop_id_of(connection), before=None, limit=1
                )
            )
        assert lines[0].action == "facts.imported"

    def test_a_row_that_is_gone_removes_a_promotion_but_no_item(
        self, staffed: CommandLine, file: Path
    ) -> None:
        book = load_workbook(file)
        book["活动"].delete_rows(2)
        book["商品"].delete_rows(4)
        book.save(file)

        told = staffed.run("facts", "import", str(file), "--shop", "demo").row()

        after = stored(staffed)
        assert told["promotions_removed"] == 1
        assert after.promotions == BOOK.promotions[1:] if BOOK.promotions else False
        assert after.items == BOOK.items

    def test_a_dry_run_tells_and_keeps_everything(
        self, staffed: CommandLine, file: Path
    ) -> None:
        edit(file, "商品", "库存", 5)

        told = staffed.run(
            "facts", "import", str(file), "--shop", "demo", "--dry-run"
        ).row()

        assert (told["items"], told["dry_run"]) == (1, True)
        assert stored(staffed) == BOOK

    def test_one_wrong_cell_keeps_everything(
        self, staffed: CommandLine, file: Path
    ) -> None:
        edit(file, "商品", "价格(元)", 139.5)
        edit(file, "商品", "库存", "很多", row=3)

        answer = staffed.run("facts", "import", str(file), "--shop", "demo")

        assert answer.refusal() == "商品:3: E列「库存」：要填数字"
        assert stored(staffed) == BOOK

    def test_words_that_may_not_leave_the_shop_are_refused(
        self, staffed: CommandLine, file: Path
    ) -> None:
        edit(file, "活动", "说法", "五星好评返现2元")

        answer = staffed.run("facts", "import", str(file), "--shop", "demo")

        assert answer.refusal().startswith("活动:0: “winter”的 phrase：")
        assert stored(staffed) == BOOK

    def test_a_file_that_is_not_there_is_named(
        self, staffed: CommandLine, tmp_path: Path
    ) -> None:
        missing = str(tmp_path / "none.xlsx")

        answer = staffed.run("facts", "import", missing, "--shop", "demo")

        assert missing in answer.refusal()
