"""What is written of bargaining: limits hold whoever comes at the same moment."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from bot.bargaining.asks import Ask, AskKind
from bot.errors import NotFoundError, StaleStateError
from storage.database import Database
from storage.queries.bargaining import policies_of
from storage.queries.offers import coupons_left, offers_of
from storage.queries.shops import ShopRecord
from storage.repositories.bargaining import (
    put_policy,
    redeem,
    remove_policy,
    tell,
)
from storage.states import DeliveryState
from storage.tables import (
    DeliveryRow,
    table_of,
)
from tests.databases import NOW
from tests.storage.bargainers import (
    COUPON,
    PLAIN,
    Bargain,
    Bargainer,
    ask_at_once,
    fill,
    make_item,
    make_terms,
    offer_rows,
    store,
)

_NUMBERS = count(1)


class TestBargain:
    def test_what_was_decided_on_an_older_state_is_refused(
        self, database: Database, shop: ShopRecord, buyer: Bargain
    ) -> None:
        store(database, shop, make_terms())
        one = buyer()
        decided = one.decide()
        one.ask()

        with pytest.raises(StaleStateError):
            one.commit(decided)

    def test_a_day_budget_is_not_overdrawn_by_two_at_once(
        self, database: Database, shop: ShopRecord, buyer: Bargain
    ) -> None:
        budget = {"conversation": 500, "day": 500}
        store(database, shop, make_terms(budget_fen=budget))
        one, other = buyer("a"), buyer("b")
        one.ask()
        other.ask()
        first, second = one.decide(), other.decide()

        one.commit(first)

        with pytest.raises(StaleStateError):
            other.commit(second)
        assert other.ask() is None
        assert [row.charged_fen for row in offer_rows(database, shop)] == [300]

    def test_one_code_goes_to_one_offer(
        self, database: Database, shop: ShopRecord, buyer: Bargain
    ) -> None:
        store(database, shop, make_terms(rungs=[COUPON]))
        fill(database, shop, "ONE")
        one, other = buyer("a"), buyer("b")
        one.ask()
        other.ask()
        first, second = one.decide(), other.decide()

        granted = one.commit(first)

        assert granted is not None
        assert granted.coupon == "ONE"
        with pytest.raises(StaleStateError):
            other.commit(second)
        assert len(offer_rows(database, shop)) == 1

    def test_a_policy_that_has_changed_is_decided_on_again(
        self, database: Database, shop: ShopRecord, buyer: Bargain
    ) -> None:
        store(database, shop, make_terms())
        one = buyer()
        decided = one.decide()
        store(database, shop, make_terms(rounds_per_rung=2))

        with pytest.raises(StaleStateError):
            one.commit(decided)

    def test_one_offer_is_open_a_buyer_and_item(
        self, database: Database, shop: ShopRecord, buyer: Bargain
    ) -> None:
        store(database, shop, make_terms())
        one = buyer()
        for _ in range(4):
            one.ask()

        assert [(row.price_fen, row.state) for row in offer_rows(database, shop)] == [
            (5_200, "replaced"),
            (5_000, "open"),
        ]

    def test_the_code_of_an_expired_offer_nobody_saw_is_free_again(
        self, database: Database, shop: ShopRecord, buyer: Bargain
    ) -> None:
        store(database, shop, make_terms(rungs=[COUPON]))
        fill(database, shop, "ONE")
        one = buyer()
        one.ask()
        granted = one.ask()
        assert granted is not None
        withhold(database, shop, one, granted.offer_id)

        later = NOW + timedelta(hours=2)

        assert left(database, shop, NOW + timedelta(minutes=59)) == 0
        assert left(database, shop, later) == 1
        other = buyer("b")
        other.now = later
        other.ask()
        again = other.ask()
        assert again is not None
        assert again.coupon == "ONE"

    def test_the_code_of_one_that_was_shown_stays_spent(
        self, database: Database, shop: ShopRecord, buyer: Bargain
    ) -> None:
        store(database, shop, make_terms(rungs=[COUPON]))
        fill(database, shop, "ONE")
        one = buyer()
        one.ask()
        granted = one.ask()
        assert granted is not None
        database.write_now(
            lambda conn: tell(
                conn,
                shop.shop_id,
                offer_id=granted.offer_id,
                message_id=one.place.message_id,
            )
        )

        assert left(database, shop, NOW + timedelta(hours=2)) == 0


def withhold(
    database: Database, shop: ShopRecord, buyer: Bargainer, offer_id: int
) -> None:
    """Let a person have taken over before the offer's message left."""
    message_id = buyer.place.message_id
    database.write_now(
        lambda conn: tell(conn, shop.shop_id, offer_id=offer_id, message_id=message_id)
    )
    database.write_now(
        lambda conn: conn.execute(
            insert(table_of(DeliveryRow)).values(
                shop_id=shop.shop_id,
                conversation_id=buyer.place.conversation_id,
                message_id=message_id,
                state=DeliveryState.WITHHELD,
                attempts=0,
                next_at=NOW,
            )
        )
    )


