"""An order is named by its whole number, and another's number names no order of ours."""

import pytest

from bot.facts import Order, OrderState
from bot.messages import Turn
from server.named_orders import naming_of, open_order


def order(order_id: str) -> Order:
    return Order(order_id=order_id, buyer_ref="b1", state=OrderState.SHIPPED)


def spoken_of(
    text: str, *orders: str, page: str | None = None, last: str | None = None
) -> str | None:
    turn = Turn(
        shop_id=1, conversation_id=1, message_ids=(1,), text=text, order_ref=page
    )
    found = open_order(
        naming_of(turn), last_order_ref=last, orders=[order(one) for one in orders]
    )
    return None if found is None else found.order_id


class TestOpenOrder:
    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ("订单B1001到哪了", "B1001"),
            ("B100到哪了", "B100"),
            ("订单号：Ｂ１００　麻烦看看", "B100"),
            ("B1001这个订单呢", "B1001"),
        ],
    )
    def test_a_number_is_read_whole(self, text: str, named: str) -> None:
        assert spoken_of(text, "B100", "B1001") == named

    def test_a_count_is_no_order(self) -> None:
        assert spoken_of("我买了2件怎么还没发货", "1", "2") is None

    def test_a_short_number_called_an_order_is_one(self) -> None:
        assert spoken_of("2这个订单怎么还没发货", "1", "2") == "2"

    @pytest.mark.parametrize(
        "text",
        [
            "订单20260001到哪了，帮我查一下物流",
            "C9这个订单物流到哪了",
            "20260001这单到哪了",
        ],
    )
    def test_anothers_number_is_not_taken_for_the_only_order(self, text: str) -> None:
        assert spoken_of(text, "20260002", last="20260002") is None

    def test_the_page_counts_before_what_was_spoken_of(self) -> None:
        assert spoken_of("到哪了", "A1", "A2", page="A2", last="A1") == "A2"

    def test_without_a_number_it_is_the_one_spoken_of_or_the_only_one(self) -> None:
        assert spoken_of("到哪了", "A1", "A2", last="A1") == "A1"
        assert spoken_of("到哪了", "A1") == "A1"
        assert spoken_of("到哪了", "A1", "A2") is None


class TestNaming:
    def test_what_is_like_an_order_is_looked_up_and_a_phone_is_not(self) -> None:
        turn = Turn(
            shop_id=1,
            conversation_id=1,
            message_ids=(1,),
            text="20250001 13800005678 SF1234567890123 2件",
        )

        assert naming_of(turn).to_look_up == ("SF1234567890123", "20250001")
