"""What managers look up afterwards: ratings, and who did what."""

from datetime import timedelta

import pytest

from storage.repositories.audit import record
from storage.repositories.ratings import rate
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague


async def rated(
    floor: ShopFloor, buyer: str, stars: int, *, reason: str = "", days_ago: int = 0
) -> None:
    told = await floor.say(buyer, "什么时候发货")
    await floor.service.database.write(
        lambda conn: rate(
            conn,
            floor.shop_id,
            conversation_id=told["conversation_id"],
            stars=stars,
            reason=reason,
            now=floor.clock() - timedelta(days=days_ago),
        )
    )


async def did(floor: ShopFloor, action: str, subject: str = "lan") -> None:
    await floor.service.database.write(
        lambda conn: record(
            conn,
            floor.shop_id,
            action=action,
            subject=subject,
            now=floor.clock(),
            data={"words": ["13812345678"]},
        )
    )


class TestListRatings:
    async def test_come_newest_first_in_pages_with_the_average_of_all(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        for number, stars in enumerate((5, 1, 4), start=1):
            await rated(floor, f"buyer-{number}", stars, reason="电话13812345678")

        first = await boss.get("/ratings", limit=2)
        second = await boss.get("/ratings", limit=2, after=first.body["next"])

        pages = [[it["stars"] for it in page.body["items"]] for page in (first, second)]
        assert pages == [[4, 1], [5]]
        assert (first.body["count"], first.body["average"]) == (3, 3.33)
        assert second.body["next"] is None
        assert "13812345678" not in str(first.body)

    async def test_are_those_of_the_period(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        await rated(floor, "buyer-1", 1, days_ago=8)
        await rated(floor, "buyer-2", 5)

        week = await boss.get("/ratings", days=7)
        none = await boss.get("/ratings", days=0)

        assert [it["stars"] for it in week.body["items"]] == [5]
        assert (week.body["count"], week.body["average"]) == (1, 5.0)
        assert (none.status, none.field) == (400, "days")

    async def test_none_have_no_average(self, boss: Colleague) -> None:
        answer = await boss.get("/ratings")

        assert answer.body == {"items": [], "next": None, "count": 0, "average": None}


class TestListAudit:
    async def test_comes_newest_first_in_pages_and_masked(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        for action in ("one", "two", "three"):
            await did(floor, action, subject="buyer:13812345678")

        first = await boss.get("/audit", limit=2)
        second = await boss.get("/audit", limit=2, after=first.body["next"])

        pages = [
            [it["action"] for it in page.body["items"]] for page in (first, second)
        ]
        assert pages == [["three", "two"], ["one"]]
        assert second.body["next"] is None
        assert "13812345678" not in str(first.body)

    @pytest.mark.parametrize("path", ["/ratings", "/audit"])
    async def test_is_for_managers(self, lan: Colleague, path: str) -> None:
        answer = await lan.get(path)

        assert (answer.status, answer.code) == (403, "role_needed")