def left(database: Database, shop: ShopRecord, now: datetime) -> int:
    found = database.read_now(
        lambda conn: coupons_left(conn, shop.shop_id, pools=["autumn"], now=now)
    )
    return found.get("autumn", 0)


_ASKS = st.lists(
    st.one_of(
        st.just(PLAIN),
        st.builds(
            Ask,
            kind=st.just(AskKind.PRICE),
            price_fen=st.integers(4_000, 5_600),
            quantity=st.integers(1, 2),
        ),
    ),
    max_size=6,
)


class TestTwoConversationsAtOnce:
    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        st.sampled_from([0, 300, 500, 700, 1_100]),
        st.sampled_from([0, 300, 800]),
        st.integers(0, 2),
        _ASKS,
        _ASKS,
    )
    def test_never_overdraw_a_budget_or_the_pool(
        self,
        database: Database,
        shop: ShopRecord,
        day: int,
        conversation: int,
        codes: int,
        one_asks: list[Ask],
        other_asks: list[Ask],
    ) -> None:
        """60 pairs of conversations with up to 6 asks each, committing at once."""
        name = f"mug-{next(_NUMBERS)}"
        rungs = [COUPON, *map(_changed, (400, 600))]
        budget = {"conversation": conversation, "day": day}
        policy = make_terms(name, rungs=rungs, budget_fen=budget)
        store(database, shop, policy)
        fill(database, shop, *(f"{name}-{number}" for number in range(codes)))
        pair = [
            Bargainer(
                database=database,
                shop=shop,
                item=make_item(name),
                ref=f"{name}-{number}",
            )
            for number in range(2)
        ]

        ask_at_once(pair, [one_asks, other_asks])

        rows = [row for row in offer_rows(database, shop) if row.item_id == name]
        assert sum(row.charged_fen for row in rows) <= day
        for one in pair:
            own = [row for row in rows if row.buyer_id == one.place.buyer_id]
            assert sum(row.charged_fen for row in own) <= conversation
            assert len([row for row in own if row.state == "open"]) <= 1
        assert all(row.price_fen >= 1_000 * row.quantity for row in rows)
        assert left(database, shop, NOW) >= 0


def _changed(off: int) -> dict[str, object]:
    return {
        "kind": "money_off",
        "off_fen": off,
        "cost_fen": off,
        "redeem": "order_change",
    }


class TestPutPolicy:
    def test_takes_the_place_of_the_one_of_its_scope(
        self, database: Database, shop: ShopRecord
    ) -> None:
        store(database, shop, make_terms())
        store(database, shop, make_terms(rounds_per_rung=3))

        (found,) = database.read_now(lambda conn: policies_of(conn, shop.shop_id))

        assert (found.version, found.policy.rounds_per_rung) == (2, 3)

    def test_refuses_another_version_than_was_read(
        self, database: Database, shop: ShopRecord
    ) -> None:
        store(database, shop, make_terms())

        with pytest.raises(StaleStateError):
            database.write_now(
                lambda conn: put_policy(
                    conn,
                    shop.shop_id,
                    policy=make_terms(),
                    now=NOW,
                    expected_version=0,
                )
            )

    def test_one_that_is_gone_cannot_be_removed(
        self, database: Database, shop: ShopRecord
    ) -> None:
        policy = make_terms()
        store(database, shop, policy)
        database.write_now(
            lambda conn: remove_policy(conn, shop.shop_id, scope=policy.scope)
        )

        with pytest.raises(NotFoundError):
            database.write_now(
                lambda conn: remove_policy(conn, shop.shop_id, scope=policy.scope)
            )


class TestRedeem:
    def test_uses_an_open_offer_once(
        self, database: Database, shop: ShopRecord, buyer: Bargain
    ) -> None:
        store(database, shop, make_terms())
        one = buyer()
        one.ask()
        granted = one.ask()
        assert granted is not None

        def unit() -> None:
            database.write_now(
                lambda conn: redeem(
                    conn, shop.shop_id, offer_id=granted.offer_id, now=NOW
                )
            )

        unit()

        (row,) = offer_rows(database, shop)
        assert row.state == "redeemed"
        with pytest.raises(StaleStateError):
            unit()


class TestOffersOf:
    def test_calls_expired_what_is_past_its_time(
        self, database: Database, shop: ShopRecord, buyer: Bargain
    ) -> None:
        store(database, shop, make_terms())
        one = buyer()
        one.ask()
        one.ask()

        states = [
            state_at(database, shop, one, NOW + timedelta(minutes=minutes))
            for minutes in (59, 60)
        ]

        assert states == ["open", "expired"]


def state_at(
    database: Database, shop: ShopRecord, buyer: Bargainer, at: datetime
) -> str:
    (found,) = database.read_now(
        lambda conn: offers_of(
            conn, shop.shop_id, buyer_id=buyer.place.buyer_id, now=at
        )
    )
    return found.state
