"""Whether everybody who was told of an incident is promised to hear of its end, once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.actions import TellIncident
from bot.errors import NotFoundError
from bot.follow_ups.plans import Kind
from bot.incidents.values import EVERYTHING, IncidentKind, Scope
from storage.database import Database
from storage.queries.follow_ups import follow_ups
from storage.queries.incidents import (
    IncidentRecord,
    contacts,
    incident,
    incidents,
    running_incidents,
)
from storage.queries.shops import ShopRecord
from storage.repositories import incidents as desk
from storage.repositories.incidents import Closing, NewIncident
from storage.repositories.merging import merge
from tests.databases import NOW, buyer_id_of, commit, make_shop, take

HOUR = timedelta(hours=1)
CLOSING = Closing(plan_id="over", kind=Kind.SERVICE, due_at=NOW + HOUR)


class Desk:
    """Short words for one shop's incidents; lives a test long."""

    def __init__(self, database: Database, shop: ShopRecord) -> None:
        self.database = database
        self.shop = shop
        self.shop_id = shop.shop_id

    def declare(
        self, *, scope: Scope = EVERYTHING, ends_at: datetime | None = None
    ) -> int:
        value = NewIncident(
            kind=IncidentKind.COURIER_STOP,
            text="中通停运",
            scope=scope,
            starts_at=NOW,
            ends_at=ends_at,
        )
        return self.database.write_now(
            lambda conn: desk.declare(
                conn, self.shop_id, value=value, person_id=None, now=NOW
            )
        )

    def tell(self, incident_id: int, buyer: str) -> int:
        """Answer a buyer with an incident; return the conversation's id."""
        receipt = take(self.database, self.shop, buyer_ref=buyer)
        commit(
            self.database, self.shop, [receipt], TellIncident(incident_id=incident_id)
        )
        return receipt.conversation_id

    def end(self, incident_id: int) -> None:
        self.database.write_now(
            lambda conn: desk.end(
                conn,
                self.shop_id,
                incident_id=incident_id,
                closing=None,
                person_id=None,
                now=NOW + HOUR,
            )
        )

    def plan(
        self, incident_id: int, *, limit: int = 200, closing: Closing | None = CLOSING
    ) -> int:
        return self.database.write_now(
            lambda conn: desk.plan_closings(
                conn,
                self.shop_id,
                incident_id=incident_id,
                closing=closing,
                now=NOW + HOUR,
                limit=limit,
            )
        )

    def untold(self) -> list[int]:
        found = self.database.read_now(desk.untold_incidents)
        return [one.incident_id for one in found]

    def promised(self) -> list[int]:
        """Return who is promised a message, in order."""
        found = self.database.read_now(lambda conn: follow_ups(conn, self.shop_id))
        return [one.buyer_id for one in found]

    def record(self, incident_id: int) -> IncidentRecord:
        return self.database.read_now(
            lambda conn: incident(conn, self.shop_id, incident_id)
        )


@pytest.fixture
def it(database: Database, shop: ShopRecord) -> Desk:
    return Desk(database, shop)


class TestDeclare:
    def test_it_runs_with_its_scope_until_it_is_ended(self, it: Desk) -> None:
        scope = Scope(couriers=("中通",), items=("i1", "i2"))
        number = it.declare(scope=scope)

        (found,) = it.database.read_now(
            lambda conn: running_incidents(conn, it.shop_id)
        )
        it.end(number)

        assert (found.incident_id, found.scope, found.text) == (
            number,
            scope,
            "中通停运",
        )
        assert (
            it.database.read_now(lambda conn: running_incidents(conn, it.shop_id)) == ()
        )

    def test_is_of_its_shop_only(self, it: Desk) -> None:
        number = it.declare()
        other = Desk(it.database, make_shop(it.database, slug="other"))

        with pytest.raises(NotFoundError):
            other.record(number)
        with pytest.raises(NotFoundError):
            other.end(number)


class TestEnd:
    def test_what_has_ended_does_not_end_again(self, it: Desk) -> None:
        number = it.declare()
        it.end(number)

        with pytest.raises(NotFoundError):
            it.end(number)

    def test_its_expected_end_can_be_changed_while_it_lasts(self, it: Desk) -> None:
        number = it.declare(ends_at=NOW + HOUR)

        def later(conn: Connection) -> None:
            desk.change_end(conn, it.shop_id, incident_id=number, ends_at=None)

        it.database.write_now(later)

        assert it.record(number).ends_at is None
        it.end(number)
        with pytest.raises(NotFoundError):
            it.database.write_now(later)


