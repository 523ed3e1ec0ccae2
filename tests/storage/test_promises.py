"""Whether a promise is written down once, settled once and breached once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.actions import OpenTicket
from bot.desk.ticket_types import Priority
from bot.errors import IllegalTransitionError, NotFoundError
from bot.promises.kinds import PromiseKind, PromiseRules, PromiseState, Settling
from storage.database import Database
from storage.queries.audit import audit
from storage.queries.promises import (
    PromiseFilter,
    PromiseRecord,
    open_promises,
    promises,
)
from storage.queries.shops import ShopRecord
from storage.queries.tickets import tickets
from storage.repositories import promises as ledger
from storage.repositories.forgetting import forget
from storage.repositories.merging import merge
from storage.repositories.promises import Breach, ClaimedPromise, NewPromise
from tests.databases import NOW, buyer_id_of, make_person, make_shop, take

_HOUR = timedelta(hours=1)
_RULES = PromiseRules(
    kinds=(
        PromiseKind(
            kind_id="ship_by",
            zh="发货",
            about="shipping",
            says=("发货",),
            kept_by=frozenset({Settling.ORDER_SHIPPED}),
            void_by=frozenset({Settling.ORDER_CANCELLED}),
            ticket="logistics",
        ),
    )
)


class Ledger:
    """The promises of one shop with one buyer."""

    def __init__(self, database: Database, shop: ShopRecord) -> None:
        self.database = database
        self.shop = shop
        self.conversation_id = take(database, shop).conversation_id
        self.buyer_id = buyer_id_of(database, shop, self.conversation_id)

    def promise(self, *, due_in: timedelta = 24 * _HOUR, **more: Any) -> int:
        values: dict[str, Any] = {
            "conversation_id": self.conversation_id,
            "buyer_id": self.buyer_id,
            "order_ref": "A1",
            "message_id": 1,
            "kind": "ship_by",
            "about": "shipping",
            "words": "明天发货",
            "due_at": NOW + due_in,
            "lead": 2 * _HOUR,
            **more,
        }
        return self.database.write_now(
            lambda conn: ledger.record_promise(
                conn, self.shop.shop_id, value=NewPromise(**values), now=NOW
            )
        )

    def all(self, **wanted: Any) -> list[PromiseRecord]:
        return self.database.read_now(
            lambda conn: promises(
                conn, self.shop.shop_id, wanted=PromiseFilter(**wanted)
            )
        )

    def one(self) -> PromiseRecord:
        (found,) = self.all()
        return found

    def claim(self, at: datetime, *, owner: str = "one") -> list[ClaimedPromise]:
        return self.database.write_now(
            lambda conn: ledger.claim_due(
                conn, owner=owner, now=at, lease=_HOUR, limit=10
            )
        )

    def breach(self, claimed: ClaimedPromise, at: datetime) -> bool:
        """Breach what was claimed; False when it is not the owner's any more."""

        def unit(conn: Any) -> bool:
            row = ledger.hold_claimed(conn, claimed.shop_id, claimed=claimed)
            if row is None:
                return False
            opening = OpenTicket(
                ticket_type="logistics",
                prefix="WL",
                state="new",
                priority=Priority.NORMAL,
                summary="承诺未兑现",
                first_answer_due_at=at + _HOUR,
                order_ref="A1",
            )
            ledger.breach(
                conn, row, follows=Breach(opening=opening, apology="抱歉"), now=at
            )
            return True

        return self.database.write_now(unit)

    def ship(self, at: datetime, *, told: Settling = Settling.ORDER_SHIPPED) -> None:
        self.database.write_now(
            lambda conn: ledger.settle_by_order(
                conn,
                self.shop.shop_id,
                order_ref="A1",
                facts={told: at},
                rules=_RULES,
                now=at,
            )
        )


@pytest.fixture
def it(database: Database, shop: ShopRecord) -> Ledger:
    return Ledger(database, shop)


