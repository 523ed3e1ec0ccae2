"""Managers change what is said: drafted, checked, published, and taken back."""

from dataclasses import replace
from typing import Any

import pytest

from server.curating.contents import make_frame, read_draft
from server.curating.drafting import Who
from server.curating.publishing import prepare_publication, publish
from storage.database import Database
from storage.repositories.library import NewVersion, publish_version
from storage.states import Role
from tests.databases import opened
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague, employ

WORDS = "亲，周年庆快乐，发货时间看订单页就好"
ENTRY = "/library/drafts/周年庆/entries/script/greeting.anniversary"


@pytest.fixture(name="mei")
async def _mei(floor: ShopFloor) -> Colleague:
    return await employ(floor, "mei", role=Role.MANAGER)


def script(*variants: str, **more: Any) -> dict[str, Any]:
    return {"intent": "shipping_time", "priority": 900, "variants": [*variants], **more}


async def begin(boss: Colleague, name: str = "周年庆") -> None:
    assert (await boss.post("/library/drafts", name=name)).status == 201


async def save(
    who: Colleague, *variants: str, revision: int = 0, path: str = ENTRY
) -> Any:
    return await who.put(path, revision=revision, content=script(*variants))


async def texts(floor: ShopFloor, buyer: str, text: str = "什么时候发货") -> list[str]:
    return [it["text"] for it in (await floor.say(buyer, text))["replies"]]


