from typing import Any

import pytest

from benchmarks.durability.books import Books, FollowUp, Incoming, Outgoing
from benchmarks.durability.comparing import Comparison, compare, sort_journal
from benchmarks.durability.journal import (
    Acknowledged,
    Answered,
    AnyEntry,
    Behaviour,
    Killed,
    Planted,
    Received,
    Sent,
)


def make_outgoing(**changes: Any) -> Outgoing:
    values: dict[str, Any] = {
        "message_id": 10,
        "conversation_id": 1,
        "text": "亲，在的",
        "turn_first_id": 1,
        "created_at": "2026-01-01 00:00:00",
        "delivery_id": 5,
        "delivery_state": "delivered",
        "attempts": 1,
        "follow_up_id": None,
    }
    return Outgoing(**(values | changes))


def make_received(**changes: Any) -> Received:
    values: dict[str, Any] = {
        "at": 10.0,
        "receipt": 0,
        "delivery_id": 5,
        "message_id": 10,
        "conversation_id": 1,
        "text": "亲，在的",
        "behaviour": Behaviour.TAKE,
        "is_signed": True,
    }
    return Received(**(values | changes))


def make_journal(*more: AnyEntry) -> list[AnyEntry]:
    """One message, acknowledged, and its reply, taken and answered."""
    return [
        Sent(at=9.0, message_id="m1", buyer_id="b1"),
        Acknowledged(at=9.1, message_id="m1", is_accepted=True),
        make_received(),
        Answered(at=10.1, receipt=0),
        *more,
    ]


def make_books(**changes: Any) -> Books:
    values: dict[str, Any] = {
        "incoming": (Incoming(message_id="m1", is_handled=True),),
        "outgoing": (make_outgoing(),),
        "follow_ups": (),
    }
    return Books(**(values | changes))


def differences_of(comparison: Comparison) -> set[str]:
    return {name for name, found in comparison.differences.items() if found}


def compared(journal: list[AnyEntry], books: Books) -> Comparison:
    return compare(sort_journal(journal), books)


class TestCompareMessages:
    def test_an_honest_server_is_clean(self) -> None:
        comparison = compared(make_journal(), make_books())

        assert comparison.is_clean
        assert comparison.counts["messages acknowledged"] == 1
        assert comparison.counts["deliveries taken by the platform"] == 1

    def test_an_acknowledged_message_that_is_missing_is_found(self) -> None:
        books = make_books(incoming=())

        comparison = compared(make_journal(), books)

        assert differences_of(comparison) == {"acknowledged but missing"}
        assert not comparison.is_clean

    def test_a_message_stored_twice_is_found(self) -> None:
        row = Incoming(message_id="m1", is_handled=True)

        comparison = compared(make_journal(), make_books(incoming=(row, row)))

        assert differences_of(comparison) == {"stored more than once"}

    def test_a_message_nobody_sent_is_found(self) -> None:
        rows = (
            Incoming(message_id="m1", is_handled=True),
            Incoming(message_id="m2", is_handled=True),
        )

        comparison = compared(make_journal(), make_books(incoming=rows))

        assert differences_of(comparison) == {"stored but never sent"}

    def test_an_unhandled_message_is_found(self) -> None:
        books = make_books(incoming=(Incoming(message_id="m1", is_handled=False),))

        assert differences_of(compared(make_journal(), books)) == {"never handled"}

    def test_a_given_up_message_may_be_stored_or_not(self) -> None:
        journal = make_journal(Sent(message_id="m2", buyer_id="b1"))
        rows = make_books().incoming

        without = compared(journal, make_books())
        stored = (*rows, Incoming(message_id="m2", is_handled=True))
        with_it = compared(journal, make_books(incoming=stored))

        assert without.is_clean
        assert with_it.is_clean


