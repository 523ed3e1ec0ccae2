"""Whether tries are counted where they are committed, and an order is known for a while."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.actions import AskIdentity, CheckIdentity
from bot.errors import StaleStateError
from bot.facts import Order, OrderState
from bot.identity.claims import Claim
from bot.identity.state import IdentityLimits, Outcome
from storage.database import Database
from storage.queries import identity as queries
from storage.queries.identity import KnownIdentity
from storage.queries.shops import ShopRecord, all_shops
from storage.repositories import facts, identity
from storage.repositories.forgetting import forget
from storage.tables import IdentityCheckRow, IdentityTryRow, OrderRow, table_of
from tests.databases import NOW, take

_LIMITS = IdentityLimits(tries=2)
_LATER = timedelta(minutes=61)


class Window:
    """One stranger's conversation."""

    def __init__(self, database: Database, shop: ShopRecord, ref: str) -> None:
        self.database = database
        self.shop_id = shop.shop_id
        self.receipt = take(database, shop, buyer_ref=ref)
        self._message_id = self.receipt.message_id * 1000

    def state(self, claim: Claim, *, at: timedelta = timedelta()) -> KnownIdentity:
        def read(conn: Any) -> KnownIdentity:
            place = self.receipt.conversation_id
            return queries.state_of(
                conn,
                self.shop_id,
                conversation_id=place,
                check=queries.open_check(
                    conn, self.shop_id, conversation_id=place, now=NOW + at
                ),
                claim=claim,
                limits=_LIMITS,
                now=NOW + at,
            )

        return self.database.read_now(read)

    def ask(self, **told: Any) -> None:
        self.database.write_now(
            lambda conn: identity.ask(
                conn,
                self.shop_id,
                conversation_id=self.receipt.conversation_id,
                action=AskIdentity(intent_id="i", **told),
                now=NOW,
            )
        )

    def try_it(self, known: KnownIdentity) -> None:
        state = known.state
        self._message_id += 1
        assert state.order_hash is not None
        action = CheckIdentity(
            check_id=state.check_id,
            intent_id=state.intent_id,
            order_ref=str(state.order_ref),
            order_hash=state.order_hash,
            is_right=state.outcome is Outcome.RIGHT,
            limits=_LIMITS,
        )
        self.database.write_now(
            lambda conn: identity.check(
                conn,
                self.shop_id,
                conversation_id=self.receipt.conversation_id,
                message_id=self._message_id,
                action=action,
                now=NOW,
            )
        )

    def verified(self, at: timedelta = timedelta()) -> list[str]:
        return self.database.read_now(
            lambda conn: queries.verified_orders(
                conn,
                self.shop_id,
                conversation_id=self.receipt.conversation_id,
                now=NOW + at,
            )
        )


def _put(database: Database, shop: ShopRecord, phone: str | None, at: int = 0) -> bool:
    order = Order(order_id="A1", buyer_ref="b9", state=OrderState.PAID, phone=phone)
    return database.write_now(
        lambda conn: facts.put_order(
            conn,
            shop.shop_id,
            value=order,
            told_at=NOW + timedelta(seconds=at),
            now=NOW,
        )
    )


@pytest.fixture(name="window")
def _window(database: Database, shop: ShopRecord) -> Window:
    _put(database, shop, "13800135678")
    return Window(database, shop, "anon-1")


_RIGHT = Claim(order_no="a1", digits="5678")
_WRONG = Claim(order_no="A1", digits="0000")
_UNKNOWN = Claim(order_no="Z9", digits="5678")


class TestStateOf:
    def test_the_right_digits_show_the_order(self, window: Window) -> None:
        known = window.state(_RIGHT)

        assert known.state.outcome is Outcome.RIGHT
        assert known.order is not None
        assert known.order.order_id == "A1"
        assert known.order.phone is None

    def test_wrong_digits_and_an_unknown_number_come_to_the_same(
        self, window: Window
    ) -> None:
        for claim in (_WRONG, _UNKNOWN):
            known = window.state(claim)

            assert known.state.outcome is Outcome.WRONG
            assert known.order is None

    def test_what_was_told_before_counts(self, window: Window) -> None:
        first = window.state(Claim(digits="5678"))
        window.ask(digits=first.state.digits)

        known = window.state(Claim(order_no="A1"))

        assert first.state.outcome is None
        assert known.state.outcome is Outcome.RIGHT

    def test_digits_are_kept_sealed(self, window: Window) -> None:
        sealed = window.state(Claim(digits="5678")).state.digits

        assert sealed is not None
        assert b"5678" not in sealed
        assert "5678" not in repr(window.state(Claim(digits="5678")))


