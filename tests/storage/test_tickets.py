"""Whether tickets are numbered without gaps, opened once, and move as they may."""

import asyncio
from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from bot.desk.ticket_types import Phase
from bot.errors import IllegalTransitionError, NotFoundError, StaleStateError
from bot.follow_ups.plans import Kind
from storage.database import Database
from storage.queries.follow_ups import follow_ups
from storage.queries.shops import ShopRecord
from storage.queries.tickets import (
    TicketEventRecord,
    TicketRecord,
    call_back_rates,
    ticket,
    tickets,
)
from storage.repositories import tickets as desk
from storage.repositories.follow_ups import NewFollowUp, plan
from storage.repositories.tickets import Move, OpenedTicket
from storage.states import CallBackResult, FollowUpState, TicketEventKind
from storage.tables import TicketRow, table_of
from tests.databases import (
    NOW,
    WORKFLOW,
    buyer_id_of,
    make_person,
    make_shop,
    make_ticket_action,
    opened,
    take,
)

HOUR = timedelta(hours=1)
ROW = table_of(TicketRow)


def later_by(due: datetime, since: datetime, until: datetime) -> datetime:
    """Move a due time by all the time that passed: every hour is a working hour."""
    return due + (until - since)


class Desk:
    """Short words for what people do with one shop's tickets; lives a test long."""

    def __init__(self, database: Database, shop: ShopRecord) -> None:
        self.database = database
        self.shop_id = shop.shop_id
        self.conversation_id = take(database, shop).conversation_id
        self.buyer_id = buyer_id_of(database, shop, self.conversation_id)

    def open(self, **wishes: object) -> OpenedTicket:
        action = make_ticket_action(**wishes)  # type: ignore[arg-type]
        return self.database.write_now(
            lambda conn: desk.open_ticket(
                conn,
                self.shop_id,
                action=action,
                buyer_id=self.buyer_id,
                conversation_id=self.conversation_id,
                now=NOW,
                words="还没到",
            )
        )

    def move(
        self,
        to: str,
        *,
        number: str = "WL-000001",
        now: datetime = NOW,
        required: tuple[str, ...] = (),
        expected_version: int | None = None,
    ) -> TicketRecord:
        return self.database.write_now(
            lambda conn: desk.move(
                conn,
                self.shop_id,
                change=Move(number=number, to=to, by=None, note="备注"),
                workflow=WORKFLOW,
                now=now,
                working_shift=later_by,
                required=required,
                expected_version=expected_version,
            )
        )

    def reopen(self, ticket_id: int, *, due_at: datetime | None = None) -> TicketRecord:
        return self.database.write_now(
            lambda conn: desk.reopen(
                conn,
                self.shop_id,
                ticket_id=ticket_id,
                workflow=WORKFLOW,
                words="没解决",
                now=NOW,
                due_at=due_at,
            )
        )

    def breaches(self, now: datetime) -> list[str]:
        found = self.database.write_now(
            lambda conn: desk.record_breaches(conn, now=now)
        )
        return [breach.what.value for breach in found]

    def events(self, number: str = "WL-000001") -> list[TicketEventRecord]:
        return self.database.read_now(
            lambda conn: ticket(conn, self.shop_id, number)[1]
        )

    def kinds(self, number: str = "WL-000001") -> list[TicketEventKind]:
        return [it.kind for it in self.events(number)]

    def all(self) -> list[TicketRecord]:
        return self.database.read_now(lambda conn: tickets(conn, self.shop_id))


@pytest.fixture
def it(database: Database, shop: ShopRecord) -> Desk:
    """Return the desk of a fresh shop with one buyer."""
    return Desk(database, shop)


