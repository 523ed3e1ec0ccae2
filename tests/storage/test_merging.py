"""Whether everything of an anonymous buyer goes to who they are: once, and again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select, update

from bot.actions import StopContact
from bot.errors import StaleStateError
from bot.follow_ups.plans import Kind
from storage.database import Database
from storage.queries.conversations import conversation, messages_after
from storage.queries.follow_ups import follow_ups
from storage.queries.shops import ShopRecord
from storage.queries.tickets import ticket, tickets
from storage.repositories import facts
from storage.repositories import follow_ups as desk
from storage.repositories.buyers import MARKETING, has_consent, is_suppressed
from storage.repositories.conversations import take_over
from storage.repositories.devices import bind_device, device
from storage.repositories.facts import ConsentFact
from storage.repositories.follow_ups import NewFollowUp
from storage.repositories.merging import MergedBuyer, merge, tables_with
from storage.repositories.ratings import rate
from storage.states import ConversationPhase, FollowUpState
from storage.tables import BuyerRow, ConversationEventRow, ConversationRow, table_of
from tests.databases import (
    NOW,
    buyer_id_of,
    commit,
    make_person,
    make_ticket_action,
    take,
)

LATER = NOW + timedelta(minutes=5)


class Two:
    """An anonymous buyer and the one they turn out to be."""

    def __init__(self, database: Database, shop: ShopRecord) -> None:
        self.database = database
        self.shop = shop
        self.shop_id = shop.shop_id
        self.source = self.say("anon-1", "匿名说的")
        self.anonymous_id = buyer_id_of(database, shop, self.source)

    def say(self, ref: str, text: str) -> int:
        """Let somebody say something; returns the conversation."""
        return take(self.database, self.shop, text=text, buyer_ref=ref).conversation_id

    def merge(self, ref: str = "u1") -> MergedBuyer:
        return self.database.write_now(
            lambda conn: merge(
                conn,
                self.shop_id,
                anonymous_id=self.anonymous_id,
                names={("signed_http", ref): "小王"},
                closed_state="closed",
                now=LATER,
            )
        )

    def write(self, unit: Callable[[Connection], object]) -> None:
        self.database.write_now(unit)

    def texts(self, conversation_id: int | None) -> list[str]:
        assert conversation_id is not None
        return [
            it.text
            for it in self.database.read_now(
                lambda conn: messages_after(
                    conn, self.shop_id, conversation_id=conversation_id
                )
            )
        ]

    def count(self, table_row: type[ConversationEventRow]) -> int:
        table = table_of(table_row)
        return self.database.read_now(
            lambda conn: conn.execute(
                select(func.count())
                .select_from(table)
                .where(table.c.shop_id == self.shop_id)
            ).scalar_one()
        )


@pytest.fixture(name="two")
def _two(database: Database, shop: ShopRecord) -> Two:
    return Two(database, shop)


class TestTables:
    def test_these_move_with_the_buyer(self) -> None:
        assert {table.name for table in tables_with("buyer_id")} == {
            "chat_devices",
            "consents",
            "follow_ups",
            "incident_contacts",
            "media",
            "promises",
            "reveals",
            "reviews",
            "tickets",
        }

    def test_these_move_with_the_conversation(self) -> None:
        assert {table.name for table in tables_with("conversation_id")} == {
            "conversation_events",
            "deliveries",
            "follow_ups",
            "incident_contacts",
            "identity_checks",
            "identity_tries",
            "messages",
            "promises",
            "ratings",
            "suggestions",
            "tickets",
        }


class TestMerge:
    def test_a_new_buyer_gets_the_conversation(self, two: Two) -> None:
        merged = two.merge()

        assert two.texts(merged.conversation_id) == ["匿名说的"]
        assert two.texts(two.source) == []

    def test_a_known_buyer_gets_it_between_their_own_words(self, two: Two) -> None:
        target = two.say("u1", "之前说的")
        two.say("anon-1", "后来说的")

        merged = two.merge()

        assert merged.conversation_id == target
        assert two.texts(target) == ["匿名说的", "之前说的", "后来说的"]

    def test_again_it_changes_nothing(self, two: Two) -> None:
        first = two.merge()
        events = two.count(ConversationEventRow)

        second = two.merge()

        assert first == second
        assert two.count(ConversationEventRow) == events == 2

    def test_what_came_meanwhile_is_taken_along_the_next_time(self, two: Two) -> None:
        two.merge()
        two.say("anon-1", "晚到的")

        merged = two.merge()

        assert two.texts(merged.conversation_id) == ["匿名说的", "晚到的"]

    def test_a_buyer_of_another_shop_is_left_alone(self, two: Two) -> None:
        merged = two.merge("u2")

        assert two.texts(merged.conversation_id) == ["匿名说的"]
        assert two.merge("u2").buyer_id == merged.buyer_id

    def test_a_turn_that_was_being_decided_is_stale(
        self, two: Two, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop, buyer_ref="anon-1")
        two.merge()

        with pytest.raises(StaleStateError):
            commit(database, shop, [receipt])

    def test_who_is_served_stays_served(self, two: Two, database: Database) -> None:
        person_id = make_person(database)
        two.write(
            lambda conn: take_over(
                conn,
                two.shop_id,
                conversation_id=two.source,
                person_id=person_id,
                until=LATER,
                now=NOW,
            )
        )
        two.say("u1", "之前说的")

        merged = two.merge()

        after = database.read_now(
            lambda conn: conversation(conn, two.shop_id, merged.conversation_id or 0)
        )
        husk = database.read_now(
            lambda conn: conversation(conn, two.shop_id, two.source)
        )
        assert (after.phase, after.served_by) == (ConversationPhase.SERVED, person_id)
        assert (husk.phase, husk.served_by) == (ConversationPhase.CLOSED, None)

    def test_who_waits_keeps_the_earlier_place(
        self, two: Two, database: Database
    ) -> None:
        target = two.say("u1", "之前说的")
        table = table_of(ConversationRow)
        for conversation_id, since in ((two.source, NOW), (target, LATER)):
            two.write(
                lambda conn, it=conversation_id, at=since: conn.execute(  # type: ignore[misc]
                    update(table)
                    .where(table.c.shop_id == two.shop_id, table.c.id == it)
                    .values(state=ConversationPhase.HANDED_OVER, handed_over_at=at)
                )
            )

        two.merge()

        kept = database.read_now(
            lambda conn: conn.scalar(
                select(table.c.handed_over_at).where(
                    table.c.shop_id == two.shop_id, table.c.id == target
                )
            )
        )
        assert kept == NOW

    def test_an_opt_out_stays_one_and_ends_what_was_planned(
        self, two: Two, database: Database, shop: ShopRecord
    ) -> None:
        target = two.say("u1", "之前说的")
        known_id = buyer_id_of(database, shop, target)
        plan(two, known_id)
        receipt = take(database, shop, buyer_ref="anon-1")
        commit(database, shop, [receipt], StopContact(words="退订"))

        two.merge()

        assert database.read_now(
            lambda conn: is_suppressed(conn, two.shop_id, buyer_id=known_id)
        )
        (planned,) = database.read_now(lambda conn: follow_ups(conn, two.shop_id))
        assert planned.state is FollowUpState.CANCELLED

    def test_an_opt_out_of_the_known_one_ends_what_came_along(
        self, two: Two, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop, buyer_ref="u1")
        commit(database, shop, [receipt], StopContact(words="退订"))
        plan(two, two.anonymous_id)
        consent(two, "anon-1")

        merged = two.merge()

        (planned,) = database.read_now(lambda conn: follow_ups(conn, two.shop_id))
        assert (planned.state, planned.buyer_id) == (
            FollowUpState.CANCELLED,
            merged.buyer_id,
        )
        assert not database.read_now(
            lambda conn: has_consent(
                conn, two.shop_id, buyer_id=merged.buyer_id, purpose=MARKETING
            )
        )

    def test_a_ticket_comes_along(
        self, two: Two, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop, buyer_ref="anon-1")
        commit(database, shop, [receipt], make_ticket_action())

        merged = two.merge()

        (record,) = database.read_now(lambda conn: tickets(conn, two.shop_id))
        assert (record.buyer_id, record.conversation_id) == (
            merged.buyer_id,
            merged.conversation_id,
        )

    def test_of_two_tickets_for_one_problem_the_known_ones_stays_open(
        self, two: Two, database: Database, shop: ShopRecord
    ) -> None:
        for ref in ("u1", "anon-1"):
            receipt = take(database, shop, buyer_ref=ref)
            commit(database, shop, [receipt], make_ticket_action())

        merged = two.merge()

        known, closed = sorted(
            database.read_now(lambda conn: tickets(conn, two.shop_id)),
            key=lambda it: it.ticket_id,
        )
        assert (known.state, closed.state) == ("new", "closed")
        assert {known.buyer_id, closed.buyer_id} == {merged.buyer_id}
        _, events = database.read_now(
            lambda conn: ticket(conn, two.shop_id, known.number)
        )
        assert events[-1].kind == "repeated"

    def test_browser_rating_and_contact_come_along(
        self, two: Two, database: Database
    ) -> None:
        two.write(
            lambda conn: bind_device(
                conn,
                two.shop_id,
                token_hash=b"t",
                pair=("signed_http", "anon-1"),
                is_taking=False,
                now=NOW,
            )
        )
        two.write(
            lambda conn: rate(
                conn,
                two.shop_id,
                conversation_id=two.source,
                stars=4,
                reason="",
                now=NOW,
            )
        )

        merged = two.merge()

        known = database.read_now(lambda conn: device(conn, two.shop_id, b"t"))
        assert known is not None
        assert (known.buyer_ref, known.conversation_id) == (
            "u1",
            merged.conversation_id,
        )
        name = database.read_now(
            lambda conn: conn.scalar(
                select(table_of(BuyerRow).c.name).where(
                    table_of(BuyerRow).c.shop_id == two.shop_id,
                    table_of(BuyerRow).c.id == merged.buyer_id,
                )
            )
        )
        assert name == "小王"


def plan(two: Two, buyer_id: int) -> None:
    value = NewFollowUp(
        buyer_id=buyer_id, plan_id="update", kind=Kind.SERVICE, due_at=LATER
    )
    two.write(lambda conn: desk.plan(conn, two.shop_id, value=value, now=NOW))


def consent(two: Two, ref: str) -> None:
    value = ConsentFact(
        connector="signed_http", buyer_ref=ref, is_given=True, source="注册页"
    )
    two.write(
        lambda conn: facts.put_consent(
            conn, two.shop_id, value=value, told_at=NOW, now=NOW
        )
    )