class TestPublishing:
    async def test_what_is_published_is_said_from_the_next_turn_on(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        await begin(boss)
        await save(boss, WORDS)
        before = await texts(floor, "b1")

        published = await boss.post(
            "/library/drafts/周年庆/publish", revision=2, reason="店庆"
        )
        after = await texts(floor, "b2")

        shown = await boss.get("/library")
        assert published.body == {"version": 1}
        assert WORDS not in before
        assert WORDS in after
        assert (shown.body["version"], shown.body["served"]) == (1, 1)

    async def test_a_new_line_is_understood_at_once(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        line = "阿巴阿巴咕噜咕噜呱"
        await begin(boss)
        examples = "/library/drafts/周年庆/entries/examples/shipping_time"
        known = (await boss.get(examples)).body["content"]["lines"]
        await boss.put(examples, revision=0, content={"lines": [*known, line]})

        await boss.post("/library/drafts/周年庆/publish", revision=2)

        served = floor.service.shops.by_id(floor.shop_id).library
        assert line in served.pack.examples["shipping_time"]
        answered = await floor.say("b1", line)
        assert "shipping_time" in {it.get("intent") for it in answered["replies"]}

    async def test_an_error_stops_it_and_says_how_to_mend_it(
        self, boss: Colleague
    ) -> None:
        await begin(boss)
        saved = await save(boss, "好评返现5元哦")

        refused = await boss.post("/library/drafts/周年庆/publish", revision=2)

        assert (refused.status, refused.code) == (409, "not_publishable")
        found = refused.body["error"]["details"]
        assert {one["severity"] for one in found} == {"error"}
        assert all(one["place"] == "variants[0]" and one["fix"] for one in found)
        assert saved.body["items"] != []

    async def test_a_rollback_publishes_the_old_words_under_a_new_number(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        for number, variant in enumerate((WORDS, "亲，小二换了个说法，您说")):
            name = f"第{number}稿"
            await begin(boss, name)
            path = f"/library/drafts/{name}/entries/script/greeting.anniversary"
            await save(boss, variant, path=path)
            await boss.post(f"/library/drafts/{name}/publish", revision=2)
        second = await texts(floor, "b1")

        back = await boss.post("/library/rollback", number=1, note="换回来")
        third = await texts(floor, "b2")

        versions = (await boss.get("/library/versions")).body["items"]
        assert back.body == {"version": 3}
        assert WORDS not in second
        assert WORDS in third
        assert [it["number"] for it in versions] == [3, 2, 1]
        assert [it["is_current"] for it in versions] == [True, False, False]
        assert versions[0]["rollback_of"] == 1

    async def test_a_version_made_beside_the_process_is_served_at_its_next_tick(
        self, boss: Colleague, floor: ShopFloor, database: Database
    ) -> None:
        await begin(boss)
        await save(boss, WORDS)
        await floor.tick()
        with opened(str(database.engine.url)) as beside:
            number = publish_beside(beside, floor)

        await floor.tick()

        shop = floor.service.shops.by_id(floor.shop_id)
        assert (number, shop.library_version) == (1, 1)
        assert WORDS in await texts(floor, "b1")

    async def test_a_changed_pack_changes_the_frame_and_not_the_shops_words(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        await begin(boss)
        await save(boss, WORDS)
        await boss.post("/library/drafts/周年庆/publish", revision=2)
        shops = floor.service.shops
        base = shops.library
        welcome = replace(base.pack.texts, welcome=("新的欢迎语，小二是智能客服",))
        new = replace(base.pack, texts=welcome, scripts=base.pack.scripts[1:])

        shops.serve(replace(base, pack=new, frame=new))
        await floor.tick()

        served = shops.by_id(floor.shop_id).library.pack
        shown = await boss.get("/library")
        assert served.texts == welcome
        assert len(served.scripts) == len(base.pack.scripts) + 1
        assert shown.body["has_new_pack"] is True

    async def test_a_version_that_cannot_be_read_leaves_the_shop_as_it_was(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        await begin(boss)
        await save(boss, WORDS)
        await boss.post("/library/drafts/周年庆/publish", revision=2)
        broken = NewVersion(
            pack_id="ecommerce", pack_version="1", baseline="gone", edits="gone"
        )

        await floor.service.database.write(
            lambda connection: publish_version(
                connection, floor.shop_id, value=broken, now=floor.clock()
            )
        )
        await floor.tick()

        assert WORDS in await texts(floor, "b1")


def publish_beside(database: Database, floor: ShopFloor) -> int:
    """Publish as the command does, from a connection of another process's."""
    frame = make_frame(floor.service.shops.library.pack)
    reading = database.read_now(
        lambda connection: read_draft(connection, floor.shop_id, "周年庆")
    )
    publication = prepare_publication(reading, frame, findings=(), note="")
    who = Who(shop_id=floor.shop_id, person_id=None, now=floor.clock())
    return database.write_now(lambda connection: publish(connection, who, publication))


class TestSaving:
    async def test_a_stale_save_is_refused_with_both_sides(
        self, boss: Colleague, mei: Colleague
    ) -> None:
        await begin(boss)
        await save(boss, WORDS)

        stale = await save(mei, "亲，我也改了一句")

        again = await boss.get(ENTRY)
        details = stale.body["error"]["details"]
        assert (stale.status, stale.code) == (409, "stale")
        assert details["yours"]["variants"] == ["亲，我也改了一句"]
        assert details["theirs"]["variants"] == [WORDS]
        assert (details["user"], details["revision"]) == ("boss", 2)
        assert again.body["content"]["variants"] == [WORDS]

    async def test_two_people_at_two_entries_do_not_disturb_each_other(
        self, boss: Colleague, mei: Colleague
    ) -> None:
        await begin(boss)
        other = "/library/drafts/周年庆/entries/script/greeting.other"

        first = await save(boss, WORDS)
        second = await save(mei, "亲，您好呀，请讲", path=other)

        assert (first.status, second.status) == (200, 200)

    async def test_what_is_not_there_is_not_removed(self, boss: Colleague) -> None:
        await begin(boss)

        unknown = await boss.post(f"{ENTRY}/remove", revision=0)
        of_the_trade = await boss.post(
            "/library/drafts/周年庆/entries/intent/shipping_time/remove", revision=0
        )

        shown = await boss.get("/library/drafts/周年庆")
        assert [unknown.status, of_the_trade.status] == [404, 403]
        assert shown.body["draft"]["revision"] == 1

    async def test_it_is_written_down_who_did_what(self, boss: Colleague) -> None:
        await begin(boss)
        await save(boss, WORDS)
        await boss.post("/library/drafts/周年庆/publish", revision=2, reason="店庆")

        audit = (await boss.get("/audit")).body["items"]

        assert [(it["action"], it["user"]) for it in audit] == [
            ("library.published", "boss"),
            ("library.entry_saved", "boss"),
            ("library.draft_opened", "boss"),
        ]


class TestTwoPersons:
    @pytest.fixture(autouse=True)
    async def _required(self, floor: ShopFloor) -> None:
        chief = await employ(floor, "chief", role=Role.ADMIN)
        put = await chief.put("/library/settings", two_person_publish=True)
        assert put.status == 200

    async def test_nobody_publishes_what_they_wrote_alone(
        self, boss: Colleague, mei: Colleague
    ) -> None:
        await begin(boss)
        await save(boss, WORDS)
        publish = "/library/drafts/周年庆/publish"
        alone = await boss.post(publish, revision=2)
        await boss.post("/library/drafts/周年庆/review", revision=2, verdict="approved")
        self_approved = await boss.post(publish, revision=2)

        await mei.post("/library/drafts/周年庆/review", revision=2, verdict="approved")
        approved = await boss.post(publish, revision=2)

        versions = (await boss.get("/library/versions")).body["items"]
        assert [alone.status, self_approved.status] == [409, 409]
        assert approved.body == {"version": 1}
        assert versions[0]["reviewed_by"] == "mei"

    async def test_an_approval_counts_for_what_was_read(
        self, boss: Colleague, mei: Colleague
    ) -> None:
        await begin(boss)
        await save(boss, WORDS)
        await mei.post("/library/drafts/周年庆/review", revision=2, verdict="approved")
        await save(boss, WORDS, "再加一句，亲", revision=2)

        refused = await boss.post("/library/drafts/周年庆/publish", revision=3)

        assert (refused.status, refused.code) == (409, "not_publishable")

    async def test_a_rejection_stands_above_an_approval(
        self, boss: Colleague, mei: Colleague, floor: ShopFloor
    ) -> None:
        tao = await employ(floor, "tao", role=Role.MANAGER)
        await begin(boss)
        await save(boss, WORDS)
        for who, verdict in ((mei, "approved"), (tao, "rejected")):
            await who.post("/library/drafts/周年庆/review", revision=2, verdict=verdict)

        refused = await boss.post("/library/drafts/周年庆/publish", revision=2)

        assert refused.status == 409


class TestOutdated:
    async def test_what_others_published_meanwhile_is_merged_not_overwritten(
        self, boss: Colleague, mei: Colleague
    ) -> None:
        for who, name, entry, variant in (
            (boss, "甲", "greeting.a", "亲，甲在这里等您"),
            (mei, "乙", "greeting.b", "亲，乙也在这里呢"),
        ):
            await begin(who, name)
            path = f"/library/drafts/{name}/entries/script/{entry}"
            await save(who, variant, path=path)
        await boss.post("/library/drafts/甲/publish", revision=2)
        refused = await mei.post("/library/drafts/乙/publish", revision=2)

        updated = await mei.post("/library/drafts/乙/update", revision=2)
        published = await mei.post("/library/drafts/乙/publish", revision=3)

        diff = await boss.get("/library/diff", before="pack", after="current")
        assert refused.status == 409
        assert updated.body["is_outdated"] is False
        assert published.body == {"version": 2}
        assert [it["id"] for it in diff.body["items"]] == ["greeting.a", "greeting.b"]

    async def test_what_both_wrote_is_a_conflict_until_somebody_decides(
        self, boss: Colleague, mei: Colleague
    ) -> None:
        for name, variant in (("甲", "亲，甲在这里等您"), ("乙", "亲，乙也在这里呢")):
            await begin(boss, name)
            path = f"/library/drafts/{name}/entries/script/shipping_time.basic"
            await save(boss, variant, path=path)
        await boss.post("/library/drafts/甲/publish", revision=2)
        path = "/library/drafts/乙/entries/script/shipping_time.basic"

        updated = await boss.post("/library/drafts/乙/update", revision=2)
        refused = await boss.post("/library/drafts/乙/publish", revision=3)
        await save(mei, "亲，两边都在", revision=3, path=path)
        settled = await boss.post("/library/drafts/乙/publish", revision=4)

        (conflict,) = updated.body["draft"]["conflicts"]
        assert (conflict["ours"], conflict["theirs"]) == (
            ["亲，乙也在这里呢"],
            ["亲，甲在这里等您"],
        )
        assert refused.code == "not_publishable"
        assert settled.body == {"version": 2}
