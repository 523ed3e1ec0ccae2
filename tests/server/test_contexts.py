"""What is remembered of a conversation is what the database says."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from bot.actions import (
    Action,
    Band,
    Decision,
    HandOver,
    HandOverReason,
    Reply,
    UpdateConversation,
)
from bot.deciding.state import ShopMode, TurnContext
from bot.facts import Item, Order, OrderLine, OrderState
from bot.messages import Receipt, Turn
from connectors.base import Consent
from server.contexts import Contexts
from server.known_turns import read_known
from server.library import Library
from server.settings import Settings
from server.shops import Shop, shop_of
from storage.database import Database
from storage.queries.shops import shop_by_id
from storage.repositories.facts import put_item, put_order
from storage.repositories.intake import take_message
from storage.repositories.shops import add_shop
from storage.repositories.turns import CommittedTurn, commit_turn
from tests.databases import opened, sqlite_url
from tests.factories import make_incoming

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
T = TypeVar("T")


class RecordingReader:
    """The database's reads, counted."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.count = 0

    async def read(self, query: Callable[[Connection], T], /) -> T:
        self.count += 1
        return await self._database.read(query)


class Desk:
    """One shop with a database and its contexts."""

    def __init__(self, database: Database, shop: Shop) -> None:
        self.database = database
        self.shop = shop
        self.reading = RecordingReader(database)
        self.contexts = Contexts(self.reading)
        self._messages = 0

    def take(
        self,
        text: str = "在吗",
        *,
        order_ref: str | None = None,
        item_ref: str | None = None,
    ) -> Turn:
        """Store one message and return the turn that it makes."""
        self._messages += 1
        message = replace(
            make_incoming(),
            platform_message_id=f"m{self._messages}",
            buyer_ref="b1",
            is_verified=True,
            text=text,
            order_ref=order_ref,
            item_ref=item_ref,
        )
        receipt: Receipt = self.database.write_now(
            lambda connection: take_message(
                connection, self.shop.record.shop_id, message=message, now=NOW
            )
        )
        return Turn(
            shop_id=self.shop.record.shop_id,
            conversation_id=receipt.conversation_id,
            message_ids=(receipt.message_id,),
            text=message.text,
            is_verified=True,
            order_ref=message.order_ref,
            item_ref=message.item_ref,
        )

    async def answer(self, turn: Turn, *actions: Action) -> TurnContext:
        """Load, commit these actions and remember; returns what was decided on."""
        context, loaded = await self.contexts.load(self.shop, turn, now=NOW)
        decision = replace(_decision(), actions=actions)
        committed: CommittedTurn = self.database.write_now(
            lambda connection: commit_turn(
                connection,
                turn,
                decision,
                shop=self.shop.record,
                workflow=self.shop.library.pack.workflow,
                expected_version=context.conversation.version,
                now=NOW,
            )
        )
        self.contexts.advance(turn, decision, loaded=loaded, committed=committed)
        return context


