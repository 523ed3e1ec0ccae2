"""Managers see what was missed, take it into a draft in one step, or leave it alone."""

from typing import Any

from server.curating.missing import LEAST
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague

MISSED = (
    "自制碳给牛毛毡够用吗",
    "自制碳给铁皇冠够用吗",
    "自制碳给水榕够用吗呀",
    "自制碳给莫斯够用不",
)


async def miss(floor: ShopFloor) -> None:
    for number, text in enumerate(MISSED):
        await floor.say(f"b{number}", text)


async def groups(boss: Colleague, **query: Any) -> list[dict[str, Any]]:
    found = await boss.get("/library/missed", **query)
    assert found.status == 200, found.body
    items: list[dict[str, Any]] = found.body["items"]
    return items


class TestMissed:
    async def test_messages_that_want_the_same_are_one_group(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        await miss(floor)

        (group,) = await groups(boss)

        assert LEAST <= group["count"] <= len(MISSED)
        assert set(group["examples"]) <= set(MISSED)
        assert group["first_at"] <= group["last_at"]
        assert await groups(boss) == [group]

    async def test_what_is_refused_does_not_come_again(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        await miss(floor)
        (group,) = await groups(boss)

        refused = await boss.post(f"/library/missed/{group['key']}/refuse", note="少")

        assert refused.status == 204
        assert await groups(boss) == []

    async def test_a_group_nobody_knows_is_not_found(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        await boss.post("/library/drafts", name="d")

        answer = await boss.post(f"/library/missed/{'0' * 16}/accept", draft="d")

        assert answer.status == 404

    async def test_agents_may_not_look(self, lan: Colleague) -> None:
        for path in ("missed", "use", "drift"):
            assert (await lan.get(f"/library/{path}")).status == 403


class TestUse:
    async def test_scripts_that_nobody_was_told_are_named_with_their_candidates(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        await floor.say("b1", "什么时候发货")

        body = (await boss.get("/library/use")).body

        unused = {it["text"]: it["count"] for it in body["unused"]}
        assert unused
        assert max(unused.values()) == 1


class TestDrift:
    async def test_tells_five_weeks_and_no_jump_without_a_week_before(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        await floor.say("b1", "什么时候发货")

        body = (await boss.get("/library/drift")).body

        assert body["jumps"] == []
        assert [it["turns"] for it in body["weeks"]] == [1, 0, 0, 0, 0]