class TestCompareReplies:
    def test_a_turn_answered_at_two_moments_is_found(self) -> None:
        again = make_outgoing(
            message_id=11, delivery_id=6, created_at="2026-01-01 00:00:09"
        )
        journal = make_journal(
            make_received(receipt=1, delivery_id=6, message_id=11),
            Answered(at=11.0, receipt=1),
        )

        comparison = compared(journal, make_books(outgoing=(make_outgoing(), again)))

        assert differences_of(comparison) == {"turn answered twice"}

    def test_a_message_without_delivery_is_found(self) -> None:
        row = make_outgoing(message_id=11, delivery_id=None, delivery_state=None)

        comparison = compared(
            make_journal(), make_books(outgoing=(make_outgoing(), row))
        )

        assert differences_of(comparison) == {"message without delivery"}

    @pytest.mark.parametrize("state", ["pending", "sending", "dead", "withheld"])
    def test_a_delivery_in_another_state_is_found(self, state: str) -> None:
        books = make_books(outgoing=(make_outgoing(delivery_state=state),))

        comparison = compared(make_journal(), books)

        assert differences_of(comparison) == {"not delivered at the end"}

    def test_a_delivery_recorded_before_it_was_sent_is_found(self) -> None:
        journal = make_journal()[:2]

        comparison = compared(journal, make_books())

        assert differences_of(comparison) == {"delivered but never received"}

    def test_a_refused_post_is_not_a_delivery(self) -> None:
        journal = [*make_journal()[:2], make_received(behaviour=Behaviour.REFUSE)]

        comparison = compared(journal, make_books())

        assert differences_of(comparison) == {"delivered but never received"}
        assert comparison.counts["refused by the platform"] == 1

    def test_a_post_that_was_never_committed_is_found(self) -> None:
        journal = make_journal(make_received(receipt=1, delivery_id=99))

        comparison = compared(journal, make_books())

        assert differences_of(comparison) == {"received but never committed"}

    def test_another_text_than_stored_is_found(self) -> None:
        books = make_books(outgoing=(make_outgoing(text="亲，不在"),))

        comparison = compared(make_journal(), books)

        assert differences_of(comparison) == {"received another text than stored"}

    @pytest.mark.parametrize(
        ("conversation_id", "expected"),
        [(1, {"overtaken by a newer message of its conversation"}), (2, set())],
    )
    def test_order_is_kept_within_a_conversation_only(
        self, conversation_id: int, expected: set[str]
    ) -> None:
        newer = make_received(
            receipt=0, delivery_id=6, message_id=11, conversation_id=conversation_id
        )
        journal = [*make_journal()[:2], newer, make_received(receipt=1)]
        row = make_outgoing(message_id=11, delivery_id=6, turn_first_id=2)

        comparison = compared(journal, make_books(outgoing=(make_outgoing(), row)))

        assert differences_of(comparison) == expected

    def test_a_wrong_signature_is_found(self) -> None:
        journal = [*make_journal()[:2], make_received(is_signed=False)]

        comparison = compared(journal, make_books())

        assert differences_of(comparison) == {"wrong signature"}