class TestOpenTicket:
    def test_numbers_count_by_type_and_shop(self, it: Desk) -> None:
        other = Desk(it.database, make_shop(it.database, slug="other"))

        numbers = [
            it.open(order_ref="o-1").number,
            it.open(order_ref="o-2").number,
            it.open(ticket_type="refund").number,
            other.open().number,
        ]

        assert numbers == ["WL-000001", "WL-000002", "TK-000001", "WL-000001"]

    def test_the_same_problem_again_is_an_event(self, it: Desk) -> None:
        first, again = it.open(order_ref="o-1"), it.open(order_ref="o-1")

        assert (first.is_new, again.is_new) == (True, False)
        assert again.number == first.number
        assert again.due_at == first.due_at == NOW + HOUR
        assert it.kinds() == [TicketEventKind.OPENED, TicketEventKind.REPEATED]
        assert it.events()[1].note == "还没到"

    def test_unknown_orders_count_as_one_order(self, it: Desk) -> None:
        it.open()

        assert not it.open().is_new
        assert it.open(order_ref="o-1").is_new

    def test_a_waiting_ticket_is_still_the_open_one(self, it: Desk) -> None:
        it.open()
        it.move("waiting")

        assert not it.open().is_new

    def test_after_it_was_solved_a_new_one_is_opened(self, it: Desk) -> None:
        it.open()
        it.move("solved")

        assert it.open().number == "WL-000002"

    def test_a_unit_that_fails_leaves_no_gap(self, it: Desk) -> None:
        def fail(conn: Connection) -> None:
            desk.open_ticket(
                conn,
                it.shop_id,
                action=make_ticket_action(order_ref="lost"),
                buyer_id=it.buyer_id,
                conversation_id=None,
                now=NOW,
            )
            raise RuntimeError

        with pytest.raises(RuntimeError):
            it.database.write_now(fail)

        assert it.open().number == "WL-000001"

    async def test_at_the_same_time_numbers_have_no_gap_and_a_key_one_ticket(
        self, url: str
    ) -> None:
        with opened(url) as one, opened(url) as two:
            shop = make_shop(one)
            shop_desk = Desk(one, shop)
            wishes = list(product((one, two), ("a", "b", "c", "d"), range(3)))

            results = await asyncio.gather(
                *(
                    database.write(
                        lambda conn, order_ref=order_ref: desk.open_ticket(  # type: ignore[misc]
                            conn,
                            shop.shop_id,
                            action=make_ticket_action(order_ref=order_ref),
                            buyer_id=shop_desk.buyer_id,
                            conversation_id=None,
                            now=NOW,
                        ),
                        key=number,
                    )
                    for number, (database, order_ref, _) in enumerate(wishes)
                )
            )

            records = shop_desk.all()
        assert sum(opened_one.is_new for opened_one in results) == 4
        assert [it.number for it in records] == [f"WL-{n:06}" for n in range(1, 5)]
        assert {it.order_ref for it in records} == {"a", "b", "c", "d"}

    def test_the_database_itself_refuses_a_second_open_one(self, it: Desk) -> None:
        it.open()
        twin = select(ROW).where(ROW.c.shop_id == it.shop_id)

        def unit(conn: Connection) -> None:
            values = dict(conn.execute(twin).one()._mapping)
            del values["id"]
            conn.execute(insert(ROW).values(**{**values, "number": "WL-000009"}))

        with pytest.raises(IntegrityError):
            it.database.write_now(unit)


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

        record = it.reopen(opened_ticket.ticket_id, due_at=NOW + 9 * HOUR)

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


class TestRecordBreaches:
    def test_each_is_recorded_once(self, it: Desk) -> None:
        it.open(plan_in=2 * HOUR)

        assert it.breaches(NOW + HOUR) == []
        assert it.breaches(NOW + 90 * HOUR) == ["first_answer", "plan"]
        assert it.breaches(NOW + 91 * HOUR) == []
        assert it.kinds().count(TicketEventKind.BREACHED) == 2

    def test_a_waiting_ticket_is_not_late(self, it: Desk) -> None:
        it.open()
        it.move("waiting")

        assert it.breaches(NOW + 90 * HOUR) == []

    def test_what_was_answered_in_time_is_not_late(self, it: Desk) -> None:
        it.open(plan_in=2 * HOUR)
        it.database.write_now(
            lambda conn: desk.record_first_answer(
                conn, it.shop_id, number="WL-000001", by=None, now=NOW
            )
        )

        record = it.all()[0]

        assert it.breaches(NOW + 90 * HOUR) == ["plan"]
        assert record.due_at == NOW + 2 * HOUR

    def test_a_plan_that_was_told_is_not_late(self, it: Desk) -> None:
        it.open(plan_in=2 * HOUR)
        it.database.write_now(
            lambda conn: desk.record_plan(
                conn, it.shop_id, number="WL-000001", by=None, now=NOW
            )
        )

        assert it.breaches(NOW + 90 * HOUR) == ["first_answer"]