@pytest.fixture(name="desk")
def _desk(library: Library, tmp_path: Path) -> Iterator[Desk]:
    with opened(sqlite_url(tmp_path)) as database:
        shop_id = database.write_now(
            lambda connection: add_shop(
                connection,
                slug="demo",
                name="小店",
                pack_id="small",
                secret="s",
                now=NOW,
            )
        )
        record = database.read_now(lambda connection: shop_by_id(connection, shop_id))
        assert record is not None
        yield Desk(database, shop_of(record, library=library, settings=Settings()))


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
        await desk.answer(first, Reply(text="在的"), _update(misses=1))
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
        await desk.answer(desk.take(), Reply(text="在的"), _update())
        before = desk.reading.count

        await desk.contexts.load(desk.shop, desk.take(), now=NOW)

        assert (before, desk.reading.count) == (1, 1)

    async def test_what_was_said_is_remembered_as_the_database_says(
        self, desk: Desk
    ) -> None:
        first = desk.take()
        asking = Reply(text="多高", intent_id="size", script_id="size.asks", variant=1)
        await desk.answer(first, asking, Reply(text="在的"), _update())
        second = desk.take()
        await desk.answer(second, _update())

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
        await desk.answer(desk.take(), HandOver(reason=HandOverReason.ASKED), _update())

        context, _ = await desk.contexts.load(desk.shop, desk.take(), now=NOW)

        assert context.conversation.is_handed_over

    async def test_a_told_order_is_known_to_the_next_turn(self, desk: Desk) -> None:
        await desk.answer(desk.take(), Reply(text="在的"), _update())
        order = _order(OrderState.PAID)
        desk.database.write_now(
            lambda connection: put_order(
                connection, desk.shop.record.shop_id, value=order, told_at=NOW, now=NOW
            )
        )
        desk.contexts.forget_fact(desk.shop.record.shop_id, order)

        context, _ = await desk.contexts.load(desk.shop, desk.take(), now=NOW)

        assert context.facts.order == order

    async def test_a_told_item_replaces_the_remembered_one(self, desk: Desk) -> None:
        await desk.answer(desk.take(item_ref="tea"), Reply(text="在的"), _update())
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
        await desk.answer(desk.take(), Reply(text="在的"), _update())

        desk.contexts.forget_fact(
            desk.shop.record.shop_id,
            Consent(buyer_ref="b1", is_given=True, source="shop"),
        )
        await desk.contexts.load(desk.shop, desk.take(), now=NOW)

        assert desk.reading.count == 2

    async def test_another_buyers_order_is_never_spoken_of(self, desk: Desk) -> None:
        order = replace(_order(OrderState.PAID), buyer_ref="b2")
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
                value=_order(OrderState.PAID),
                told_at=NOW,
                now=NOW,
            )
        )

        turn = replace(desk.take(order_ref="A1"), is_verified=False)
        context, _ = await desk.contexts.load(desk.shop, turn, now=NOW)

        assert context.facts.order is None
        assert not context.buyer.is_verified

    async def test_a_finished_order_is_found_when_it_is_named(self, desk: Desk) -> None:
        order = _order(OrderState.COMPLETED)
        desk.database.write_now(
            lambda connection: put_order(
                connection, desk.shop.record.shop_id, value=order, told_at=NOW, now=NOW
            )
        )

        turn = desk.take(order_ref="A1")
        context, _ = await desk.contexts.load(desk.shop, turn, now=NOW)

        assert context.facts.order == order

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
        await desk.answer(first, replace(_update(), order_ref="A1002"))
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
        await desk.answer(first, replace(_update(), order_ref="A1002"))

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
        await desk.answer(first, replace(_update(), order_ref="A1002"))
        later = NOW + timedelta(days=days)

        context, _ = await desk.contexts.load(desk.shop, desk.take(), now=later)

        assert context.facts.order is not None
        assert context.facts.order.order_id == order_id

    async def test_a_shop_that_is_off_is_told_so(self, desk: Desk) -> None:
        off = replace(desk.shop, record=replace(desk.shop.record, mode=ShopMode.OFF))

        context, _ = await desk.contexts.load(off, desk.take(), now=NOW)

        assert context.shop_mode is ShopMode.OFF


def _order(state: OrderState) -> Order:
    return Order(
        order_id="A1",
        buyer_ref="b1",
        state=state,
        lines=(OrderLine(item_id="tea"),),
    )


def _open(order_id: str) -> Order:
    return replace(_order(OrderState.PAID), order_id=order_id)


def _tell(desk: Desk, *order_ids: str) -> None:
    for order_id in order_ids:
        _put(desk, _open(order_id))


def _put(desk: Desk, order: Order) -> None:
    desk.database.write_now(
        lambda connection: put_order(
            connection, desk.shop.record.shop_id, value=order, told_at=NOW, now=NOW
        )
    )


def _update(*, misses: int = 0) -> UpdateConversation:
    return UpdateConversation(
        misses=misses,
        is_greeted=True,
        last_intent="anything",
        used_variants=(("one", (0, 2)),),
    )


def _decision() -> Decision:
    return Decision(band=Band.AUTO, intent_id="anything", confidence=1.0, actions=())


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