class TestCompareRepeats:
    def test_a_repeat_after_our_answer_is_found(self) -> None:
        journal = make_journal(make_received(at=20.0, receipt=1))

        comparison = compared(journal, make_books())

        assert differences_of(comparison) == {"sent again although we had told"}

    def test_a_repeat_after_a_kill_is_counted_and_forgiven(self) -> None:
        journal = make_journal(
            Killed(at=10.2, instant="x"), make_received(at=20.0, receipt=1)
        )

        comparison = compared(journal, make_books())

        assert comparison.is_clean
        assert comparison.counts["taken again: answered, but a kill was near"] == 1
        assert comparison.counts["taken again: no answer had left"] == 0

    def test_a_repeat_of_a_post_whose_sender_was_just_killed_is_forgiven(self) -> None:
        journal = make_journal(
            Killed(at=9.9, instant="x"), make_received(at=20.0, receipt=1)
        )

        assert compared(journal, make_books()).is_clean

    def test_a_kill_long_after_our_answer_forgives_nothing_a_server_at_work(
        self,
    ) -> None:
        journal = make_journal(
            Sent(at=11.2, message_id="m2", buyer_id="b1"),
            Acknowledged(at=11.3, message_id="m2", is_accepted=True),
            Killed(at=15.0, instant="x"),
            make_received(at=20.0, receipt=1),
        )
        rows = (*make_books().incoming, Incoming(message_id="m2", is_handled=True))

        comparison = compared(journal, make_books(incoming=rows))

        assert differences_of(comparison) == {"sent again although we had told"}

    @pytest.mark.parametrize(
        ("sent_at", "acknowledged_at"),
        [
            pytest.param(11.2, 18.0, id="it committed nothing before the kill"),
            pytest.param(10.5, 10.6, id="its last sign of life was at our answer"),
        ],
    )
    def test_a_kill_of_a_server_that_did_not_get_its_turn_is_forgiven(
        self, sent_at: float, acknowledged_at: float
    ) -> None:
        journal = make_journal(
            Sent(at=sent_at, message_id="m2", buyer_id="b1"),
            Acknowledged(at=acknowledged_at, message_id="m2", is_accepted=True),
            Killed(at=15.0, instant="x"),
            make_received(at=20.0, receipt=1),
        )
        rows = (*make_books().incoming, Incoming(message_id="m2", is_handled=True))

        assert compared(journal, make_books(incoming=rows)).is_clean

    def test_a_kill_after_the_repeat_forgives_nothing(self) -> None:
        journal = make_journal(
            make_received(at=10.5, receipt=1), Killed(at=10.8, instant="x")
        )

        assert not compared(journal, make_books()).is_clean

    def test_a_repeat_without_our_answer_is_forgiven(self) -> None:
        journal = [
            *make_journal()[:2],
            make_received(behaviour=Behaviour.DROP),
            make_received(at=20.0, receipt=1),
            Answered(at=20.1, receipt=1),
        ]

        assert compared(journal, make_books()).is_clean


class TestCompareFollowUps:
    SENT = FollowUp(follow_up_id=3, state="sent", message_id=10, reason=None)

    def test_a_sent_follow_up_is_clean(self) -> None:
        books = make_books(
            outgoing=(make_outgoing(follow_up_id=3, turn_first_id=None),),
            follow_ups=(self.SENT,),
        )

        comparison = compared(make_journal(Planted(follow_up_id=3)), books)

        assert comparison.is_clean
        assert comparison.counts["follow-ups delivered"] == 1

    def test_a_lost_follow_up_is_found(self) -> None:
        comparison = compared(make_journal(Planted(follow_up_id=3)), make_books())

        assert differences_of(comparison) == {"follow-up missing"}

    def test_a_stuck_follow_up_is_found(self) -> None:
        stuck = FollowUp(follow_up_id=3, state="claimed", message_id=None, reason=None)
        books = make_books(follow_ups=(stuck,))

        comparison = compared(make_journal(Planted(follow_up_id=3)), books)

        assert differences_of(comparison) == {"follow-up not sent"}

    def test_one_marked_sent_without_a_delivery_is_found(self) -> None:
        books = make_books(follow_ups=(self.SENT,))

        comparison = compared(make_journal(Planted(follow_up_id=3)), books)

        assert differences_of(comparison) == {"follow-up not sent"}

    def test_two_deliveries_for_one_are_found(self) -> None:
        first = make_outgoing(follow_up_id=3, turn_first_id=None)
        second = make_outgoing(
            message_id=11, delivery_id=6, follow_up_id=3, turn_first_id=None
        )
        journal = make_journal(
            Planted(follow_up_id=3),
            make_received(receipt=1, delivery_id=6, message_id=11),
        )
        books = make_books(outgoing=(first, second), follow_ups=(self.SENT,))

        comparison = compared(journal, books)

        assert differences_of(comparison) == {"follow-up sent twice"}
