"""Whether the care for a bad review goes its way once, and ends when it is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bot.actions import RefuseReview
from bot.facts import Order, OrderState, Review
from bot.follow_ups.plans import Kind
from storage.database import Database
from storage.queries.facts import ReviewRecord, items, orders, review, reviews
from storage.queries.follow_ups import follow_ups
from storage.queries.shops import ShopRecord
from storage.queries.turns import load_conversation
from storage.repositories import facts
from storage.repositories.follow_ups import (
    FollowUpMessage,
    NewFollowUp,
    claim_due,
    finish_sent,
    plan,
)
from storage.repositories.tickets import open_ticket, record_cause
from storage.states import FollowUpState, ReviewState
from tests.databases import NOW, commit, make_ticket_action, take

BUYER = "buyer-1"


class Care:
    """Bad reviews of one buyer in one shop; lives a test long."""

    def __init__(self, database: Database, shop: ShopRecord) -> None:
        self.database = database
        self.shop = shop
        self.shop_id = shop.shop_id

    def tell(self, review_id: str) -> int:
        """Tell a bad review of an order of its own, with its ticket."""

        def unit(conn: Connection) -> int:
            order = Order(
                order_id=f"of {review_id}", buyer_ref=BUYER, state=OrderState.SIGNED
            )
            facts.put_order(conn, self.shop_id, value=order, told_at=NOW, now=NOW)
            told = facts.put_review(
                conn,
                self.shop_id,
                value=Review(
                    review_id=review_id,
                    order_id=order.order_id,
                    stars=1,
                    text="差",
                    created_at=NOW,
                ),
                told_at=NOW,
                now=NOW,
                connector="signed_http",
            )
            assert told.buyer_id is not None
            ticket = open_ticket(
                conn,
                self.shop_id,
                action=make_ticket_action(order_ref=order.order_id),
                buyer_id=told.buyer_id,
                conversation_id=told.conversation_id,
                now=NOW,
            )
            facts.attach_review_ticket(
                conn,
                self.shop_id,
                review_row_id=told.review_row_id,
                ticket_id=ticket.ticket_id,
            )
            return told.review_row_id

        return self.database.write_now(unit)

    def know_cause(self, number: str = "WL-000001") -> tuple[int, ...]:
        return self.database.write_now(
            lambda conn: record_cause(
                conn, self.shop_id, number=number, cause="色差", by=None, now=NOW
            )
        )

    def contact(self, review_id: int, *, question_id: str | None = None) -> None:
        """Plan the contact about a review and send it."""

        def unit(conn: Connection) -> None:
            buyer_id = self.state(review_id).buyer_id
            assert buyer_id is not None
            value = NewFollowUp(
                buyer_id=buyer_id,
                plan_id="review_contact",
                kind=Kind.SERVICE,
                due_at=NOW,
                review_id=review_id,
            )
            plan(conn, self.shop_id, value=value, now=NOW)
            (claimed,) = claim_due(
                conn, owner="me", now=NOW, lease=timedelta(seconds=30), limit=10
            )
            finish_sent(
                conn,
                self.shop_id,
                claimed=claimed,
                message=FollowUpMessage(text="帮您处理", question_id=question_id),
                marketing_gap=timedelta(days=7),
                now=NOW,
            )

        self.database.write_now(unit)

    def refuse(self) -> None:
        """Have the buyer say no in a turn."""
        receipt = take(self.database, self.shop)
        commit(self.database, self.shop, [receipt], RefuseReview())

    def state(self, review_id: int) -> ReviewRecord:
        record = self.database.read_now(
            lambda conn: review(conn, self.shop_id, review_id)
        )
        assert record is not None
        return record


@pytest.fixture
def care(database: Database, shop: ShopRecord) -> Care:
    """Return the care for reviews in a fresh shop."""
    return Care(database, shop)


class TestRecordCause:
    def test_it_names_the_reviews_that_may_be_contacted(self, care: Care) -> None:
        row_id = care.tell("r-1")

        assert care.know_cause() == (row_id,)
        assert care.state(row_id).cause == "色差"
        assert care.state(row_id).state is ReviewState.CAUSE_KNOWN

    def test_a_review_of_another_ticket_is_not_meant(self, care: Care) -> None:
        care.tell("r-1")
        other = care.tell("r-2")

        care.know_cause("WL-000001")

        assert care.state(other).state is ReviewState.TOLD

    def test_a_refused_one_is_not_contacted_any_more(self, care: Care) -> None:
        row_id = care.tell("r-1")
        care.refuse()

        assert care.know_cause() == ()
        assert care.state(row_id).state is ReviewState.REFUSED

    def test_a_contacted_one_is_not_contacted_again(self, care: Care) -> None:
        row_id = care.tell("r-1")
        care.know_cause()
        care.contact(row_id)

        assert care.know_cause() == ()
        assert care.state(row_id).contacted_at == NOW


class TestRefuseReview:
    def test_what_was_asked_about_is_what_is_refused(self, care: Care) -> None:
        asked, other = care.tell("r-1"), care.tell("r-2")
        care.contact(asked, question_id="may_we_help")

        care.refuse()

        assert care.state(asked).state is ReviewState.REFUSED
        assert care.state(asked).refused_at == NOW
        assert care.state(other).state is ReviewState.TOLD

    def test_without_a_question_all_of_the_buyer_are_refused(self, care: Care) -> None:
        rows = [care.tell("r-1"), care.tell("r-2")]

        care.refuse()

        assert {care.state(row).state for row in rows} == {ReviewState.REFUSED}

    def test_what_was_planned_for_it_is_cancelled(self, care: Care) -> None:
        row_id = care.tell("r-1")
        buyer_id = care.state(row_id).buyer_id
        assert buyer_id is not None
        value = NewFollowUp(
            buyer_id=buyer_id,
            plan_id="review_contact",
            kind=Kind.SERVICE,
            due_at=NOW,
            review_id=row_id,
        )
        care.database.write_now(
            lambda conn: plan(conn, care.shop_id, value=value, now=NOW)
        )

        care.refuse()

        (record,) = care.database.read_now(lambda conn: follow_ups(conn, care.shop_id))
        assert (record.state, record.reason) == (
            FollowUpState.CANCELLED,
            "review_refused",
        )


class TestLoadConversation:
    def test_it_says_whether_a_review_is_being_worked_on(self, care: Care) -> None:
        receipt = take(care.database, care.shop)

        def is_open() -> bool:
            loaded = care.database.read_now(
                lambda conn: load_conversation(
                    conn, care.shop_id, conversation_id=receipt.conversation_id
                )
            )
            return loaded.buyer.has_open_review

        seen = [is_open()]
        care.tell("r-1")
        seen.append(is_open())
        care.refuse()
        seen.append(is_open())

        assert seen == [False, True, False]


class TestLists:
    def test_the_newest_come_first(self, care: Care) -> None:
        for review_id in ("r-1", "r-2"):
            care.tell(review_id)

        listed, ordered, goods = care.database.read_now(
            lambda conn: (
                reviews(conn, care.shop_id),
                orders(conn, care.shop_id),
                items(conn, care.shop_id),
            )
        )

        assert [it.review.review_id for it in listed] == ["r-2", "r-1"]
        assert [it.order_id for it in ordered] == ["of r-2", "of r-1"]
        assert goods == []
