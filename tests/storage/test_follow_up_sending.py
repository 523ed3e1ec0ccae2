"""Whether a follow-up is sent once, and what must not be sent never is."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.actions import HandOver, HandOverReason, UpdateConversation
from bot.errors import StaleStateError
from bot.follow_ups.plans import Kind
from storage.database import Database
from storage.queries.conversation_details import EventRecord, conversation_events
from storage.queries.conversations import conversation
from storage.queries.shops import ShopRecord
from storage.queries.tickets import ticket_by_id
from storage.queries.turns import load_conversation
from storage.repositories import follow_ups as desk
from storage.repositories import reviews
from storage.repositories.conversations import take_over
from storage.repositories.follow_ups import NewFollowUp, SilentQuestion
from storage.repositories.outbox import claim_deliveries
from storage.states import (
    CallBackResult,
    ConversationEventKind,
    ConversationPhase,
    FollowUpState,
)
from tests.databases import (
    NOW,
    commit,
    make_person,
    make_shop,
    opened,
    take,
)
from tests.storage.planner import DAY, LEASE, TEXT, WEEK, Planner, ask


@pytest.fixture
def it(database: Database, shop: ShopRecord) -> Planner:
    """Return a fresh shop's planner with one buyer."""
    return Planner(database, shop)


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


class TestNudges:
    def test_one_is_not_sent_to_who_has_just_written(self, it: Planner) -> None:
        receipt = take(it.database, it.shop)
        commit(it.database, it.shop, [receipt])
        it.plan(kind=Kind.NUDGE, conversation_id=receipt.conversation_id)
        claimed = it.claim_one()
        take(it.database, it.shop)

        with pytest.raises(StaleStateError):
            it.send(claimed)

    def test_what_is_promised_with_it_is_planned_with_it(self, it: Planner) -> None:
        it.plan(kind=Kind.NUDGE)
        then = NewFollowUp(
            buyer_id=it.buyer_id,
            plan_id="closing",
            kind=Kind.NUDGE,
            due_at=NOW + DAY,
        )

        it.send(it.claim_one(), message=replace(TEXT, then=then))

        assert [(one.plan_id, one.state) for one in it.all()] == [
            ("update", FollowUpState.SENT),
            ("closing", FollowUpState.PLANNED),
        ]

    def test_one_that_ends_the_conversation_says_why(self, it: Planner) -> None:
        it.plan(kind=Kind.NUDGE)

        sent = it.send(it.claim_one(), message=ENDING)

        state, events = read_end(it, sent.conversation_id)
        assert state is ConversationPhase.CLOSED
        assert [(one.kind, one.data) for one in events] == [
            (ConversationEventKind.CLOSED, {"reason": "买家没有再回复"})
        ]

    def test_who_waits_for_a_person_waits_on(self, it: Planner) -> None:
        receipt = take(it.database, it.shop)
        commit(it.database, it.shop, [receipt], HandOver(reason=HandOverReason.ASKED))
        it.plan(kind=Kind.NUDGE)

        sent = it.send(it.claim_one(), message=ENDING)

        state, _ = read_end(it, sent.conversation_id)
        assert state is ConversationPhase.HANDED_OVER


ENDING = replace(TEXT, closes_conversation=True, is_reminder=True)


def read_end(
    it: Planner, conversation_id: int
) -> tuple[ConversationPhase, list[EventRecord]]:
    """Return how a conversation stands, and what happened to it."""
    return it.database.read_now(
        lambda conn: (
            conversation(conn, it.shop_id, conversation_id).phase,
            conversation_events(conn, it.shop_id, conversation_id=conversation_id),
        )
    )


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


def silences(it: Planner, now: datetime) -> list[SilentQuestion]:
    return it.database.write_now(lambda conn: desk.silent_questions(conn, now=now))
