"""Managers take the script library home as a workbook, and bring it back as a draft."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from server.api.desk.workbook import XLSX
from tests.server.api.colleagues import DESK, Answer, Colleague

PATH = "/library/workbook"


async def download(who: Colleague, **params: str) -> bytes:
    response = await who.client.get(DESK + PATH, headers=who.headers, params=params)
    assert response.status == 200, await response.text()
    assert response.content_type == XLSX
    return await response.read()


async def upload(who: Colleague, raw: bytes, **params: str) -> Answer:
    headers = {"Content-Type": XLSX}
    return await who.ask(
        "POST", PATH, data=BytesIO(raw), headers=headers, params=params
    )


def edited(raw: bytes, change: Callable[[Any], object]) -> bytes:
    book = load_workbook(BytesIO(raw))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def say(book: Any) -> None:
    """Change what the first variant says."""
    book["说法"]["B2"] = "亲，在的呢，请讲"


class TestGive:
    async def test_agents_do_not_get_it(self, lan: Colleague) -> None:
        assert (await lan.get(PATH)).code == "role_needed"

    async def test_an_unknown_draft_is_not_found(self, boss: Colleague) -> None:
        assert (await boss.get(f"{PATH}?of=nothing")).status == 404


class TestTake:
    async def test_an_edit_is_told_and_stands_in_a_new_draft(
        self, boss: Colleague
    ) -> None:
        raw = edited(await download(boss), say)

        dry = await upload(boss, raw, draft="改一句", dry_run="true")
        none = (await boss.get("/library/drafts")).body["items"]
        told = await upload(boss, raw, draft="改一句", note="口气")

        assert (dry.status, none, dry.body["revision"]) == (200, [], None)
        assert told.body["revision"] == 2
        assert told.body["items"] == dry.body["items"]
        (change,) = told.body["items"]
        assert (change["what"], change["kind"]) == ("changed", "script")
        draft = (await boss.get("/library/drafts/改一句")).body
        assert [it["reason"] for it in draft["entries"]] == ["口气"]

    async def test_what_was_not_edited_begins_no_draft(self, boss: Colleague) -> None:
        told = await upload(boss, await download(boss), draft="空的")

        assert (told.body["items"], told.body["revision"]) == ([], None)
        assert (await boss.get("/library/drafts")).body["items"] == []

    async def test_every_wrong_cell_is_named(self, boss: Colleague) -> None:
        def spoil(book: Any) -> None:
            say(book)
            book["说法"]["B3"] = "=1+1"

        told = await upload(boss, edited(await download(boss), spoil), draft="坏的")

        assert (told.status, told.code) == (400, "invalid_workbook")
        (problem,) = told.body["error"]["problems"]
        assert (problem["sheet"], problem["row"], problem["column"]) == ("说法", 3, "B")
        assert (await boss.get("/library/drafts")).body["items"] == []

    async def test_what_cannot_be_said_is_named_too(self, boss: Colleague) -> None:
        def spoil(book: Any) -> None:
            book["说法"]["B2"] = "{no.fact}"

        told = await upload(boss, edited(await download(boss), spoil), draft="坏的")

        (problem,) = told.body["error"]["problems"]
        assert (problem["row"], problem["field"]) == (2, "说法")

    async def test_edited_facts_are_refused(self, boss: Colleague) -> None:
        def offer(book: Any) -> None:
            facts = load_workbook(BytesIO(raw_facts))["商品"]
            sheet = book.create_sheet("商品")
            for row in facts.iter_rows(values_only=True):
                sheet.append(row)
            sheet.append(["x1", "新品", 10])

        response = await boss.client.get(DESK + "/facts-workbook", headers=boss.headers)
        raw_facts = await response.read()

        told = await upload(boss, edited(await download(boss), offer), draft="资料")

        assert told.code == "invalid_workbook"
        assert "资料没有草稿" in told.body["error"]["problems"][0]["reason"]

    async def test_agents_cannot(self, lan: Colleague) -> None:
        assert (await upload(lan, b"0", draft="x")).code == "role_needed"
