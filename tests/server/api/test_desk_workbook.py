"""Managers take the shop's facts home as a workbook, and bring it back edited."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Connection

from scripts_library.excel.facts_book import SHEETS, FactsBook, read_book, write_book
from scripts_library.excel.workbook import LARGEST_FILE
from server.api.desk.workbook import XLSX
from server.demo_facts import FACTS, ITEMS, promotions_from
from server.fact_books import read_shop_book, take_book
from storage.repositories.shops import add_shop
from storage.states import Role
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import DESK, Answer, Colleague, employ

PATH = "/facts-workbook"
ZONE = "Asia/Shanghai"


async def download(who: Colleague) -> bytes:
    response = await who.client.get(DESK + PATH, headers=who.headers)
    assert response.status == 200, await response.text()
    assert response.content_type == XLSX
    return await response.read()


async def pieces(raw: bytes) -> AsyncIterator[bytes]:
    """A body whose length nobody says beforehand."""
    for start in range(0, len(raw), 100_000):
        yield raw[start : start + 100_000]


async def upload(who: Colleague, raw: Any, **more: Any) -> Answer:
    headers = {"Content-Type": more.pop("media", XLSX)}
    return await who.ask("POST", PATH, data=raw, headers=headers, **more)


def edited(raw: bytes, *cells: tuple[str, str, Any]) -> bytes:
    """The workbook with other values in the second row of its sheets."""
    book = load_workbook(BytesIO(raw))
    for sheet, title, value in cells:
        column = list(SHEETS[sheet]).index(title) + 1
        book[sheet].cell(row=2, column=column).value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


async def stored(floor: ShopFloor, *, shop_id: int | None = None) -> FactsBook:
    wanted = floor.shop_id if shop_id is None else shop_id
    return await floor.service.database.read(
        lambda connection: read_shop_book(connection, wanted)
    )


@pytest.fixture(name="book")
async def _book(floor: ShopFloor) -> FactsBook:
    """What the shop has said of itself."""
    now = floor.clock()
    book = FactsBook(facts=(FACTS,), items=ITEMS, promotions=promotions_from(now))
    await floor.service.database.write(
        lambda connection: take_book(connection, floor.shop_id, book, now=now)
    )
    return book


class TestGive:
    async def test_a_manager_gets_all_the_shop_has_said(
        self, boss: Colleague, book: FactsBook
    ) -> None:
        raw = await download(boss)

        assert read_book(raw, timezone=ZONE) == book

    async def test_an_agent_does_not_see_floor_prices_this_way(
        self, lan: Colleague, book: FactsBook
    ) -> None:
        assert (await lan.get(PATH)).code == "role_needed"


class TestTake:
    async def test_what_was_edited_holds_at_once(
        self, boss: Colleague, floor: ShopFloor, book: FactsBook
    ) -> None:
        raw = edited(
            await download(boss), ("商品", "库存", 41), ("商品", "标题", "长裙")
        )

        told = await upload(boss, raw)

        assert told.status == 200
        assert told.body == {
            "dry_run": False,
            "shop_facts": 0,
            "shop_facts_removed": 0,
            "items": 1,
            "promotions": 0,
            "promotions_removed": 0,
        }
        item = (await boss.get(f"/items/{ITEMS[0].item_id}")).body
        assert (item["title"], item["stock"]) == ("长裙", 41)

    async def test_who_did_it_is_written_down(
        self, boss: Colleague, book: FactsBook
    ) -> None:
        await upload(boss, await download(boss))

        newest = (await boss.get("/audit")).body["items"][0]
        assert (newest["action"], newest["user"]) == ("facts.imported", boss.user)

    async def test_a_dry_run_says_what_would_change_and_changes_nothing(
        self, boss: Colleague, floor: ShopFloor, book: FactsBook
    ) -> None:
        raw = edited(await download(boss), ("商品", "库存", 41))

        told = await upload(boss, raw, params={"dry_run": "true"})

        assert (told.body["dry_run"], told.body["items"]) == (True, 1)
        assert await stored(floor) == book

    async def test_every_wrong_cell_is_named_and_nothing_is_changed(
        self, boss: Colleague, floor: ShopFloor, book: FactsBook
    ) -> None:
        raw = edited(
            await download(boss),
            ("商品", "标题", "长裙"),
            ("商品", "库存", "很多"),
            ("活动", "标题", None),
        )

        told = await upload(boss, raw)

        assert (told.status, told.code) == (400, "invalid_workbook")
        places = [
            (it["sheet"], it["row"], it["column"], it["field"])
            for it in told.body["error"]["problems"]
        ]
        assert places == [("商品", 2, "E", "库存"), ("活动", 2, "B", "标题")]
        assert await stored(floor) == book

    async def test_words_that_may_not_leave_are_refused(
        self, boss: Colleague, floor: ShopFloor, book: FactsBook
    ) -> None:
        raw = edited(await download(boss), ("活动", "说法", "五星好评返现2元"))

        told = await upload(boss, raw)

        (problem,) = told.body["error"]["problems"]
        assert (problem["sheet"], problem["field"]) == ("活动", "phrase")
        assert await stored(floor) == book

    @pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"no workbook"])
    async def test_what_is_no_workbook_is_refused(
        self, boss: Colleague, raw: bytes
    ) -> None:
        told = await upload(boss, raw)

        assert (told.status, told.code) == (400, "invalid_workbook")

    @pytest.mark.parametrize("is_announced", [True, False])
    async def test_a_file_that_is_too_large_is_refused(
        self, boss: Colleague, *, is_announced: bool
    ) -> None:
        raw = b"0" * (LARGEST_FILE + 1)

        told = await upload(boss, BytesIO(raw) if is_announced else pieces(raw))

        assert (told.status, told.code) == (413, "too_large")

    async def test_a_form_cannot_send_one(self, boss: Colleague) -> None:
        told = await upload(boss, b"0", media="application/x-www-form-urlencoded")

        assert (told.status, told.code) == (415, "not_json")

    async def test_is_for_managers(self, lan: Colleague) -> None:
        assert (await upload(lan, b"0")).code == "role_needed"

    async def test_another_shop_is_left_alone(
        self, floor: ShopFloor, boss: Colleague, book: FactsBook
    ) -> None:
        def unit(connection: Connection) -> int:
            now = floor.clock()
            shop_id = add_shop(
                connection,
                slug="other",
                name="别家",
                pack_id="ecommerce",
                secret="-",
                now=now,
            )
            take_book(connection, shop_id, book, now=now)
            return shop_id

        other = await floor.service.database.write(unit)

        await upload(
            boss, write_book(FactsBook(facts=(), promotions=()), timezone=ZONE)
        )

        assert (await stored(floor)).facts == ()
        assert await stored(floor, shop_id=other) == book

    async def test_two_at_once_are_stored_one_after_the_other_or_refused(
        self, boss: Colleague, floor: ShopFloor, book: FactsBook
    ) -> None:
        raw = await download(boss)
        other = await employ(floor, "other-boss", role=Role.MANAGER)
        books = [edited(raw, ("商品", "库存", stock)) for stock in (41, 42)]

        told = await asyncio.gather(upload(boss, books[0]), upload(other, books[1]))

        done = [it for it in told if it.status == 200]
        refused = [it for it in told if it.status != 200]
        assert done
        assert {(it.status, it.code) for it in refused} <= {(503, "busy")}
        items = (await stored(floor)).items
        assert items is not None
        assert items[0].stock in {41, 42}
