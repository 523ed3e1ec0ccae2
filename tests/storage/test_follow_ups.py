"""Whether what was promised is sent once, and what must not be sent never is."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.actions import BuyerAnswered, StopContact, UpdateConversation
from bot.errors import StaleStateError
from bot.facts import Item, Order, OrderState, Review
from bot.follow_ups.plans import Kind
from bot.messages import OutgoingMessage
from storage.database import Database
from storage.queries.follow_ups import FollowUpRecord, follow_ups, next_due_at
from storage.queries.shops import ShopRecord
from storage.queries.tickets import ticket_by_id
from storage.queries.turns import load_conversation
from storage.repositories import facts, reviews
from storage.repositories import follow_ups as desk
from storage.repositories.conversations import take_over
from storage.repositories.facts import ConsentFact
from storage.repositories.follow_ups import (
    ClaimedFollowUp,
    FollowUpMessage,
    NewFollowUp,
    SilentQuestion,
)
from storage.repositories.intake import ensure_buyers
from storage.repositories.outbox import claim_deliveries
from storage.repositories.tickets import Move, move, open_ticket
from storage.states import CallBackResult, FollowUpState
from tests.databases import (
    NOW,
    WORKFLOW,
    commit,
    make_person,
    make_shop,
    make_ticket_action,
    opened,
    take,
)

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
LEASE = timedelta(seconds=30)
TEXT = FollowUpMessage(text="您的包裹有新消息")


class Planner:
    """Short words for one buyer's follow-ups in one shop; lives a test long."""

    def __init__(self, database: Database, shop: ShopRecord) -> None:
        self.database = database
        self.shop = shop
        self.shop_id = shop.shop_id
        pair = ("signed_http", "buyer-1")
        self.buyer_id = database.write_now(
            lambda conn: ensure_buyers(conn, self.shop_id, names={pair: None}, now=NOW)
        )[pair]

    def plan(
        self, *, kind: Kind = Kind.SERVICE, due_at: datetime = NOW, **more: object
    ) -> int | None:
        value = NewFollowUp(
            buyer_id=self.buyer_id,
            plan_id="update",
            kind=kind,
            due_at=due_at,
            **more,  # type: ignore[arg-type]
        )
        return self.database.write_now(
            lambda conn: desk.plan(conn, self.shop_id, value=value, now=NOW)
        )

    def claim(self, *, now: datetime = NOW, owner: str = "me") -> list[ClaimedFollowUp]:
        return self.database.write_now(
            lambda conn: desk.claim_due(
                conn, owner=owner, now=now, lease=LEASE, limit=10
            )
        )

    def claim_one(self, *, now: datetime = NOW) -> ClaimedFollowUp:
        (claimed,) = self.claim(now=now)
        return claimed

    def send(
        self,
        claimed: ClaimedFollowUp,
        *,
        message: FollowUpMessage = TEXT,
        now: datetime = NOW,
    ) -> OutgoingMessage:
        return self.database.write_now(
            lambda conn: desk.finish_sent(
                conn,
                self.shop_id,
                claimed=claimed,
                message=message,
                marketing_gap=WEEK,
                now=now,
            )
        )

    def consent(self, *, is_given: bool = True, told_at: datetime = NOW) -> None:
        value = ConsentFact(
            connector="signed_http",
            buyer_ref="buyer-1",
            is_given=is_given,
            source="注册页",
        )
        self.database.write_now(
            lambda conn: facts.put_consent(
                conn, self.shop_id, value=value, told_at=told_at, now=NOW
            )
        )

    def stop(self) -> None:
        receipt = take(self.database, self.shop)
        commit(self.database, self.shop, [receipt], StopContact(words="退订"))

    def all(self) -> list[FollowUpRecord]:
        return self.database.read_now(lambda conn: follow_ups(conn, self.shop_id))

    def only(self) -> FollowUpRecord:
        (record,) = self.all()
        return record

    def ticket(self) -> int:
        """Open a ticket, solve it, and return its id."""

        def unit(conn: Connection) -> int:
            opened_ticket = open_ticket(
                conn,
                self.shop_id,
                action=make_ticket_action(),
                buyer_id=self.buyer_id,
                conversation_id=None,
                now=NOW,
            )
            change = Move(number=opened_ticket.number, to="solved", by=None)
            move(
                conn,
                self.shop_id,
                change=change,
                workflow=WORKFLOW,
                now=NOW,
                working_shift=lambda due, since, until: due,
            )
            return opened_ticket.ticket_id

        return self.database.write_now(unit)

    def review(self) -> int:
        """Tell a bad review of an order of this buyer and return its row id."""
        order = Order(order_id="o-1", buyer_ref="buyer-1", state=OrderState.SIGNED)
        review = Review(
            review_id="r-1", order_id="o-1", stars=1, text="差", created_at=NOW
        )

        def unit(conn: Connection) -> int:
            facts.put_order(conn, self.shop_id, value=order, told_at=NOW, now=NOW)
            told = facts.put_review(
                conn,
                self.shop_id,
                value=review,
                told_at=NOW,
                now=NOW,
                connector="signed_http",
            )
            return told.review_row_id

        return self.database.write_now(unit)


