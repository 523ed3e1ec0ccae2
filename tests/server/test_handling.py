from datetime import timedelta

import pytest

from bot.actions import Band
from bot.deciding.state import ShopMode
from bot.errors import NotFoundError
from bot.messages import Receipt, Sender, Turn
from server.contexts import Contexts
from server.handling import TurnHandler
from server.shops import Shops
from storage.database import Database
from storage.queries.conversations import (
    MessageRecord,
    SuggestionRecord,
    conversation,
    messages_after,
    suggestions,
)
from storage.queries.pending_turns import unhandled_messages
from storage.queries.shops import ShopRecord
from storage.repositories.conversations import take_over
from storage.repositories.shops import ShopChanges, set_shop
from storage.states import ConversationPhase, Direction
from tests.databases import make_person, make_turn, take
from tests.journeys.shop_floor import SettableClock
from tests.server.recording import RecordingConnector


class Counter:
    """A handler over a real database, with what a turn left behind."""

    def __init__(
        self, database: Database, shop: ShopRecord, shops: Shops, clock: SettableClock
    ) -> None:
        self.database = database
        self.shop = shop
        self.shops = shops
        self.clock = clock
        self.connector = RecordingConnector()
        self.contexts = Contexts(database)
        self.woken = 0
        self.handler = TurnHandler(
            database=database,
            shops=shops,
            contexts=self.contexts,
            connectors={self.connector.name: self.connector},
            sent=self.wake,
            clock=clock,
        )

    def wake(self) -> None:
        self.woken += 1

    def turn(self, text: str) -> tuple[Turn, Receipt]:
        receipt = take(self.database, self.shop, text=text)
        return make_turn(self.shop, receipt, text=text), receipt

    def take_over(self, receipt: Receipt) -> None:
        person_id = make_person(self.database)
        self.database.write_now(
            lambda connection: take_over(
                connection,
                self.shop.shop_id,
                conversation_id=receipt.conversation_id,
                person_id=person_id,
                until=self.clock() + timedelta(minutes=10),
                now=self.clock(),
            )
        )

    def replies(self, receipt: Receipt) -> list[MessageRecord]:
        return self.database.read_now(
            lambda connection: messages_after(
                connection,
                self.shop.shop_id,
                conversation_id=receipt.conversation_id,
                direction=Direction.OUTGOING,
            )
        )

    def suggested(self, receipt: Receipt) -> list[SuggestionRecord]:
        return self.database.read_now(
            lambda connection: suggestions(
                connection,
                self.shop.shop_id,
                conversation_id=receipt.conversation_id,
            )
        )

    def phase(self, receipt: Receipt) -> ConversationPhase:
        return self.database.read_now(
            lambda connection: conversation(
                connection, self.shop.shop_id, receipt.conversation_id
            )
        ).phase


@pytest.fixture(name="counter")
def _counter(
    database: Database, shop: ShopRecord, shops: Shops, clock: SettableClock
) -> Counter:
    return Counter(database, shop, shops, clock)


class TestTurnHandler:
    async def test_replies_and_marks_the_turn_as_handled(
        self, counter: Counter
    ) -> None:
        turn, receipt = counter.turn("在吗")

        outcome = await counter.handler(turn)

        assert outcome is not None
        assert outcome.band is Band.AUTO
        stored = counter.replies(receipt)
        assert [it.text for it in outcome.replies] == [it.text for it in stored]
        assert [it.message_id for it in outcome.replies] == [
            it.message_id for it in stored
        ]
        assert {it.sender for it in outcome.replies} <= {
            Sender.ASSISTANT,
            Sender.SYSTEM,
        }
        assert counter.database.read_now(unhandled_messages) == []
        assert counter.woken == 1

    async def test_a_turn_is_handled_once(self, counter: Counter) -> None:
        turn, receipt = counter.turn("在吗")
        first = await counter.handler(turn)

        again = await counter.handler(turn)

        assert first is not None
        assert again is None
        assert len(counter.replies(receipt)) == len(first.replies)

    async def test_remembers_the_conversation_from_turn_to_turn(
        self, counter: Counter
    ) -> None:
        first_turn, receipt = counter.turn("在吗")
        first = await counter.handler(first_turn)
        second_turn, _ = counter.turn("在吗")

        second = await counter.handler(second_turn)

        assert first is not None
        assert second is not None
        assert not {it.text for it in first.replies} & {
            it.text for it in second.replies
        }
        assert len(counter.replies(receipt)) == (
            len(first.replies) + len(second.replies)
        )

    async def test_decides_again_when_a_person_took_over_meanwhile(
        self, counter: Counter
    ) -> None:
        first_turn, receipt = counter.turn("在吗")
        await counter.handler(first_turn)
        before = counter.replies(receipt)
        turn, _ = counter.turn("有优惠券吗")
        counter.take_over(receipt)

        outcome = await counter.handler(turn)

        assert outcome is not None
        assert outcome.replies == ()
        assert counter.replies(receipt) == before
        assert counter.suggested(receipt)

    async def test_wakes_nobody_where_replies_are_fetched(
        self, counter: Counter
    ) -> None:
        counter.connector.is_read = True
        turn, receipt = counter.turn("在吗")

        await counter.handler(turn)

        assert counter.replies(receipt)
        assert counter.woken == 0

    async def test_a_turn_that_broke_it_often_goes_to_a_person(
        self, counter: Counter
    ) -> None:
        turn, receipt = counter.turn("在吗")

        outcome = await counter.handler(turn, 3)

        assert outcome is not None
        assert outcome.band is Band.HAND_OVER
        assert len(outcome.replies) == 1
        assert counter.phase(receipt) is ConversationPhase.HANDED_OVER

    async def test_an_opt_out_is_obeyed_although_nothing_can_be_understood(
        self, counter: Counter
    ) -> None:
        turn, receipt = counter.turn("退订")

        outcome = await counter.handler(turn, 3)

        assert outcome is not None
        assert counter.phase(receipt) is ConversationPhase.OPEN
        texts = counter.shops.by_id(turn.shop_id).library.pack.texts
        assert [reply.text for reply in outcome.replies] == [texts.opt_out_done[0]]

    async def test_a_turn_that_broke_it_twice_is_tried_again(
        self, counter: Counter
    ) -> None:
        turn, _ = counter.turn("在吗")

        outcome = await counter.handler(turn, 2)

        assert outcome is not None
        assert outcome.band is Band.AUTO

    async def test_a_shop_that_wants_no_replies_gets_suggestions(
        self, counter: Counter
    ) -> None:
        counter.database.write_now(
            lambda connection: set_shop(
                connection,
                counter.shop.shop_id,
                changes=ShopChanges(mode=ShopMode.ASSIST),
            )
        )
        await counter.shops.refresh()
        turn, receipt = counter.turn("什么时候发货")

        await counter.handler(turn)

        assert counter.suggested(receipt)

    async def test_does_not_know_another_shop(self, counter: Counter) -> None:
        turn, _ = counter.turn("在吗")
        stranger = Turn(
            shop_id=99,
            conversation_id=turn.conversation_id,
            message_ids=turn.message_ids,
            text="在吗",
        )

        with pytest.raises(NotFoundError):
            await counter.handler(stranger)