class TestRecordPromise:
    def test_repeated_later_stays_due_at_the_earlier_time(self, it: Ledger) -> None:
        first = it.promise(due_in=_HOUR)

        again = it.promise(due_in=24 * _HOUR, message_id=2)

        assert again == first
        assert it.one().due_at == NOW + _HOUR
        assert it.one().message_id == 1

    def test_repeated_with_an_earlier_time_is_due_then(self, it: Ledger) -> None:
        it.promise(due_in=24 * _HOUR)

        it.promise(due_in=_HOUR, message_id=2, words="一小时内发")

        assert it.one().due_at == NOW + _HOUR
        assert it.one().words == "一小时内发"

    def test_about_another_thing_or_order_is_another_one(self, it: Ledger) -> None:
        it.promise()
        it.promise(about="refund")
        it.promise(order_ref="A2")
        it.promise(order_ref=None)

        assert len(it.all()) == 4

    def test_after_a_breach_is_a_new_one(self, it: Ledger) -> None:
        it.promise(due_in=_HOUR)
        (claimed,) = it.claim(NOW + 2 * _HOUR)
        it.breach(claimed, NOW + 2 * _HOUR)

        it.promise(due_in=24 * _HOUR)

        assert [one.state for one in it.all()] == ["breached", "open"]

    def test_keeps_phones_masked(self, it: Ledger) -> None:
        it.promise(words="明天打13800135678给您")

        assert "13800135678" not in it.one().words


class TestClaimDue:
    def test_is_warned_of_before_and_looked_at_again_when_due(self, it: Ledger) -> None:
        it.promise(due_in=24 * _HOUR)

        assert it.claim(NOW + 21 * _HOUR) == []
        assert len(it.claim(NOW + 22 * _HOUR)) == 1

    def test_two_owners_never_get_the_same(self, it: Ledger) -> None:
        it.promise(due_in=_HOUR)

        first = it.claim(NOW + 2 * _HOUR)
        second = it.claim(NOW + 2 * _HOUR, owner="two")

        assert (len(first), second) == (1, [])

    def test_an_ended_lease_is_claimed_again_and_breached_once(
        self, it: Ledger
    ) -> None:
        it.promise(due_in=_HOUR)
        (lost,) = it.claim(NOW + 2 * _HOUR)
        (claimed,) = it.claim(NOW + 4 * _HOUR, owner="two")

        done = [it.breach(one, NOW + 4 * _HOUR) for one in (lost, claimed, claimed)]

        assert done == [False, True, False]
        found = it.database.read_now(lambda conn: tickets(conn, it.shop.shop_id))
        assert len(found) == 1
        assert it.one().ticket == found[0].number

    def test_what_was_kept_meanwhile_is_not_breached(self, it: Ledger) -> None:
        it.promise(due_in=_HOUR)
        (claimed,) = it.claim(NOW + 2 * _HOUR)
        it.ship(NOW + _HOUR)

        assert it.breach(claimed, NOW + 2 * _HOUR) is False
        assert it.one().state is PromiseState.KEPT


class TestSettleByOrder:
    def test_in_time_is_kept(self, it: Ledger) -> None:
        it.promise(due_in=_HOUR)

        it.ship(NOW + _HOUR)

        assert it.one().state is PromiseState.KEPT
        assert it.one().kept_at == NOW + _HOUR

    def test_late_is_breached_though_fulfilled(self, it: Ledger) -> None:
        it.promise(due_in=_HOUR)

        it.ship(NOW + 2 * _HOUR)

        assert it.one().state is PromiseState.BREACHED
        assert it.one().breached_at == NOW + _HOUR
        assert it.one().kept_at == NOW + 2 * _HOUR
        assert it.claim(NOW + 3 * _HOUR) == []

    def test_what_it_says_of_other_orders_is_left(self, it: Ledger) -> None:
        it.promise(order_ref="A2")

        it.ship(NOW)

        assert it.one().state is PromiseState.OPEN

    def test_a_cancelled_order_has_nothing_to_ship(self, it: Ledger) -> None:
        it.promise()

        it.ship(NOW, told=Settling.ORDER_CANCELLED)

        assert it.one().state is PromiseState.VOID
        assert it.one().reason == "obsolete"