@pytest.fixture
def it(database: Database, shop: ShopRecord) -> Planner:
    """Return a fresh shop's planner with one buyer."""
    return Planner(database, shop)


class TestPlan:
    def test_a_key_is_planned_once(self, it: Planner) -> None:
        first, second = it.plan(dedupe_key="k"), it.plan(dedupe_key="k")

        assert first is not None
        assert second is None

    def test_what_was_sent_is_not_planned_again(self, it: Planner) -> None:
        it.plan(dedupe_key="k")
        it.send(it.claim_one())

        assert it.plan(dedupe_key="k") is None

    def test_what_was_cancelled_may_be_planned_again(self, it: Planner) -> None:
        it.plan(dedupe_key="k", kind=Kind.NUDGE)
        commit(it.database, it.shop, [take(it.database, it.shop)], BuyerAnswered())

        assert it.plan(dedupe_key="k") is not None

    def test_another_shop_may_have_the_same_key(self, it: Planner) -> None:
        other = Planner(it.database, make_shop(it.database, slug="other"))
        it.plan(dedupe_key="k")

        assert other.plan(dedupe_key="k") is not None


class TestClaimDue:
    def test_what_is_not_due_is_left(self, it: Planner) -> None:
        it.plan(due_at=NOW + DAY)

        assert it.claim() == []
        assert it.database.read_now(next_due_at) == NOW + DAY

    def test_the_earliest_come_first(self, it: Planner) -> None:
        for hours in (1, 3, 2):
            it.plan(due_at=NOW - timedelta(hours=hours), order_ref=str(hours))

        assert [claimed.order_ref for claimed in it.claim()] == ["3", "2", "1"]

    def test_what_is_claimed_is_not_claimed_again(self, it: Planner) -> None:
        it.plan()
        it.claim()

        assert it.claim(owner="other") == []

    def test_after_the_lease_it_is_due_again(self, it: Planner) -> None:
        it.plan()
        it.claim()

        (again,) = it.claim(owner="other", now=NOW + LEASE)

        assert again.owner == "other"

    def test_it_has_everything_that_the_stop_rules_ask(self, it: Planner) -> None:
        ticket_id, review_id = it.ticket(), it.review()
        item = Item(item_id="i-1", title="羽绒服", stock=3)
        it.database.write_now(
            lambda conn: facts.put_item(
                conn, it.shop_id, value=item, told_at=NOW, now=NOW
            )
        )
        it.consent()
        it.plan(
            order_ref="o-1", item_ref="i-1", ticket_id=ticket_id, review_id=review_id
        )

        claimed = it.claim_one()

        assert (claimed.shop, claimed.buyer_ref) == ("demo", "buyer-1")
        assert claimed.order is not None
        assert claimed.order.state is OrderState.SIGNED
        assert claimed.item == item
        assert claimed.ticket is not None
        assert claimed.ticket.number == "WL-000001"
        assert claimed.review is not None
        assert claimed.review.stars == 1
        assert claimed.has_consent
        assert not claimed.is_opted_out
        assert not claimed.is_served
        assert claimed.last_marketing_at is None

    def test_facts_of_another_shop_are_not_mixed_in(self, it: Planner) -> None:
        other = Planner(it.database, make_shop(it.database, slug="other"))
        other.review()
        it.plan(order_ref="o-1")

        assert it.claim_one().order is None

    async def test_two_processes_never_claim_the_same(self, url: str) -> None:
        with opened(url) as one, opened(url) as two:
            planner = Planner(one, make_shop(one))
            for _ in range(40):
                planner.plan()

            claims = await asyncio.gather(
                *(
                    database.write(
                        lambda conn, number=number: desk.claim_due(  # type: ignore[misc]
                            conn, owner=str(number), now=NOW, lease=LEASE, limit=5
                        ),
                        key=number,
                    )
                    for number in range(6)
                    for database in (one, two)
                )
            )

            ids = [claimed.follow_up_id for batch in claims for claimed in batch]
        assert len(ids) == len(set(ids)) == 40


