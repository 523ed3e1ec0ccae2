"""Managers say what holds in the shop; agents read it; buyers are told at once."""

from typing import Any

import pytest

from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague

FACTS: dict[str, Any] = {
    "cutoffs": ["12:00", "17:00"],
    "ship_weekdays": [1, 2, 3, 4, 5, 6, 7],
    "couriers": [
        {
            "name": "中通",
            "days": {"first": 2, "last": 4},
            "days_by_province": {"新疆": {"first": 5, "last": 8}},
        }
    ],
    "postage": {
        "default_fen": 800,
        "fen_by_province": {"新疆": 1500},
        "free_from_fen": 5900,
        "not_free_in": ["新疆"],
    },
    "warehouse_province": "浙江",
    "valid_from": "2026-11-01T00:00:00+08:00",
}
CARD: dict[str, Any] = {
    "attributes": {"面料": "雪纺"},
    "size_chart": {"rows": [{"size": "M", "height_cm": {"low": 160, "high": 165}}]},
    "no_reason_return": "yes",
}


@pytest.fixture(name="item_id")
async def _item_id(floor: ShopFloor) -> str:
    await floor.tell("PUT", "/items/dress-01", title="连衣裙", stock=3)
    return "dress-01"


class TestPutFacts:
    async def test_what_a_manager_says_is_read_as_it_was_said(
        self, boss: Colleague, lan: Colleague
    ) -> None:
        put = await boss.put("/shop-facts/平时", version=0, **FACTS)

        one = await lan.get("/shop-facts/平时")
        listed = await lan.get("/shop-facts")
        assert put.body == {"version": 1}
        assert {name: one.body[name] for name in FACTS} == FACTS | {
            "valid_from": "2026-10-31T16:00:00Z"
        }
        assert [it["name"] for it in listed.body["items"]] == ["平时"]
        assert listed.body["now"]["cutoffs"] == ["12:00", "17:00"]

    async def test_the_next_turn_speaks_of_it(
        self, boss: Colleague, floor: ShopFloor
    ) -> None:
        await floor.say("b1", "今天拍能发吗")

        await boss.put("/shop-facts/平时", version=0, **FACTS)
        answer = await floor.say("b1", "今天拍能发吗")

        assert "今天17:00前付款今天发出" in answer["replies"][-1]["text"]

    async def test_an_edit_of_what_is_no_more_is_refused(self, boss: Colleague) -> None:
        await boss.put("/shop-facts/平时", version=0, **FACTS)

        again = await boss.put("/shop-facts/平时", version=0, **FACTS)

        assert (again.status, again.code) == (409, "stale")

    async def test_is_for_managers(self, lan: Colleague) -> None:
        refused = await lan.put("/shop-facts/平时", version=0)

        assert (refused.status, refused.code) == (403, "role_needed")

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"cutoffs": ["17:00", "12:00"]}, "cutoffs"),
            ({"cutoffs": ["25:00"]}, "cutoffs[0]"),
            ({"ship_weekdays": [8]}, "ship_weekdays[0]"),
            ({"ship_within_hours": 0}, "ship_within_hours"),
            ({"warehouse_province": "杭州"}, "warehouse_province"),
            ({"postage": {"fen_by_province": {"火星": 1}}}, "postage.fen_by_province"),
            ({"postage": {"default_fen": -1}}, "postage.default_fen"),
            ({"couriers": [{"name": "a", "days": {"first": 3, "last": 2}}]}, None),
            ({"valid_until": "2026-10-01T00:00:00Z"}, "valid_until"),
            ({"valid_from": "2026-11-01T00:00:00"}, "valid_from"),
            ({"valid_from": "0001-01-01T00:00:00+08:00"}, "valid_from"),
            ({"member_rules": "五星好评返现2元"}, "member_rules"),
            ({"return_address": "{order.no}"}, "return_address"),
            ({"cutofs": []}, "cutofs"),
        ],
    )
    async def test_a_wrong_field_is_named(
        self, boss: Colleague, wrong: dict[str, Any], field: str | None
    ) -> None:
        answer = await boss.put("/shop-facts/平时", **{"version": 0, **FACTS, **wrong})

        assert (answer.status, answer.code) == (400, "invalid_field")
        expected = "couriers[0].days.first" if field is None else field
        assert answer.field == expected


class TestDeleteFacts:
    async def test_they_are_gone_and_it_is_written_down(self, boss: Colleague) -> None:
        await boss.put("/shop-facts/春节", version=0, cutoffs=[])

        gone = await boss.ask("DELETE", "/shop-facts/春节", params={"version": 1})

        again = await boss.get("/shop-facts/春节")
        audit = await boss.get("/audit")
        assert (gone.status, again.status) == (204, 404)
        assert [it["action"] for it in audit.body["items"]] == [
            "shop_facts.deleted",
            "shop_facts.put",
        ]


class TestPromotions:
    async def test_are_told_to_buyers_until_they_are_removed(
        self, boss: Colleague, lan: Colleague, floor: ShopFloor
    ) -> None:
        await boss.put(
            "/promotions/winter", version=0, title="冬季", phrase="满199元减20元"
        )
        shown = await lan.get("/promotions/winter")
        during = await floor.say("b1", "有什么优惠活动")

        await boss.ask("DELETE", "/promotions/winter", params={"version": 1})
        after = await floor.say("b2", "有什么优惠活动")

        listed = await lan.get("/promotions")
        assert (shown.body["id"], shown.body["version"]) == ("winter", 1)
        assert "满199元减20元" in during["replies"][-1]["text"]
        assert "满199元" not in after["replies"][-1]["text"]
        assert listed.body == {"items": []}

    async def test_words_that_may_not_leave_the_shop_are_refused(
        self, boss: Colleague
    ) -> None:
        answer = await boss.put(
            "/promotions/x", version=0, title="返现", phrase="五星好评返现2元"
        )

        assert (answer.status, answer.field) == (400, "phrase")


class TestCards:
    async def test_what_a_manager_says_is_told_at_once(
        self, boss: Colleague, lan: Colleague, floor: ShopFloor, item_id: str
    ) -> None:
        await floor.say("b1", "163cm穿哪个码", item_id=item_id)
        before = await lan.get(f"/items/{item_id}/card")

        put = await boss.put(f"/items/{item_id}/card", version=0, card=CARD)
        answer = await floor.say("b1", "163cm穿哪个码", item_id=item_id)

        after = await lan.get(f"/items/{item_id}/card")
        assert before.body == {"card": None, "version": 0}
        assert put.body == {"version": 1}
        assert after.body["card"]["attributes"] == {"面料": "雪纺"}
        assert "按尺码表选M码" in answer["replies"][-1]["text"]

    async def test_a_wrong_field_is_named(self, boss: Colleague, item_id: str) -> None:
        answer = await boss.put(
            f"/items/{item_id}/card", version=0, card={"no_reason_return": "no"}
        )

        assert (answer.status, answer.field) == (400, "card.return_reason")

    async def test_of_an_unknown_item_there_is_none(self, boss: Colleague) -> None:
        put = await boss.put("/items/none/card", version=0, card=CARD)
        shown = await boss.get("/items/none/card")

        assert (put.status, shown.status) == (404, 404)
