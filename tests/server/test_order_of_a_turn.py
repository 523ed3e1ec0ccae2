"""Which order is a turn about? The one it names, the page's, or the one named before."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.facts import Order, OrderState
from server.library import Library
from storage.repositories.facts import put_order
from tests.server.context_desk import NOW, Desk, make_order, make_update, open_desk


@pytest.fixture(name="desk")
def _desk(library: Library, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(library, tmp_path) as desk:
        yield desk


class TestTheOrderOfATurn:
    async def test_what_words_name_is_said_to_be_named(self, desk: Desk) -> None:
        _tell(desk, "A1001", "A1002")

        named = desk.take("订单A1002什么时候发")
        context, _ = await desk.contexts.load(desk.shop, named, now=NOW)
        unnamed = desk.take("什么时候发")
        other, _ = await desk.contexts.load(desk.shop, unnamed, now=NOW)

        assert (context.facts.order, context.is_order_named) == (_open("A1002"), True)
        assert (other.facts.order, other.is_order_named) == (None, False)

    async def test_an_order_named_before_is_what_the_next_turn_is_about(
        self, desk: Desk
    ) -> None:
        _tell(desk, "A1001", "A1002")
        first = desk.take("订单A1002什么时候发")
        await desk.answer(first, replace(make_update(), order_ref="A1002"))
        second = desk.take("那能改地址吗")

        context, loaded = await desk.contexts.load(desk.shop, second, now=NOW)
        desk.contexts.clear()
        restarted, stored = await desk.contexts.load(desk.shop, second, now=NOW)

        assert loaded == stored
        assert context.facts.order == restarted.facts.order == _open("A1002")

    async def test_the_order_of_the_page_counts_before_what_was_named(
        self, desk: Desk
    ) -> None:
        _tell(desk, "A1001", "A1002")
        first = desk.take("订单A1002什么时候发", order_ref="A1001")
        await desk.answer(first, replace(make_update(), order_ref="A1002"))

        context, _ = await desk.contexts.load(desk.shop, desk.take(), now=NOW)

        assert context.facts.order == _open("A1001")

    @pytest.mark.parametrize(("days", "order_id"), [(2, "A1002"), (3, "A1001")])
    async def test_one_that_is_over_gives_way_to_an_open_one_after_days_of_silence(
        self, desk: Desk, days: int, order_id: str
    ) -> None:
        _tell(desk, "A1001")
        over = replace(_open("A1002"), state=OrderState.COMPLETED)
        _put(desk, over)
        first = desk.take("订单A1002怎么保养")
        await desk.answer(first, replace(make_update(), order_ref="A1002"))
        later = NOW + timedelta(days=days)

        context, _ = await desk.contexts.load(desk.shop, desk.take(), now=later)

        assert context.facts.order is not None
        assert context.facts.order.order_id == order_id


def _open(order_id: str) -> Order:
    return replace(make_order(OrderState.PAID), order_id=order_id)


def _tell(desk: Desk, *order_ids: str) -> None:
    for order_id in order_ids:
        _put(desk, _open(order_id))


def _put(desk: Desk, order: Order) -> None:
    desk.database.write_now(
        lambda connection: put_order(
            connection, desk.shop.record.shop_id, value=order, told_at=NOW, now=NOW
        )
    )
