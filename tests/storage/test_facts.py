"""Whether facts win by the shop's own time, and what they make void."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from bot.facts import Item, Order, OrderLine, OrderState, Review
from bot.follow_ups.plans import Kind
from storage.database import Database
from storage.queries import facts as queries
from storage.queries.follow_ups import follow_ups
from storage.queries.shops import ShopRecord, all_shops
from storage.repositories import facts
from storage.repositories.buyers import MARKETING, has_consent
from storage.repositories.facts import ConsentFact, ToldReview
from storage.repositories.follow_ups import NewFollowUp, plan
from storage.repositories.intake import ensure_buyers
from storage.states import FollowUpState
from storage.tables import OrderEventRow, table_of
from tests.databases import NOW, make_shop, take

EARLIER = NOW - timedelta(hours=1)
LATER = NOW + timedelta(hours=1)

ITEM = Item(
    item_id="i-1",
    title="羽绒服",
    list_fen=19900,
    floor_fen=0,
    stock=0,
    details={"usage": "冷水洗"},
    restock_at=LATER,
)
ORDER = Order(
    order_id="o-1",
    buyer_ref="buyer-1",
    state=OrderState.PAID,
    lines=(OrderLine(item_id="i-1", title="羽绒服", quantity=2, price_fen=19900),),
    paid_at=NOW,
    promised_ship_at=LATER,
)
REVIEW = Review(review_id="r-1", order_id="o-1", stars=2, text="掉色", created_at=NOW)


def put_order(
    database: Database,
    shop: ShopRecord,
    order: Order = ORDER,
    *,
    told_at: datetime = NOW,
    ends_plans: Collection[str] = (),
) -> bool:
    return database.write_now(
        lambda conn: facts.put_order(
            conn,
            shop.shop_id,
            value=order,
            told_at=told_at,
            now=NOW,
            ends_plans=ends_plans,
        )
    )


def put_review(
    database: Database,
    shop: ShopRecord,
    review: Review = REVIEW,
    *,
    told_at: datetime = NOW,
) -> ToldReview:
    return database.write_now(
        lambda conn: facts.put_review(
            conn,
            shop.shop_id,
            value=review,
            told_at=told_at,
            now=NOW,
            connector="signed_http",
        )
    )


def order_of_buyer(
    database: Database, shop: ShopRecord, buyer_ref: str
) -> Order | None:
    return database.read_now(
        lambda conn: queries.order_of_buyer(
            conn, shop.shop_id, order_id="o-1", buyer_ref=buyer_ref
        )
    )


class TestPutItem:
    def test_it_comes_back_as_it_was_told(
        self, database: Database, shop: ShopRecord
    ) -> None:
        database.write_now(
            lambda conn: facts.put_item(
                conn, shop.shop_id, value=ITEM, told_at=NOW, now=NOW
            )
        )

        found = database.read_now(lambda conn: queries.item(conn, shop.shop_id, "i-1"))

        assert found == ITEM

    @settings(
        max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(minutes=st.lists(st.integers(0, 9), min_size=1, max_size=8))
    def test_whatever_the_order_of_arrival_the_latest_told_wins(
        self, database: Database, minutes: list[int]
    ) -> None:
        slug = f"shop-{len(database.read_now(all_slugs))}"
        shop = make_shop(database, slug=slug)
        for minute in minutes:
            item = replace(ITEM, stock=minute)
            told_at = NOW + timedelta(minutes=minute)
            database.write_now(
                lambda conn, item=item, told_at=told_at: facts.put_item(  # type: ignore[misc]
                    conn, shop.shop_id, value=item, told_at=told_at, now=NOW
                )
            )

        found = database.read_now(lambda conn: queries.item(conn, shop.shop_id, "i-1"))

        assert found is not None
        assert found.stock == max(minutes)

    def test_of_two_states_told_for_one_second_the_later_arrival_wins(
        self, database: Database, shop: ShopRecord
    ) -> None:
        taken = [
            database.write_now(
                lambda conn, stock=stock: facts.put_item(  # type: ignore[misc]
                    conn,
                    shop.shop_id,
                    value=replace(ITEM, stock=stock),
                    told_at=NOW,
                    now=NOW,
                )
            )
            for stock in (5, 4, 4)
        ]

        found = database.read_now(lambda conn: queries.item(conn, shop.shop_id, "i-1"))

        assert taken == [True, True, False]
        assert found is not None
        assert found.stock == 4


class TestPutOrder:
    def test_it_comes_back_as_it_was_told(
        self, database: Database, shop: ShopRecord
    ) -> None:
        assert put_order(database, shop)

        assert order_of_buyer(database, shop, "buyer-1") == ORDER

    def test_it_is_not_shown_to_another_buyer(
        self, database: Database, shop: ShopRecord
    ) -> None:
        put_order(database, shop)

        assert order_of_buyer(database, shop, "buyer-2") is None

    def test_an_older_telling_is_ignored(
        self, database: Database, shop: ShopRecord
    ) -> None:
        put_order(database, shop)

        shipped = replace(ORDER, state=OrderState.SHIPPED)

        assert not put_order(database, shop, shipped, told_at=EARLIER)
        assert order_of_buyer(database, shop, "buyer-1") == ORDER

    def test_a_change_is_an_event_with_before_and_after(
        self, database: Database, shop: ShopRecord
    ) -> None:
        put_order(database, shop)
        shipped = replace(ORDER, state=OrderState.SHIPPED, shipped_at=LATER)
        put_order(database, shop, shipped, told_at=LATER)

        table = table_of(OrderEventRow).c
        statement = (
            select(table.what, table.data)
            .where(table.shop_id == shop.shop_id)
            .order_by(table.id)
        )
        created, changed = database.read_now(lambda conn: conn.execute(statement).all())

        assert created.what == "created"
        assert changed.what == "state,shipped_at"
        assert changed.data["state"] == ["paid", "shipped"]

    def test_follow_ups_of_plans_that_end_with_it_are_cancelled(
        self, database: Database, shop: ShopRecord
    ) -> None:
        put_order(database, shop)
        for plan_id, order_ref in (("ends", "o-1"), ("stays", "o-1"), ("ends", "o-2")):
            plan_for_order(database, shop, plan_id, order_ref)

        refunded = replace(ORDER, state=OrderState.REFUNDED)
        put_order(database, shop, refunded, told_at=LATER, ends_plans=["ends"])

        records = database.read_now(lambda conn: follow_ups(conn, shop.shop_id))
        assert [(it.plan_id, it.order_ref, it.state) for it in records] == [
            ("ends", "o-1", FollowUpState.CANCELLED),
            ("stays", "o-1", FollowUpState.PLANNED),
            ("ends", "o-2", FollowUpState.PLANNED),
        ]
        assert records[0].reason == "obsolete"

    def test_open_orders_are_those_that_still_move(
        self, database: Database, shop: ShopRecord
    ) -> None:
        for number, state in enumerate(OrderState):
            order = replace(ORDER, order_id=f"o-{number}", state=state)
            put_order(database, shop, order)

        found = database.read_now(
            lambda conn: queries.open_orders_of_buyer(
                conn, shop.shop_id, buyer_ref="buyer-1"
            )
        )

        assert {order.state for order in found} == {
            OrderState.UNPAID,
            OrderState.PAID,
            OrderState.SHIPPED,
            OrderState.REFUNDING,
        }


class TestPutReview:
    def test_a_bad_one_of_a_known_order_finds_its_buyer(
        self, database: Database, shop: ShopRecord
    ) -> None:
        put_order(database, shop)
        receipt = take(database, shop)

        told = put_review(database, shop)

        assert told.is_new_bad
        assert told.conversation_id == receipt.conversation_id

    def test_a_buyer_who_never_wrote_is_made(
        self, database: Database, shop: ShopRecord
    ) -> None:
        put_order(database, shop)

        told = put_review(database, shop)

        assert told.buyer_id is not None
        assert told.conversation_id is not None

    def test_of_an_unknown_order_nobody_is_known(
        self, database: Database, shop: ShopRecord
    ) -> None:
        told = put_review(database, shop)

        assert told.is_new_bad
        assert (told.buyer_id, told.conversation_id) == (None, None)

    def test_told_again_it_is_no_news(
        self, database: Database, shop: ShopRecord
    ) -> None:
        first, again = put_review(database, shop), put_review(database, shop)

        assert not again.is_news
        assert not again.is_new_bad
        assert again.review_row_id == first.review_row_id

    @pytest.mark.parametrize(
        ("before", "after", "is_new_bad"), [(5, 3, True), (3, 1, False), (4, 5, False)]
    )
    def test_only_a_turn_to_the_bad_is_a_new_bad_one(
        self,
        database: Database,
        shop: ShopRecord,
        before: int,
        after: int,
        is_new_bad: bool,  # noqa: FBT001 - a column of the table above
    ) -> None:
        put_review(database, shop, replace(REVIEW, stars=before))

        told = put_review(database, shop, replace(REVIEW, stars=after), told_at=LATER)

        assert told.is_news
        assert told.is_new_bad is is_new_bad


class TestPutConsent:
    def test_the_newest_word_holds_in_whatever_order_it_comes(
        self, database: Database, shop: ShopRecord
    ) -> None:
        results = [
            put_consent(database, shop, is_given=is_given, told_at=told_at)
            for is_given, told_at in ((True, NOW), (False, LATER), (True, EARLIER))
        ]

        assert results == [True, True, False]
        assert not may_be_marketed(database, shop)

    def test_given_it_is_given(self, database: Database, shop: ShopRecord) -> None:
        put_consent(database, shop, is_given=True, told_at=NOW)

        assert may_be_marketed(database, shop)


def put_consent(
    database: Database, shop: ShopRecord, *, is_given: bool, told_at: datetime
) -> bool:
    value = ConsentFact(
        connector="signed_http", buyer_ref="buyer-1", is_given=is_given, source="注册页"
    )
    return database.write_now(
        lambda conn: facts.put_consent(
            conn, shop.shop_id, value=value, told_at=told_at, now=NOW
        )
    )


def may_be_marketed(database: Database, shop: ShopRecord) -> bool:
    pair = ("signed_http", "buyer-1")

    def unit(conn: Connection) -> bool:
        ids = ensure_buyers(conn, shop.shop_id, names={pair: None}, now=NOW)
        return has_consent(conn, shop.shop_id, buyer_id=ids[pair], purpose=MARKETING)

    return database.write_now(unit)


def all_slugs(conn: Connection) -> list[str]:
    return [shop.slug for shop in all_shops(conn)]


def plan_for_order(
    database: Database, shop: ShopRecord, plan_id: str, order_ref: str
) -> None:
    pair = ("signed_http", "buyer-1")

    def unit(conn: Connection) -> None:
        ids = ensure_buyers(conn, shop.shop_id, names={pair: None}, now=NOW)
        value = NewFollowUp(
            buyer_id=ids[pair],
            plan_id=plan_id,
            kind=Kind.SERVICE,
            due_at=LATER,
            order_ref=order_ref,
        )
        plan(conn, shop.shop_id, value=value, now=NOW)

    database.write_now(unit)
