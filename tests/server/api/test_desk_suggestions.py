"""What agents are offered to answer."""

import pytest

from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague


class TestForText:
    async def test_the_best_three_with_reasons(self, lan: Colleague) -> None:
        answer = await lan.post("/suggestions", text="什么时候发货")

        items = answer.body["items"]
        confidences = [one["confidence"] for one in items]
        assert len(items) == 3
        assert confidences == sorted(confidences, reverse=True)
        assert all(one["why"] and one["intent_name"] for one in items)
        assert answer.body["offered"] == []

    async def test_says_which_facts_are_missing(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        await floor.tell(
            "PUT",
            "/items/i-1",
            title="羽绒服",
            list_fen=9900,
            stock=30,
            details={"size_chart": "S码150-160cm"},
        )
        text = "这件有尺码表吗，我穿什么码"

        without = await lan.post("/suggestions", text=text)
        about = await lan.post("/suggestions", text=text, item_id="i-1")

        intent = without.body["items"][0]["intent"]
        (known,) = [it for it in about.body["items"] if it["intent"] == intent]
        lacking = [it for it in without.body["items"] if it["missing"]]
        assert all(it["text"] is None for it in lacking)
        assert known["text"] is not None
        assert not known["missing"]

    @pytest.mark.parametrize("name", ["order_id", "item_id"])
    async def test_about_nothing_known_is_not_found(
        self, lan: Colleague, name: str
    ) -> None:
        answer = await lan.post("/suggestions", text="你好", **{name: "none"})

        assert answer.status == 404

    @pytest.mark.parametrize("text", ["", "\x07", None])
    async def test_a_wrong_text_is_named(self, lan: Colleague, text: object) -> None:
        answer = await lan.post("/suggestions", text=text)

        assert (answer.status, answer.field) == (400, "text")


class TestForConversation:
    async def test_speaks_of_the_buyers_own_order(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        await floor.tell(
            "PUT",
            "/orders/o-1",
            buyer_id="b1",
            state="shipped",
            courier="中通",
            tracking_no="75312345678901",
        )
        said = await floor.say("b1", "快递到哪了", order_id="o-1")

        answer = await lan.get(f"/conversations/{said['conversation_id']}/suggestions")

        texts = [one["text"] for one in answer.body["items"] if one["text"]]
        assert len(answer.body["items"]) == 3
        assert any("75312345678901" in text for text in texts)

    async def test_offers_what_was_suggested_under_a_take_over(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        said = await floor.say("b1", "你好")
        path = f"/conversations/{said['conversation_id']}"
        version = (await lan.get(path)).body["conversation"]["version"]
        await lan.post(f"{path}/take-over", version=version)
        await floor.say("b1", "什么时候发货")

        answer = await lan.get(f"{path}/suggestions")

        assert answer.body["offered"]

    async def test_there_is_no_other(self, lan: Colleague) -> None:
        answer = await lan.get("/conversations/999/suggestions")

        assert answer.status == 404
