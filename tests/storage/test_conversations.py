"""Whether taking over and giving back are told once and count as changes."""

from datetime import datetime, timedelta

import pytest

from bot.errors import NotFoundError, NotPermittedError
from bot.messages import OutgoingMessage, Sender
from storage.database import Database
from storage.queries.conversations import (
    ConversationRecord,
    conversation,
    messages_after,
)
from storage.queries.shops import ShopRecord
from storage.queries.tickets import ticket
from storage.repositories.conversations import (
    DueRelease,
    agent_message,
    due_releases,
    extend_take_over,
    release,
    system_message,
    take_over,
)
from storage.states import ConversationPhase
from tests.databases import (
    NOW,
    commit,
    make_person,
    make_shop,
    make_ticket_action,
    take,
)

MINUTE = timedelta(minutes=1)
UNTIL = NOW + 10 * MINUTE


class Floor:
    """A conversation and an agent in one shop; lives a test long."""

    def __init__(self, database: Database, shop: ShopRecord) -> None:
        self.database = database
        self.shop = shop
        self.receipt = take(database, shop)
        self.conversation_id = self.receipt.conversation_id
        self.person_id = make_person(database)

    def take_over(self, *, person_id: int | None = None) -> int:
        return self.database.write_now(
            lambda conn: take_over(
                conn,
                self.shop.shop_id,
                conversation_id=self.conversation_id,
                person_id=self.person_id if person_id is None else person_id,
                until=UNTIL,
                now=NOW,
            )
        )

    def say(self, *, until: datetime = UNTIL) -> OutgoingMessage:
        return self.database.write_now(
            lambda conn: agent_message(
                conn,
                self.shop.shop_id,
                conversation_id=self.conversation_id,
                person_id=self.person_id,
                text="我来帮您看",
                until=until,
                now=NOW,
            )
        )

    def due(self, now: datetime) -> list[DueRelease]:
        return self.database.write_now(
            lambda conn: due_releases(conn, now=now, notice=MINUTE)
        )

    def now(self) -> ConversationRecord:
        return self.database.read_now(
            lambda conn: conversation(conn, self.shop.shop_id, self.conversation_id)
        )


@pytest.fixture
def floor(database: Database, shop: ShopRecord) -> Floor:
    """Return a fresh shop's floor."""
    return Floor(database, shop)


class TestTakeOver:
    def test_the_agent_serves_from_then_on(self, floor: Floor) -> None:
        version = floor.take_over()

        record = floor.now()
        assert record.phase is ConversationPhase.SERVED
        assert (record.served_by, record.served_until) == (floor.person_id, UNTIL)
        assert record.version == version == 1

    def test_a_conversation_of_another_shop_is_not_found(self, floor: Floor) -> None:
        floor.shop = make_shop(floor.database, slug="other")

        with pytest.raises(NotFoundError):
            floor.take_over()


class TestRelease:
    def test_the_assistant_serves_again(self, floor: Floor) -> None:
        floor.take_over()
        floor.database.write_now(
            lambda conn: release(
                conn,
                floor.shop.shop_id,
                conversation_id=floor.conversation_id,
                now=NOW,
            )
        )

        record = floor.now()
        assert (record.phase, record.served_by) == (ConversationPhase.OPEN, None)
        assert record.version == 2


class TestDueReleases:
    def test_the_agent_is_told_once_then_it_is_released(self, floor: Floor) -> None:
        floor.take_over()

        told = [
            [it.is_notice for it in floor.due(NOW + minutes * MINUTE)]
            for minutes in (8, 9, 9, 10, 11)
        ]

        assert told == [[], [True], [], [False], []]
        assert floor.now().phase is ConversationPhase.OPEN

    def test_an_agent_who_writes_puts_it_off(self, floor: Floor) -> None:
        floor.take_over()
        floor.due(NOW + 9 * MINUTE)

        floor.say(until=NOW + 19 * MINUTE)

        assert floor.due(NOW + 10 * MINUTE) == []
        assert [it.is_notice for it in floor.due(NOW + 18 * MINUTE)] == [True]


class TestExtendTakeOver:
    def test_only_who_serves_may(self, floor: Floor) -> None:
        floor.take_over(person_id=make_person(floor.database, user="mei"))

        with pytest.raises(NotPermittedError):
            floor.database.write_now(
                lambda conn: extend_take_over(
                    conn,
                    floor.shop.shop_id,
                    conversation_id=floor.conversation_id,
                    person_id=floor.person_id,
                    until=UNTIL,
                )
            )


class TestAgentMessage:
    def test_it_goes_to_the_buyer(self, floor: Floor) -> None:
        floor.take_over()

        message = floor.say()

        assert (message.sender, message.text) == (Sender.AGENT, "我来帮您看")
        assert (message.shop, message.buyer_ref) == ("demo", "buyer-1")

    def test_who_does_not_serve_may_not(self, floor: Floor) -> None:
        with pytest.raises(NotPermittedError):
            floor.say()

        records = floor.database.read_now(
            lambda conn: messages_after(
                conn, floor.shop.shop_id, conversation_id=floor.conversation_id
            )
        )
        assert [it.sender for it in records] == [Sender.BUYER]

    def test_it_is_the_first_answer_of_the_open_tickets(self, floor: Floor) -> None:
        commit(floor.database, floor.shop, [floor.receipt], make_ticket_action())
        floor.take_over()

        floor.say()

        record, _ = floor.database.read_now(
            lambda conn: ticket(conn, floor.shop.shop_id, "WL-000001")
        )
        assert record.first_answered_at == NOW


class TestSystemMessage:
    def test_it_is_the_systems(self, floor: Floor) -> None:
        message = floor.database.write_now(
            lambda conn: system_message(
                conn,
                floor.shop.shop_id,
                conversation_id=floor.conversation_id,
                text="小二继续为您服务",
                now=NOW,
            )
        )

        assert message.sender is Sender.SYSTEM


class TestMessagesAfter:
    def test_a_page_begins_after_the_last_one_seen(self, floor: Floor) -> None:
        second = take(floor.database, floor.shop, text="第二条")

        records = floor.database.read_now(
            lambda conn: messages_after(
                conn,
                floor.shop.shop_id,
                conversation_id=floor.conversation_id,
                after=floor.receipt.message_id,
            )
        )

        assert [it.message_id for it in records] == [second.message_id]
