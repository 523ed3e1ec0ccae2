"""How managers declare incidents, change their end and see who was told."""

from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Answer, Colleague

STOP = {"kind": "warehouse_stop", "text": "亲，仓库今天盘点，暂停发货"}


async def declared(boss: Colleague, **more: Any) -> Answer:
    return await boss.post("/incidents", **(STOP | more))


class TestDeclare:
    async def test_tells_what_was_declared_and_by_whom(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        ends_at = (floor.clock() + timedelta(days=1)).isoformat()

        answer = await declared(
            boss, scope={"couriers": ["中通"], "items": ["i1"]}, ends_at=ends_at
        )

        assert answer.status == 201
        assert answer.body["declared_by"] == boss.user
        assert answer.body["scope"] == {
            "couriers": ["中通"],
            "provinces": [],
            "items": ["i1"],
            "categories": [],
        }
        assert answer.body["ended_at"] is None
        audit = await boss.get("/audit")
        assert audit.body["items"][0]["action"] == "incident.declared"

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"kind": "flood"}, "kind"),
            ({"text": ""}, "text"),
            ({"text": " \n\u3000\u200b"}, "text"),
            ({"text": "{order.no}暂时发不了"}, "text"),
            ({"ends_at": "2020-01-01T00:00:00Z"}, "ends_at"),
            ({"ends_at": "tomorrow"}, "ends_at"),
            ({"starts_at": "2026-11-23T10:00:00"}, "starts_at"),
            ({"scope": {"towns": ["杭州"]}}, "scope.towns"),
        ],
    )
    async def test_names_what_cannot_be_used(
        self, boss: Colleague, more: dict[str, Any], field: str
    ) -> None:
        answer = await declared(boss, **more)

        assert answer.status == 400
        assert answer.field == field

    async def test_is_for_managers(self, lan: Colleague) -> None:
        answer = await declared(lan)

        assert answer.code == "role_needed"


class TestEnd:
    async def test_its_expected_end_changes_and_then_it_is_over(
        self, boss: Colleague, lan: Colleague, floor: ShopFloor
    ) -> None:
        number = (await declared(boss)).body["id"]
        later = (floor.clock() + timedelta(days=2)).isoformat()

        moved = await boss.post(f"/incidents/{number}/expect", ends_at=later)
        ended = await boss.post(f"/incidents/{number}/end")
        again = await boss.post(f"/incidents/{number}/end")
        running = await lan.get("/incidents", state="running")

        assert moved.body["ends_at"] is not None
        assert ended.body["ended_by"] == boss.user
        assert again.status == 404
        assert running.body["items"] == []

    async def test_the_guard_reads_the_closing_words(self, boss: Colleague) -> None:
        number = (await declared(boss)).body["id"]

        answer = await boss.post(
            f"/incidents/{number}/end", closing="五星好评返现5元补偿您"
        )

        assert answer.code == "guard_blocked"
        assert answer.body["error"]["findings"]


class TestListContacts:
    async def test_names_who_was_told_in_pages(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        number = (await declared(boss)).body["id"]
        await floor.tick()
        for buyer in ("b1", "b2"):
            await floor.say(buyer, "什么时候发货")

        first = await boss.get(f"/incidents/{number}/contacts", limit=1)
        second = await boss.get(
            f"/incidents/{number}/contacts", limit=1, after=first.body["next"]
        )

        pages = [it.body["items"][0]["buyer_ref"] for it in (first, second)]
        assert pages == ["b1", "b2"]
        assert second.body["next"] is None

    async def test_of_an_incident_that_is_none(self, boss: Colleague) -> None:
        assert (await boss.get("/incidents/99/contacts")).status == 404