class TestNoting:
    def test_notes_owner_and_cause_are_in_the_history(self, it: Desk) -> None:
        it.open()
        person_id = make_person(it.database)

        def unit(conn: Connection) -> None:
            number = "WL-000001"
            desk.note(
                conn, it.shop_id, number=number, by=person_id, text="催了", now=NOW
            )
            desk.assign(
                conn,
                it.shop_id,
                number=number,
                assignee_id=person_id,
                by=person_id,
                now=NOW,
            )

        it.database.write_now(unit)
        record_cause(it)

        assert it.kinds()[1:] == [
            TicketEventKind.NOTED,
            TicketEventKind.ASSIGNED,
            TicketEventKind.CAUSE,
        ]
        assert it.events()[1].by_person == person_id
        assert (it.all()[0].assignee_id, it.all()[0].cause) == (person_id, "漏发")

    def test_an_answer_counts_the_first_time_only(self, it: Desk) -> None:
        it.open()

        for minutes in (5, 10):
            it.database.write_now(
                lambda conn, minutes=minutes: desk.record_first_answer(  # type: ignore[misc]
                    conn,
                    it.shop_id,
                    number="WL-000001",
                    by=None,
                    now=NOW + timedelta(minutes=minutes),
                )
            )

        assert it.all()[0].first_answered_at == NOW + timedelta(minutes=5)


class TestTickets:
    def test_they_can_be_chosen_by_phase_and_type(self, it: Desk) -> None:
        it.open(order_ref="o-1")
        it.open(order_ref="o-2")
        it.open(ticket_type="refund")
        it.move("solved", number="WL-000002")

        chosen = it.database.read_now(
            lambda conn: tickets(
                conn, it.shop_id, phase=Phase.OPEN, ticket_type="logistics"
            )
        )

        assert [record.order_ref for record in chosen] == ["o-1"]

    def test_a_page_begins_after_the_last_one_seen(self, it: Desk) -> None:
        first, second = it.open(order_ref="o-1"), it.open(order_ref="o-2")

        page = it.database.read_now(
            lambda conn: tickets(conn, it.shop_id, after=first.ticket_id)
        )

        assert [record.ticket_id for record in page] == [second.ticket_id]


class TestCallBackRates:
    def test_answers_are_counted_by_what_was_said(self, it: Desk) -> None:
        ids = [it.open(order_ref=f"o-{n}").ticket_id for n in range(4)]
        for number in range(1, 4):
            it.move("solved", number=f"WL-{number:06}")
        it.reopen(ids[0])
        it.database.write_now(
            lambda conn: desk.close_solved(
                conn,
                it.shop_id,
                ticket_id=ids[1],
                workflow=WORKFLOW,
                words="好了",
                now=NOW,
            )
        )

        rates = it.database.read_now(
            lambda conn: call_back_rates(conn, it.shop_id, since=NOW)
        )

        assert (rates.solved_tickets, rates.called_back) == (3, 2)
        assert (rates.satisfied, rates.not_satisfied, rates.silent) == (1, 1, 0)


def record_cause(it: Desk) -> None:
    it.database.write_now(
        lambda conn: desk.record_cause(
            conn, it.shop_id, number="WL-000001", cause="漏发", by=None, now=NOW
        )
    )


def plan_call_back(it: Desk, ticket_id: int) -> None:
    value = NewFollowUp(
        buyer_id=it.buyer_id,
        plan_id="call_back",
        kind=Kind.SERVICE,
        due_at=NOW + HOUR,
        ticket_id=ticket_id,
    )
    it.database.write_now(lambda conn: plan(conn, it.shop_id, value=value, now=NOW))