class TestFinishSent:
    def test_message_delivery_and_state_are_stored_together(self, it: Planner) -> None:
        it.plan()

        outgoing = it.send(it.claim_one())

        record = it.only()
        assert record.state is FollowUpState.SENT
        assert (record.message_id, record.sent_at) == (outgoing.message_id, NOW)
        (delivery,) = it.database.write_now(
            lambda conn: claim_deliveries(
                conn, owner="me", now=NOW, lease=LEASE, limit=10
            )
        )
        assert delivery.message == outgoing
        assert delivery.follow_up_id == record.follow_up_id

    def test_it_is_sent_once(self, it: Planner) -> None:
        it.plan()
        claimed = it.claim_one()
        it.send(claimed)

        with pytest.raises(StaleStateError):
            it.send(claimed)

    def test_who_lost_the_lease_may_not_send(self, it: Planner) -> None:
        it.plan()
        claimed = it.claim_one()
        it.claim(owner="other", now=NOW + LEASE)

        with pytest.raises(StaleStateError):
            it.send(claimed)

    def test_an_opt_out_meanwhile_stops_it(self, it: Planner) -> None:
        it.plan()
        claimed = it.claim_one()
        it.stop()

        with pytest.raises(StaleStateError):
            it.send(claimed)

        assert it.only().state is FollowUpState.CANCELLED

    def test_a_take_over_meanwhile_stops_it(self, it: Planner) -> None:
        receipt = take(it.database, it.shop)
        person_id = make_person(it.database)
        it.plan()
        claimed = it.claim_one()
        it.database.write_now(
            lambda conn: take_over(
                conn,
                it.shop_id,
                conversation_id=receipt.conversation_id,
                person_id=person_id,
                until=NOW + DAY,
                now=NOW,
            )
        )

        with pytest.raises(StaleStateError):
            it.send(claimed)

    def test_a_refused_review_is_never_spoken_of_again(self, it: Planner) -> None:
        review_id = it.review()
        it.plan(review_id=review_id)
        it.plan(review_id=review_id)
        claimed = it.claim()[0]
        it.database.write_now(
            lambda conn: reviews.refuse(
                conn, it.shop_id, buyer_id=it.buyer_id, review_row_id=None, now=NOW
            )
        )

        with pytest.raises(StaleStateError):
            it.send(claimed)

        assert {record.state for record in it.all()} == {FollowUpState.CANCELLED}

    def test_marketing_without_consent_is_not_sent(self, it: Planner) -> None:
        it.plan(kind=Kind.MARKETING)

        with pytest.raises(StaleStateError):
            it.send(it.claim_one())

    def test_marketing_after_the_consent_was_withdrawn_is_not_sent(
        self, it: Planner
    ) -> None:
        it.consent()
        it.plan(kind=Kind.MARKETING)
        claimed = it.claim_one()
        it.consent(is_given=False, told_at=NOW + LEASE)

        with pytest.raises(StaleStateError):
            it.send(claimed)

    def test_marketing_is_sent_again_only_after_the_gap(self, it: Planner) -> None:
        it.consent()
        for _ in range(2):
            it.plan(kind=Kind.MARKETING)
        first, second = it.claim()
        it.send(first)

        with pytest.raises(StaleStateError):
            it.send(second, now=NOW + WEEK - LEASE)
        it.send(second, now=NOW + WEEK)

    async def test_at_the_same_time_the_cap_holds(self, url: str) -> None:
        with opened(url) as one, opened(url) as two:
            planner = Planner(one, make_shop(one))
            planner.consent()
            for _ in range(8):
                planner.plan(kind=Kind.MARKETING)
            claims = planner.claim()

            results = await asyncio.gather(
                *(
                    (one, two)[number % 2].write(
                        lambda conn, claimed=claimed: desk.finish_sent(  # type: ignore[misc]
                            conn,
                            planner.shop_id,
                            claimed=claimed,
                            message=TEXT,
                            marketing_gap=WEEK,
                            now=NOW,
                        ),
                        key=number,
                    )
                    for number, claimed in enumerate(claims)
                ),
                return_exceptions=True,
            )

        stale = [it for it in results if isinstance(it, StaleStateError)]
        assert len(results) == 8
        assert len(stale) == 7

    def test_its_question_is_asked_in_the_conversation(self, it: Planner) -> None:
        ticket_id = it.ticket()
        it.plan(ticket_id=ticket_id)

        outgoing = ask(it)

        loaded = it.database.read_now(
            lambda conn: load_conversation(
                conn, it.shop_id, conversation_id=outgoing.conversation_id
            )
        )
        assert loaded.state.asked is not None
        assert loaded.state.asked.question_id == "is_solved"
        assert loaded.state.asked.ticket_id == ticket_id