class TestEndDue:
    def test_what_was_expected_to_be_over_ends_at_that_time(self, it: Desk) -> None:
        due = it.declare(ends_at=NOW + HOUR)
        later = it.declare(ends_at=NOW + 2 * HOUR)
        open_end = it.declare()
        at = NOW + HOUR + timedelta(minutes=5)

        was_due = it.database.read_now(lambda conn: desk.has_due(conn, now=at))
        count = it.database.write_now(lambda conn: desk.end_due(conn, now=at))

        assert (was_due, count) == (True, 1)
        assert it.record(due).ended_at == NOW + HOUR
        assert it.record(later).ended_at is None
        assert it.record(open_end).ended_at is None
        assert not it.database.read_now(lambda conn: desk.has_due(conn, now=at))


class TestTell:
    def test_a_buyer_is_remembered_once(self, it: Desk) -> None:
        number = it.declare()
        for _ in range(3):
            it.tell(number, "b1")
        conversation = it.tell(number, "b2")

        told = it.database.read_now(
            lambda conn: contacts(conn, it.shop_id, incident_id=number)
        )

        assert [one.buyer_ref for one in told] == ["b1", "b2"]
        assert told[1].conversation_id == conversation
        assert it.record(number).told == 2


class TestPlanClosings:
    def test_everybody_who_was_told_is_promised_one_message(self, it: Desk) -> None:
        number = it.declare()
        places = [it.tell(number, name) for name in ("b1", "b2", "b3")]
        assert it.untold() == []
        it.end(number)

        assert it.untold() == [number]
        counts = [it.plan(number, limit=2) for _ in range(2)]

        assert counts == [2, 1]
        assert it.untold() == []
        assert it.promised() == [
            buyer_id_of(it.database, it.shop, place) for place in places
        ]
        assert it.record(number).closed_at is not None

    def test_run_again_after_a_kill_it_promises_nobody_twice(self, it: Desk) -> None:
        number = it.declare()
        it.tell(number, "b1")
        it.tell(number, "b2")
        it.end(number)
        it.plan(number, limit=1)

        for _ in range(3):
            it.plan(number)

        assert len(it.promised()) == 2

    def test_a_buyer_who_was_told_under_two_names_is_promised_one(
        self, it: Desk
    ) -> None:
        number = it.declare()
        it.tell(number, "known")
        anonymous = buyer_id_of(it.database, it.shop, it.tell(number, "anon-1"))
        it.database.write_now(
            lambda conn: merge(
                conn,
                it.shop_id,
                anonymous_id=anonymous,
                names={("signed_http", "known"): None},
                closed_state="closed",
                now=NOW,
            )
        )
        it.end(number)

        it.plan(number)

        assert len(it.promised()) == 1

    def test_who_is_told_in_the_moment_of_the_end_is_found_later(
        self, it: Desk
    ) -> None:
        number = it.declare()
        it.end(number)
        it.plan(number)
        assert it.untold() == []

        it.tell(number, "late")

        assert it.untold() == [number]
        it.plan(number)
        assert len(it.promised()) == 1

    def test_without_a_message_of_the_pack_nothing_is_promised(self, it: Desk) -> None:
        number = it.declare()
        it.tell(number, "b1")
        it.end(number)

        it.plan(number, closing=None)

        assert it.promised() == []
        assert it.untold() == []


class TestIncidents:
    def test_come_newest_first_by_state_in_pages(self, it: Desk) -> None:
        numbers = [it.declare() for _ in range(3)]
        it.end(numbers[1])

        def listed(**more: object) -> list[int]:
            found = it.database.read_now(
                lambda conn: incidents(conn, it.shop_id, **more)  # type: ignore[arg-type]  # a test's free form
            )
            return [one.incident_id for one in found]

        assert listed() == numbers[::-1]
        assert listed(is_running=True) == [numbers[2], numbers[0]]
        assert listed(is_running=False) == [numbers[1]]
        assert listed(before=numbers[2], limit=1) == [numbers[1]]