class TestSettleByPerson:
    def _settle(self, it: Ledger, promise_id: int, *, is_kept: bool) -> None:
        person_id = make_person(it.database)
        it.database.write_now(
            lambda conn: ledger.settle_by_person(
                conn,
                it.shop.shop_id,
                promise_id=promise_id,
                is_kept=is_kept,
                reason="电话里说好了",
                person_id=person_id,
                now=NOW,
            )
        )

    def test_is_written_down_with_its_reason(self, it: Ledger) -> None:
        promise_id = it.promise()

        self._settle(it, promise_id, is_kept=False)

        assert it.one().state is PromiseState.VOID
        (written,) = it.database.read_now(lambda conn: audit(conn, it.shop.shop_id))
        assert written.action == "promise.void"
        assert written.subject == f"promise:{promise_id}"
        assert written.data == {"reason": "电话里说好了"}

    def test_a_breach_cannot_be_made_undone(self, it: Ledger) -> None:
        promise_id = it.promise(due_in=_HOUR)
        (claimed,) = it.claim(NOW + 2 * _HOUR)
        it.breach(claimed, NOW + 2 * _HOUR)

        with pytest.raises(IllegalTransitionError):
            self._settle(it, promise_id, is_kept=False)

    def test_another_shop_s_is_not_found(self, it: Ledger) -> None:
        promise_id = it.promise()
        other = Ledger(it.database, make_shop(it.database, slug="other"))

        with pytest.raises(NotFoundError):
            self._settle(other, promise_id, is_kept=True)


class TestVoidUnsaid:
    def test_what_the_buyer_never_read_is_void(self, it: Ledger) -> None:
        it.promise(message_id=7)

        it.database.write_now(
            lambda conn: ledger.void_unsaid(
                conn, it.shop.shop_id, message_id=7, now=NOW
            )
        )

        assert it.one().state is PromiseState.VOID


class TestOpenPromises:
    def test_are_those_of_the_conversation_the_next_due_first(self, it: Ledger) -> None:
        it.promise(due_in=24 * _HOUR)
        it.promise(due_in=_HOUR, about="refund")

        found = it.database.read_now(
            lambda conn: open_promises(
                conn, it.shop.shop_id, conversation_id=it.conversation_id
            )
        )

        assert [one.about for one in found] == ["refund", "shipping"]


class TestMerging:
    def test_of_two_open_ones_the_earlier_stands(self, it: Ledger) -> None:
        other = take(it.database, it.shop, buyer_ref="known").conversation_id
        it.promise(due_in=_HOUR)
        it.promise(
            conversation_id=other,
            buyer_id=buyer_id_of(it.database, it.shop, other),
        )

        it.database.write_now(
            lambda conn: merge(
                conn,
                it.shop.shop_id,
                anonymous_id=it.buyer_id,
                names={("signed_http", "known"): None},
                closed_state="closed",
                now=NOW,
            )
        )

        states = {one.due_at - NOW: one.state for one in it.all()}
        assert states == {_HOUR: PromiseState.OPEN, 24 * _HOUR: PromiseState.VOID}
        assert {one.conversation_id for one in it.all()} == {other}


class TestForgetting:
    def test_the_words_go_and_what_was_open_is_void(self, it: Ledger) -> None:
        it.promise()

        it.database.write_now(
            lambda conn: forget(
                conn,
                it.shop.shop_id,
                buyer_ref="buyer-1",
                closed_state="closed",
                person_id=None,
                now=NOW,
            )
        )

        assert it.one().state is PromiseState.VOID
        assert (it.one().words, it.one().order_ref) == ("", None)
        assert it.claim(NOW + 48 * _HOUR) == []
