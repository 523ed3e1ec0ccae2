"""Whether tickets are numbered without gaps, opened once, and looked after."""

import asyncio
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from bot.desk.ticket_types import Phase
from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.queries.tickets import (
    call_back_rates,
    tickets,
)
from storage.repositories import tickets as desk
from storage.states import TicketEventKind
from tests.databases import (
    NOW,
    WORKFLOW,
    make_person,
    make_shop,
    make_ticket_action,
    opened,
)
from tests.storage.ticket_desk import HOUR, ROW, Desk, record_cause


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