class TestWithheld:
    def test_overtaken_by_a_person_it_is_planned_again(self, it: Planner) -> None:
        receipt = take(it.database, it.shop)
        it.plan()
        ask(it)
        until = NOW + timedelta(minutes=10)
        person_id = make_person(it.database)
        it.database.write_now(
            lambda conn: take_over(
                conn,
                it.shop_id,
                conversation_id=receipt.conversation_id,
                person_id=person_id,
                until=until,
                now=NOW,
            )
        )

        claimed = it.database.write_now(
            lambda conn: claim_deliveries(
                conn, owner="me", now=NOW, lease=LEASE, limit=10
            )
        )

        record = it.only()
        assert claimed == []
        assert (record.state, record.due_at) == (FollowUpState.PLANNED, until)
        assert record.deferred_from == NOW
        loaded = it.database.read_now(
            lambda conn: load_conversation(
                conn, it.shop_id, conversation_id=receipt.conversation_id
            )
        )
        assert loaded.state.asked is None


class TestDefer:
    def test_the_first_due_time_is_kept(self, it: Planner) -> None:
        it.plan()
        for days in (1, 2):
            claimed = it.claim_one(now=NOW + (days - 1) * DAY)
            assert it.database.write_now(
                lambda conn, claimed=claimed, days=days: desk.defer(  # type: ignore[misc]
                    conn,
                    it.shop_id,
                    claimed=claimed,
                    to=NOW + days * DAY,
                    reason="window",
                )
            )

        record = it.only()
        assert (record.due_at, record.deferred_from) == (NOW + 2 * DAY, NOW)
        assert (record.state, record.reason) == (FollowUpState.PLANNED, "window")


