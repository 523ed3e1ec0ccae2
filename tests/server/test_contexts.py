"""What is remembered of a conversation is what the database says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.actions import (
    HandOver,
    HandOverReason,
    Reply,
)
from bot.deciding.state import ShopMode
from bot.facts import Item, Order, OrderState
from connectors.base import Consent
from server.contexts import Contexts
from server.known_turns import read_known
from server.library import Library
from storage.repositories.facts import put_item, put_order
from tests.server.context_desk import NOW, Desk, make_order, make_update, open_desk


@pytest.fixture(name="desk")
def _desk(library: Library, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(library, tmp_path) as desk:
        yield desk


class TestPictures:
    async def test_a_connector_that_shows_none_is_known_to_the_turn(
        self, desk: Desk
    ) -> None:
        turn = desk.take()
        connector = (await desk.answer(turn)).conversation.connector
        blind = Contexts(desk.database, without_pictures=frozenset({connector}))

        seeing, _ = await Contexts(desk.database).load(desk.shop, turn, now=NOW)
        context, _ = await blind.load(desk.shop, turn, now=NOW)

        assert (seeing.can_show_pictures, context.can_show_pictures) == (True, False)


class TestLoad:
    async def test_a_remembered_conversation_is_what_the_database_says(
        self, desk: Desk
    ) -> None:
        first = desk.take(item_ref="tea")
        await desk.answer(first, Reply(text="在的"), make_update(misses=1))
        second = desk.take()

        context, loaded = await desk.contexts.load(desk.shop, second, now=NOW)

        stored = desk.database.read_now(
            lambda connection: read_known(connection, second, now=NOW)
        )
        assert loaded == stored.loaded
        assert context.conversation.misses == 1

    async def test_the_second_turn_of_a_conversation_reads_nothing(
        self, desk: Desk
    ) -> None:
        await desk.answer(desk.take(), Reply(text="在的"), make_update())
        before = desk.reading.count

        await desk.contexts.load(desk.shop, desk.take(), now=NOW)

        assert (before, desk.reading.count) == (1, 1)

    async def test_what_was_said_is_remembered_as_the_database_says(
        self, desk: Desk
    ) -> None:
        first = desk.take()
        asking = Reply(text="多高", intent_id="size", script_id="size.asks", variant=1)
        await desk.answer(first, asking, Reply(text="在的"), make_update())
        second = desk.take()
        await desk.answer(second, make_update())

        context, loaded = await desk.contexts.load(desk.shop, second, now=NOW)

        stored = desk.database.read_now(
            lambda connection: read_known(connection, second, now=NOW)
        )
        assert loaded == stored.loaded
        newest, oldest = context.conversation.past
        assert newest.first_message_id == second.message_ids[0]
        assert newest.said == ()
        assert (oldest.said, oldest.handled_at) == ((("size.asks", 1),), NOW)
        assert oldest.last_said_id > oldest.first_message_id

    async def test_after_a_hand_over_it_is_read_again(self, desk: Desk) -> None:
        await desk.answer(
            desk.take(), HandOver(reason=HandOverReason.ASKED), make_update()
        )

        context, _ = await desk.contexts.load(desk.shop, desk.take(), now=NOW)

        assert context.conversation.is_handed_over

    async def test_a_told_order_is_known_to_the_next_turn(self, desk: Desk) -> None:
        await desk.answer(desk.take(), Reply(text="在的"), make_update())
        order = make_order(OrderState.PAID)
        desk.database.write_now(
            lambda connection: put_order(
                connection, desk.shop.record.shop_id, value=order, told_at=NOW, now=NOW
            )
        )
        desk.contexts.forget_fact(desk.shop.record.shop_id, order)

        context, _ = await desk.contexts.load(desk.shop, desk.take(), now=NOW)

        assert context.facts.order == order

    async def test_a_told_item_replaces_the_remembered_one(self, desk: Desk) -> None:
        await desk.answer(desk.take(item_ref="tea"), Reply(text="在的"), make_update())
        item = Item(item_id="tea", title="高山绿茶", stock=0)
        desk.database.write_now(
            lambda connection: put_item(
                connection, desk.shop.record.shop_id, value=item, told_at=NOW, now=NOW
            )
        )
        desk.contexts.forget_fact(desk.shop.record.shop_id, item)

        context, _ = await desk.contexts.load(desk.shop, desk.take(), now=NOW)

        assert context.facts.item == item

    async def test_any_other_fact_makes_everything_be_read_again(
        self, desk: Desk
    ) -> None:
        await desk.answer(desk.take(), Reply(text="在的"), make_update())

        desk.contexts.forget_fact(
            desk.shop.record.shop_id,
            Consent(buyer_ref="b1", is_given=True, source="shop"),
        )
        await desk.contexts.load(desk.shop, desk.take(), now=NOW)

        assert desk.reading.count == 2

    async def test_another_buyers_order_is_never_spoken_of(self, desk: Desk) -> None:
        order = replace(make_order(OrderState.PAID), buyer_ref="b2")
        desk.database.write_now(
            lambda connection: put_order(
                connection, desk.shop.record.shop_id, value=order, told_at=NOW, now=NOW
            )
        )

        turn = desk.take("订单A1到哪了", order_ref="A1")
        context, _ = await desk.contexts.load(desk.shop, turn, now=NOW)

        assert context.facts.order is None

    async def test_nobody_vouches_then_no_order_is_spoken_of(self, desk: Desk) -> None:
        desk.database.write_now(
            lambda connection: put_order(
                connection,
                desk.shop.record.shop_id,
                value=make_order(OrderState.PAID),
                told_at=NOW,
                now=NOW,
            )
        )

        turn = replace(desk.take(order_ref="A1"), is_verified=False)
        context, _ = await desk.contexts.load(desk.shop, turn, now=NOW)

        assert context.facts.order is None
        assert not context.buyer.is_verified

    async def test_a_finished_order_is_found_when_it_is_named(self, desk: Desk) -> None:
        order = make_order(OrderState.COMPLETED)
        desk.database.write_now(
            lambda connection: put_order(
                connection, desk.shop.record.shop_id, value=order, told_at=NOW, now=NOW
            )
        )

        turn = desk.take(order_ref="A1")
        context, _ = await desk.contexts.load(desk.shop, turn, now=NOW)

        assert context.facts.order == order

    async def test_a_shop_that_is_off_is_told_so(self, desk: Desk) -> None:
        off = replace(desk.shop, record=replace(desk.shop.record, mode=ShopMode.OFF))

        context, _ = await desk.contexts.load(off, desk.take(), now=NOW)

        assert context.shop_mode is ShopMode.OFF


@dataclass(frozen=True, slots=True)
class FakeBackEnd:
    """A shop's own back-end that knows one open order and one finished one."""

    connection: Connection
    shop_id: int

    def open_orders(self, buyer_ref: str) -> Sequence[Order]:
        return (_order_of_back_end("open-1", buyer_ref),)

    def order(self, order_id: str, *, buyer_ref: str) -> Order | None:
        if order_id != "done-1":
            return None
        return replace(_order_of_back_end("done-1", buyer_ref), state=OrderState.SIGNED)


def _order_of_back_end(order_id: str, buyer_ref: str) -> Order:
    return Order(order_id=order_id, buyer_ref=buyer_ref, state=OrderState.PAID)


class TestOrderSource:
    @pytest.mark.parametrize(
        ("named", "spoken_of"),
        [(None, "open-1"), ("done-1", "done-1"), ("none-1", None)],
    )
    async def test_orders_are_those_that_the_source_knows(
        self, desk: Desk, named: str | None, spoken_of: str | None
    ) -> None:
        contexts = Contexts(desk.database, orders_of=FakeBackEnd)
        turn = desk.take(order_ref=named)

        context, _ = await contexts.load(desk.shop, turn, now=NOW)

        order = context.facts.order
        assert (None if order is None else order.order_id) == spoken_of

    async def test_nobody_vouches_then_it_is_not_asked(self, desk: Desk) -> None:
        contexts = Contexts(desk.database, orders_of=FakeBackEnd)
        turn = replace(desk.take(), is_verified=False)

        context, _ = await contexts.load(desk.shop, turn, now=NOW)

        assert context.facts.order is None
        assert context.facts.open_order_count == 0
