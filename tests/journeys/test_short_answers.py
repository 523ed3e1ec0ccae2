"""What a buyer answers to our own question is understood as that, in a real shop."""

from typing import Any

from storage.queries.conversations import MessageRecord
from tests.journeys.shop_floor import ShopFloor

_SIZES = "S适合45-50公斤，M适合50-57公斤"


def _scripts(answer: dict[str, Any]) -> list[str]:
    return [str(reply["script_id"]) for reply in answer["replies"]]


def _said(answer: dict[str, Any]) -> str:
    return "\n".join(reply["text"] for reply in answer["replies"])


async def _wanted(shop: ShopFloor, answer: dict[str, Any]) -> str | None:
    """Return the intent that the newest turn of a conversation was handled as."""
    records: list[MessageRecord] = await shop.messages(answer["conversation_id"])
    return next(
        record.intent_id for record in reversed(records) if record.sender == "buyer"
    )


class TestSize:
    async def test_height_and_weight_lead_to_the_sizes_and_not_to_the_question_again(
        self, shop: ShopFloor
    ) -> None:
        await shop.tell(
            "PUT",
            "/items/d1",
            title="碎花连衣裙",
            stock=5,
            details={"size_chart": _SIZES},
        )
        await shop.say("b1", "这条裙子我穿什么码合适", item_id="d1")

        answer = await shop.say("b1", "165 110斤")

        assert _scripts(answer) == ["size_advice.body"]
        assert "165厘米" in _said(answer)
        assert "110斤" in _said(answer)
        assert _SIZES in _said(answer)

    async def test_a_courtesy_between_does_not_close_the_question(
        self, shop: ShopFloor
    ) -> None:
        await shop.say("b1", "我该穿多大码")
        await shop.say("b1", "好的")

        answer = await shop.say("b1", "修身的")

        assert _scripts(answer) == ["size_advice.answered"]

    async def test_half_an_hour_later_it_is_a_text_like_any(
        self, shop: ShopFloor
    ) -> None:
        await shop.say("b1", "我该穿多大码")
        shop.clock.move(minutes=31)

        answer = await shop.say("b1", "修身的")

        assert "size_advice.answered" not in _scripts(answer)


class TestReturn:
    async def test_from_the_wish_over_the_reason_to_the_number(
        self, shop: ShopFloor
    ) -> None:
        await shop.tell("PUT", "/orders/A9", buyer_id="b2", state="signed")
        await shop.say("b2", "我要退货", order_id="A9")

        reason = await shop.say("b2", "不喜欢")
        sent = await shop.say("b2", "SF1234567890123")

        assert await _wanted(shop, sent) == "return_sent"
        assert _scripts(reason) == ["return_request.answered"]
        assert _scripts(sent) == ["return_sent.tracking"]
        assert "SF1234567890123" in _said(sent)
        (ticket,) = await shop.tickets("return")
        assert ticket.order_ref == "A9"

    async def test_a_full_sentence_between_is_answered_for_itself(
        self, shop: ShopFloor
    ) -> None:
        await shop.say("b2", "我要退货")

        answer = await shop.say("b2", "你们家支持花呗付款吗")

        assert await _wanted(shop, answer) == "payment_method"


class TestYesAndNo:
    async def _late_order(self, shop: ShopFloor) -> None:
        """Make a shop that has not sent an order in time, and has offered to hurry."""
        await shop.tell(
            "PUT",
            "/orders/A3",
            buyer_id="b3",
            state="paid",
            items=[{"item_id": "t", "title": "绿茶"}],
            paid_at="2026-11-20T10:00:00+08:00",
            promised_ship_at="2026-11-22T10:00:00+08:00",
        )
        answer = await shop.say("b3", "什么时候发货")
        assert _scripts(answer)[-1] == "shipping_time.overdue"

    async def test_a_yes_is_done_and_not_begun_again(self, shop: ShopFloor) -> None:
        await self._late_order(shop)

        answer = await shop.say("b3", "嗯")

        assert _scripts(answer) == ["rush_shipping.answered"]
        (ticket,) = await shop.tickets("logistics")
        assert ticket.number in _said(answer)
        assert ticket.order_ref == "A3"

    async def test_a_no_declines_it_and_ends_nothing(self, shop: ShopFloor) -> None:
        await self._late_order(shop)

        answer = await shop.say("b3", "不用")

        assert _scripts(answer) == ["acknowledge.short"]
        assert await shop.tickets() == []

    async def test_a_second_yes_is_a_courtesy(self, shop: ShopFloor) -> None:
        await self._late_order(shop)
        await shop.say("b3", "嗯")

        answer = await shop.say("b3", "嗯嗯")

        assert _scripts(answer) == ["acknowledge.short"]
        assert len(await shop.tickets("logistics")) == 1

    async def test_a_no_to_nothing_we_said_is_still_no_opt_out(
        self, shop: ShopFloor
    ) -> None:
        await shop.say("b3", "你们的茶保质期多久")

        answer = await shop.say("b3", "不用")

        assert await _wanted(shop, answer) == "acknowledge"
