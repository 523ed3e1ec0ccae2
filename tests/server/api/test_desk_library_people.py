"""Agents find scripts, keep some for themselves, and propose what managers decide."""

from typing import Any

import pytest

from server.api.desk.parts import DESK as ANY_DESK
from server.auth.middleware import ROUTES
from storage.states import Role
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague, employ

OWN = {"variants": ["亲，我这就去仓库问问"], "code": "ckww", "tags": ["仓库"]}
ENTRY: dict[str, Any] = {
    "intent": "shipping_time",
    "variants": ["亲，发货前会再核对一遍"],
}


async def publish(boss: Colleague, entry_id: str, **content: Any) -> None:
    await boss.post("/library/drafts", name=entry_id)
    path = f"/library/drafts/{entry_id}/entries/script/{entry_id}"
    saved = await boss.put(path, revision=0, content={**ENTRY, **content})
    revision = saved.body["revision"]
    done = await boss.post(f"/library/drafts/{entry_id}/publish", revision=revision)
    assert done.status == 200, done.body


async def found(who: Colleague, query: str) -> list[tuple[str, str]]:
    body = (await who.get("/library/scripts", q=query)).body
    return [(it["id"], it["match"]) for it in body["items"]]


class TestFind:
    async def test_by_initials_words_and_codes(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        pack = floor.service.shops.library.pack
        name = pack.intents["shipping_time"].zh

        by_letters = (await lan.get("/library/scripts", q="fhsj")).body["items"]
        by_name = (await lan.get("/library/scripts", q=name)).body["items"]

        assert name == "问发货时间"
        assert {it["intent"] for it in by_letters} >= {name}
        assert by_letters[0]["match"] == "initials_hold"
        assert by_name[0]["match"] == "name"

    async def test_a_teams_script_is_found_and_not_said_by_the_assistant(
        self, boss: Colleague, lan: Colleague, floor: ShopFloor
    ) -> None:
        await publish(
            boss,
            "team.check",
            audience="team",
            code="hd",
            priority=900,
            variables={"day": "哪天"},
            variants=["{ask.day}发货前会再核对一遍"],
        )

        items = (await lan.get("/library/scripts", q="hd")).body["items"]
        suggested = (await lan.post("/suggestions", text="什么时候发货")).body["items"]
        answered = await floor.say("b1", "什么时候发货")

        assert items[0]["variables"] == {"day": "哪天"}
        assert (items[0]["audience"], items[0]["match"]) == ("team", "code")
        assert all("再核对一遍" not in it["text"] for it in answered["replies"])
        (offered,) = [it for it in suggested if it["audience"] == "team"]
        assert (offered["script_id"], offered["variables"]) == (
            "team.check",
            {"day": "哪天"},
        )

    async def test_what_is_out_of_its_days_is_not_found(
        self, boss: Colleague, lan: Colleague
    ) -> None:
        await publish(boss, "old.one", code="jiu", valid={"until": "2026-11-22"})

        assert await found(lan, "jiu") == []


class TestPrivateScripts:
    async def test_are_found_by_their_owner_alone(
        self, lan: Colleague, mei: Colleague
    ) -> None:
        put = await lan.put("/library/private-scripts/问仓库", revision=0, **OWN)

        listed = (await lan.get("/library/private-scripts")).body["items"]
        assert put.body == {"revision": 1}
        assert [(it["name"], it["code"]) for it in listed] == [("问仓库", "ckww")]
        assert await found(lan, "ckww") == [("问仓库", "code")]
        assert await found(mei, "ckww") == []
        assert (await mei.get("/library/private-scripts")).body == {"items": []}

    async def test_one_for_a_wish_is_suggested_to_its_owner_alone(
        self, lan: Colleague, mei: Colleague, floor: ShopFloor
    ) -> None:
        own = {
            **OWN,
            "intent": "shipping_time",
            "variants": ["亲，{ask.day}就去仓库催"],
            "variables": {"day": "哪天"},
            "pictures": ["https://shop.example/1.jpg"],
        }
        await lan.put("/library/private-scripts/问仓库", revision=0, **own)
        said = await floor.say("b1", "什么时候发货")
        asked = f"/conversations/{said['conversation_id']}/suggestions"

        mine = (await lan.get(asked)).body["items"]
        pasted = (await lan.post("/suggestions", text="什么时候发货")).body["items"]
        others = (await mei.get(asked)).body["items"]

        for items in (mine, pasted):
            (one,) = [it for it in items if it["audience"] == "private"]
            assert (one["intent"], one["text"]) == (
                "shipping_time",
                "亲，{ask.day}就去仓库催",
            )
            assert one["variables"] == {"day": "哪天"}
            assert one["pictures"] == own["pictures"]
        assert "private" not in {it["audience"] for it in others}

    async def test_a_wish_that_nobody_knows_is_refused_by_name(
        self, lan: Colleague
    ) -> None:
        put = await lan.put(
            "/library/private-scripts/问仓库", revision=0, **OWN, intent="no_such"
        )

        assert (put.status, put.field) == (400, "intent")

    async def test_a_stale_save_is_refused_and_a_removed_one_is_gone(
        self, lan: Colleague
    ) -> None:
        path = "/library/private-scripts/问仓库"
        await lan.put(path, revision=0, **OWN)

        stale = await lan.put(path, revision=0, **OWN)
        gone = await lan.ask("DELETE", path)
        again = await lan.ask("DELETE", path)

        assert [stale.status, gone.status, again.status] == [409, 204, 404]
        assert await found(lan, "ckww") == []


class TestProposals:
    async def propose(self, lan: Colleague) -> int:
        made = await lan.post(
            "/library/proposals",
            kind="script",
            id="shipping_time.check",
            content=ENTRY,
            reason="买家常问",
        )
        number: int = made.body["id"]
        return number

    async def test_a_manager_takes_one_into_a_draft(
        self, lan: Colleague, boss: Colleague
    ) -> None:
        number = await self.propose(lan)
        await boss.post("/library/drafts", name="建议")

        taken = await boss.post(f"/library/proposals/{number}/take", draft="建议")
        again = await boss.post(f"/library/proposals/{number}/take", draft="建议")

        draft = (await boss.get("/library/drafts/建议")).body
        (mine,) = (await lan.get("/library/proposals")).body["items"]
        assert (taken.body, again.status) == ({"revision": 2}, 409)
        assert [(it["id"], it["content"], it["reason"]) for it in draft["entries"]] == [
            ("shipping_time.check", ENTRY, "买家常问")
        ]
        assert (mine["state"], mine["decided_by"], mine["decision"]) == (
            "taken",
            "boss",
            "建议",
        )

    async def test_a_refused_one_says_why(
        self, lan: Colleague, boss: Colleague
    ) -> None:
        number = await self.propose(lan)

        await boss.post(f"/library/proposals/{number}/refuse", note="已经有了")

        (mine,) = (await lan.get("/library/proposals", state="refused")).body["items"]
        assert mine["decision"] == "已经有了"

    @pytest.mark.parametrize("body", [{}, {"note": ""}, {"note": " "}])
    async def test_nobody_refuses_without_a_word(
        self, lan: Colleague, boss: Colleague, body: dict[str, str]
    ) -> None:
        number = await self.propose(lan)

        refused = await boss.post(f"/library/proposals/{number}/refuse", **body)

        (mine,) = (await lan.get("/library/proposals")).body["items"]
        assert (refused.status, refused.field) == (400, "note")
        assert mine["state"] == "open"

    async def test_an_example_can_be_proposed_and_each_step_is_in_the_audit(
        self, lan: Colleague, boss: Colleague
    ) -> None:
        known = (await lan.get("/library/entries/examples/invoice")).body["content"]
        lines = {"lines": [*known["lines"], "抬头开公司名行吗"]}
        made = await lan.post(
            "/library/proposals", kind="examples", id="invoice", content=lines
        )
        number = made.body["id"]
        other = await self.propose(lan)
        await boss.post("/library/drafts", name="建议")
        await boss.post(f"/library/proposals/{number}/take", draft="建议")
        await boss.post(f"/library/proposals/{other}/refuse", note="已经有了")

        rows = (await boss.get("/audit", limit=20)).body["items"]
        draft = (await boss.get("/library/drafts/建议")).body
        assert [it["content"] for it in draft["entries"]] == [lines]
        assert {
            (it["action"], it["subject"].partition("/")[0])
            for it in rows
            if it["action"].startswith("library.proposal")
            or it["action"] == "library.proposed"
        } == {
            ("library.proposed", str(number)),
            ("library.proposed", str(other)),
            ("library.proposal_taken", str(number)),
            ("library.proposal_refused", str(other)),
        }

    async def test_agents_see_their_own_and_managers_all(
        self, lan: Colleague, mei: Colleague, boss: Colleague
    ) -> None:
        await self.propose(lan)

        seen = [
            len((await who.get("/library/proposals")).body["items"])
            for who in (lan, mei, boss)
        ]

        assert seen == [1, 0, 1]

    async def test_a_proposal_that_cannot_be_saved_stays_open(
        self, lan: Colleague, boss: Colleague
    ) -> None:
        number = await self.propose(lan)
        await boss.post("/library/drafts", name="建议")

        stale = await boss.post(
            f"/library/proposals/{number}/take", draft="建议", revision=5
        )

        (mine,) = (await lan.get("/library/proposals")).body["items"]
        assert (stale.status, mine["state"]) == (409, "open")


class TestRoles:
    def test_who_may_do_what_is_written_down(self, floor: ShopFloor) -> None:
        """Agents: to look, private scripts, proposals; admins: packs, the rule of two."""
        roles: dict[str, set[str]] = {}
        for route in floor.client.app[ROUTES]:
            if route.path.startswith(f"{ANY_DESK}/library"):
                path = route.path.removeprefix(f"{ANY_DESK}/library")
                roles.setdefault(route.role, set()).add(f"{route.method} {path}")

        assert roles.keys() == {"agent", "manager", "admin"}
        assert roles["agent"] == {
            "GET ",
            "GET /entries/{kind}/{entry_id}",
            "GET /scripts",
            "GET /private-scripts",
            "PUT /private-scripts/{name}",
            "DELETE /private-scripts/{name}",
            "GET /proposals",
            "POST /proposals",
        }
        assert roles["admin"] == {"POST /release-drafts", "PUT /settings"}
        assert {"GET /findings", "POST /proposals/{proposal_id}/take"} <= roles[
            "manager"
        ]

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/library/drafts", {"name": "甲"}),
            ("/library/rollback", {"number": 1}),
            ("/library/release-drafts", {"name": "甲"}),
        ],
    )
    async def test_agents_change_nothing_for_others(
        self, lan: Colleague, path: str, body: dict[str, Any]
    ) -> None:
        assert (await lan.post(path, **body)).code == "role_needed"

    async def test_a_new_pack_and_the_rule_of_two_are_for_admins(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        chief = await employ(floor, "chief", role=Role.ADMIN)

        refused = await boss.put("/library/settings", two_person_publish=True)
        merged = await boss.post("/library/release-drafts", name="新包")
        nothing_new = await chief.post("/library/release-drafts", name="新包")

        assert (refused.code, merged.code) == ("role_needed", "role_needed")
        assert nothing_new.code == "not_publishable"