class TestSkipAndEnd:
    @pytest.mark.parametrize(
        ("finish", "state"),
        [(desk.skip, FollowUpState.SKIPPED), (desk.end, FollowUpState.ENDED)],
    )
    def test_the_reason_is_kept(
        self, it: Planner, finish: Callable[..., bool], state: FollowUpState
    ) -> None:
        it.plan()
        claimed = it.claim_one()

        assert it.database.write_now(
            lambda conn: finish(conn, it.shop_id, claimed=claimed, reason="why")
        )
        assert (it.only().state, it.only().reason) == (state, "why")

    def test_who_lost_the_lease_changes_nothing(self, it: Planner) -> None:
        it.plan()
        claimed = it.claim_one()
        it.claim(owner="other", now=NOW + LEASE)

        assert not it.database.write_now(
            lambda conn: desk.skip(conn, it.shop_id, claimed=claimed, reason="why")
        )
        assert it.only().state is FollowUpState.CLAIMED


class TestCancel:
    def test_it_must_be_said_whose(self, it: Planner) -> None:
        with pytest.raises(ValueError, match="whose"):
            it.database.write_now(
                lambda conn: desk.cancel(conn, it.shop_id, reason="all")
            )

    def test_every_given_condition_must_fit(self, it: Planner) -> None:
        it.plan(order_ref="o-1")
        it.plan(order_ref="o-2")

        count = it.database.write_now(
            lambda conn: desk.cancel(
                conn,
                it.shop_id,
                order_ref="o-1",
                plan_ids=["update", "other"],
                reason="obsolete",
            )
        )

        assert count == 1
        assert [it_.state for it_ in it.all()] == [
            FollowUpState.CANCELLED,
            FollowUpState.PLANNED,
        ]


class TestReleaseClaims:
    def test_what_a_killed_process_held_is_due_at_once(self, it: Planner) -> None:
        it.plan()
        it.claim(owner="killed")

        assert it.database.write_now(desk.release_claims) == 1
        assert len(it.claim()) == 1


class TestSilentQuestions:
    def test_silence_is_recorded_once_on_follow_up_ticket_and_conversation(
        self, it: Planner
    ) -> None:
        ticket_id = it.ticket()
        it.plan(ticket_id=ticket_id)
        outgoing = ask(it)

        early = silences(it, NOW + DAY)
        found = silences(it, NOW + 3 * DAY)
        again = silences(it, NOW + 4 * DAY)

        assert (early, again) == ([], [])
        (silence,) = found
        assert silence.ticket_id == ticket_id
        assert it.only().answer == "silent"
        record, loaded = it.database.read_now(
            lambda conn: (
                ticket_by_id(conn, it.shop_id, ticket_id),
                load_conversation(
                    conn, it.shop_id, conversation_id=outgoing.conversation_id
                ),
            )
        )
        assert record.call_back_result is CallBackResult.SILENT
        assert loaded.state.asked is None

    def test_a_question_that_was_answered_is_not_silent(self, it: Planner) -> None:
        it.plan()
        ask(it)
        state = UpdateConversation(
            misses=0,
            is_greeted=True,
            last_intent=None,
            used_variants=(),
            is_question_closed=True,
        )
        commit(it.database, it.shop, [take(it.database, it.shop)], state)

        assert silences(it, NOW + 9 * DAY) == []
        assert it.only().answered_at == NOW


def ask(it: Planner) -> OutgoingMessage:
    """Send what is due, with a question that waits three days."""
    message = FollowUpMessage(
        text="解决了吗", question_id="is_solved", answer_within=3 * DAY
    )
    return it.send(it.claim_one(), message=message)


def silences(it: Planner, now: datetime) -> list[SilentQuestion]:
    return it.database.write_now(lambda conn: desk.silent_questions(conn, now=now))
