"""Whether tickets move as their workflow says, and open again when they must."""

from datetime import timedelta

import pytest

from bot.desk.ticket_types import Phase
from bot.errors import IllegalTransitionError, NotFoundError, StaleStateError
from bot.follow_ups.plans import Kind
from storage.database import Database
from storage.queries.follow_ups import follow_ups
from storage.queries.shops import ShopRecord
from storage.repositories.follow_ups import NewFollowUp, plan
from storage.states import CallBackResult, FollowUpState, TicketEventKind
from tests.databases import (
    NOW,
    make_shop,
)
from tests.storage.ticket_desk import HOUR, Desk, record_cause


@pytest.fixture
def it(database: Database, shop: ShopRecord) -> Desk:
    """Return the desk of a fresh shop with one buyer."""
    return Desk(database, shop)


class TestMove:
    def test_it_goes_along_the_workflow(self, it: Desk) -> None:
        it.open()

        record = it.move("solved")

        assert (record.state, record.phase) == ("solved", Phase.SOLVED)
        assert record.solved_at == record.first_answered_at == NOW
        assert it.events()[-1].data == {"from": "new", "to": "solved"}

    @pytest.mark.parametrize("to", ["again", "new", "nowhere"])
    def test_what_the_workflow_does_not_have_is_refused(
        self, it: Desk, to: str
    ) -> None:
        it.open()

        with pytest.raises(IllegalTransitionError) as caught:
            it.move(to)

        assert (caught.value.current, caught.value.requested) == ("new", to)

    def test_another_shop_has_no_such_ticket(self, it: Desk) -> None:
        it.open()
        other = Desk(it.database, make_shop(it.database, slug="other"))

        with pytest.raises(NotFoundError):
            other.move("solved")

    def test_on_an_older_version_it_is_stale(self, it: Desk) -> None:
        it.open()
        it.move("waiting", expected_version=1)

        with pytest.raises(StaleStateError):
            it.move("new", expected_version=1)

    def test_it_cannot_be_solved_before_a_required_fact_is_recorded(
        self, it: Desk
    ) -> None:
        it.open()
        with pytest.raises(IllegalTransitionError):
            it.move("solved", required=("cause",))

        record_cause(it)

        assert it.move("solved", required=("cause",)).phase is Phase.SOLVED

    def test_waiting_moves_the_due_times(self, it: Desk) -> None:
        it.open(plan_in=2 * HOUR)
        it.move("waiting")

        record = it.move("new", now=NOW + 5 * HOUR)

        assert record.first_answer_due_at == NOW + 6 * HOUR
        assert record.plan_due_at == NOW + 7 * HOUR
        assert record.waiting_since is None

    def test_what_was_answered_or_missed_before_stays(self, it: Desk) -> None:
        it.open(plan_in=2 * HOUR)
        it.breaches(NOW + HOUR + timedelta(seconds=1))
        it.move("waiting")

        record = it.move("new", now=NOW + 5 * HOUR)

        assert record.first_answer_due_at == NOW + HOUR
        assert record.plan_due_at == NOW + 7 * HOUR

    def test_opening_it_again_makes_the_call_back_void(self, it: Desk) -> None:
        opened_ticket = it.open()
        it.move("solved")
        plan_call_back(it, opened_ticket.ticket_id)

        it.move("again")

        (record,) = it.database.read_now(lambda conn: follow_ups(conn, it.shop_id))
        assert (record.state, record.reason) == (
            FollowUpState.CANCELLED,
            "ticket_reopened",
        )

    def test_it_is_not_opened_again_beside_a_newer_one(self, it: Desk) -> None:
        it.open()
        it.move("solved")
        it.open()

        with pytest.raises(IllegalTransitionError):
            it.move("again")


class TestReopen:
    def test_it_is_open_and_due_again(self, it: Desk) -> None:
        opened_ticket = it.open()
        it.breaches(NOW + 2 * HOUR)
        it.move("solved")

        record = it.reopen(opened_ticket.ticket_id, due_again=lambda _: NOW + 9 * HOUR)

        assert (record.state, record.phase) == ("again", Phase.OPEN)
        assert record.call_back_result is CallBackResult.NOT_SOLVED
        assert record.first_answer_due_at == NOW + 9 * HOUR
        assert it.breaches(NOW + 10 * HOUR) == ["first_answer"]

    def test_beside_a_newer_one_the_answer_is_recorded_there(self, it: Desk) -> None:
        old = it.open()
        it.move("solved")
        newer = it.open()

        record = it.reopen(old.ticket_id)

        assert record.phase is Phase.SOLVED
        assert record.call_back_result is CallBackResult.NOT_SOLVED
        assert it.kinds(newer.number)[-1] is TicketEventKind.REPEATED


def plan_call_back(it: Desk, ticket_id: int) -> None:
    value = NewFollowUp(
        buyer_id=it.buyer_id,
        plan_id="call_back",
        kind=Kind.SERVICE,
        due_at=NOW + HOUR,
        ticket_id=ticket_id,
    )
    it.database.write_now(lambda conn: plan(conn, it.shop_id, value=value, now=NOW))