class TestCheck:
    def test_a_right_one_holds_for_its_order_and_time(self, window: Window) -> None:
        window.try_it(window.state(_RIGHT))

        assert window.verified() == ["A1"]
        assert window.verified(_LATER) == []

    def test_after_the_last_try_nothing_is_compared(self, window: Window) -> None:
        for _ in range(_LIMITS.tries):
            window.try_it(window.state(_WRONG))

        assert window.state(_RIGHT).state.outcome is Outcome.LIMITED
        assert window.state(_RIGHT, at=_LATER).state.outcome is Outcome.RIGHT

    def test_unknown_numbers_are_counted_as_known_ones(self, window: Window) -> None:
        for _ in range(_LIMITS.tries):
            window.try_it(window.state(_UNKNOWN))

        other = Window(window.database, _shop_of(window), "anon-2")
        assert other.state(_UNKNOWN).state.outcome is Outcome.LIMITED

    def test_another_window_on_the_same_order_is_limited_too(
        self, window: Window
    ) -> None:
        for _ in range(_LIMITS.tries):
            window.try_it(window.state(_WRONG))

        other = Window(window.database, _shop_of(window), "anon-2")
        assert other.state(_RIGHT).state.outcome is Outcome.LIMITED

    def test_who_compared_before_the_last_try_was_counted_decides_again(
        self, window: Window
    ) -> None:
        other = Window(window.database, _shop_of(window), "anon-2")
        compared = other.state(_RIGHT)
        for _ in range(_LIMITS.tries):
            window.try_it(window.state(_WRONG))

        with pytest.raises(StaleStateError):
            other.try_it(compared)

        assert other.verified() == []


class TestPhone:
    def test_is_stored_sealed_with_its_hash(
        self, database: Database, shop: ShopRecord
    ) -> None:
        _put(database, shop, "13800135678")

        table = table_of(OrderRow)
        row = database.read_now(
            lambda conn: conn.execute(
                table.select().where(table.c.shop_id == shop.shop_id)
            ).one()
        )
        assert b"13800135678" not in row.phone_enc
        assert row.phone_hash is not None

    def test_the_same_telling_again_changes_nothing(
        self, database: Database, shop: ShopRecord
    ) -> None:
        _put(database, shop, "13800135678")

        assert _put(database, shop, "13800135678") is False

    def test_an_order_told_without_one_keeps_its_own(self, window: Window) -> None:
        _put(window.database, _shop_of(window), None, at=5)

        assert window.state(_RIGHT).state.outcome is Outcome.RIGHT

    def test_a_new_one_takes_its_place(self, window: Window) -> None:
        _put(window.database, _shop_of(window), "13900001234", at=5)

        assert window.state(_RIGHT).state.outcome is Outcome.WRONG
        claim = Claim(order_no="A1", digits="1234")
        assert window.state(claim).state.outcome is Outcome.RIGHT


def _shop_of(window: Window) -> ShopRecord:
    (shop,) = window.database.read_now(all_shops)
    return shop


class TestForgetting:
    def test_nothing_of_question_and_tries_is_left(self, window: Window) -> None:
        window.try_it(window.state(_RIGHT))

        window.database.write_now(
            lambda conn: forget(
                conn,
                window.shop_id,
                buyer_ref="anon-1",
                closed_state="closed",
                person_id=None,
                now=NOW,
            )
        )

        assert window.verified() == []
        for row in (IdentityCheckRow, IdentityTryRow):
            table = table_of(row)
            assert (
                window.database.read_now(
                    lambda conn, table=table: conn.scalar(  # type: ignore[misc]
                        select(func.count())
                        .select_from(table)
                        .where(table.c.shop_id == window.shop_id)
                    )
                )
                == 0
            )
