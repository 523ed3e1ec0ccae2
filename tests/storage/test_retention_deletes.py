"""Orders, pictures, audit and log-ins go when they are old enough."""

from datetime import datetime

import pytest
from sqlalchemy import Connection

from bot.facts import Order, OrderState
from bot.follow_ups.plans import Kind
from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.repositories import audit, retention
from storage.repositories.facts import put_order
from storage.repositories.follow_ups import NewFollowUp, plan
from storage.repositories.reveals import record_reveal
from storage.repositories.sending import address_of
from storage.tables import (
    MediaRow,
    OrderRow,
    SessionRow,
)
from tests.databases import (
    NOW,
    make_person,
    make_shop,
)
from tests.storage.aging import BEFORE, LONG_AGO, add, open_old_ticket, rows, run, say


@pytest.fixture(name="shop")
def _shop(database: Database) -> ShopRecord:
    return make_shop(database)


class TestDeleteOrders:
    @pytest.mark.parametrize(
        ("state", "told_at", "is_kept"),
        [
            (OrderState.COMPLETED, LONG_AGO, False),
            (OrderState.CANCELLED, LONG_AGO, False),
            (OrderState.REFUNDED, LONG_AGO, False),
            (OrderState.SHIPPED, LONG_AGO, True),
            (OrderState.COMPLETED, NOW, True),
        ],
    )
    def test_only_finished_old_ones_go(
        self,
        database: Database,
        shop: ShopRecord,
        state: OrderState,
        told_at: datetime,
        *,
        is_kept: bool,
    ) -> None:
        _tell(database, shop, state=state, at=told_at)

        run(database, retention.delete_orders)

        assert bool(rows(database, OrderRow, "order_id")) is is_kept

    def test_what_a_follow_up_waits_for_is_kept(
        self, database: Database, shop: ShopRecord
    ) -> None:
        _tell(database, shop)
        _, place = say(database, shop, at=NOW)

        def unit(conn: Connection) -> None:
            value = NewFollowUp(
                buyer_id=address_of(conn, shop.shop_id, place).buyer_id,
                plan_id="p",
                kind=Kind.SERVICE,
                due_at=NOW,
                order_ref="A1",
            )
            plan(conn, shop.shop_id, value=value, now=NOW)

        database.write_now(unit)

        assert run(database, retention.delete_orders) == 0

    def test_what_a_ticket_is_about_is_kept(
        self, database: Database, shop: ShopRecord
    ) -> None:
        _tell(database, shop)
        open_old_ticket(database, shop, buyer="a", is_closed=False, order_ref="A1")

        assert run(database, retention.delete_orders) == 0


def _tell(
    database: Database,
    shop: ShopRecord,
    *,
    state: OrderState = OrderState.COMPLETED,
    at: datetime = LONG_AGO,
) -> None:
    order = Order(order_id="A1", buyer_ref="buyer-1", state=state)
    database.write_now(
        lambda conn: put_order(conn, shop.shop_id, value=order, told_at=at, now=at)
    )


class TestDeleteOthers:
    def test_audit_and_reveals_go_by_their_age(
        self, database: Database, shop: ShopRecord
    ) -> None:
        person = make_person(database)
        _, place = say(database, shop, at=NOW)

        def unit(conn: Connection) -> None:
            buyer_id = address_of(conn, shop.shop_id, place).buyer_id
            for at in (LONG_AGO, NOW):
                audit.record(conn, shop.shop_id, action="a", subject="s", now=at)
                record_reveal(
                    conn,
                    shop.shop_id,
                    person_id=person,
                    buyer_id=buyer_id,
                    field="phone",
                    reason="核对",
                    now=at,
                )

        database.write_now(unit)

        assert run(database, retention.delete_audit) == 2
        assert run(database, retention.delete_audit) == 0

    def test_ended_log_ins_go(self, database: Database, shop: ShopRecord) -> None:
        person = make_person(database)
        for number, at in enumerate((LONG_AGO, NOW)):
            add(
                database,
                SessionRow,
                person_id=person,
                token_hash=bytes([number]),
                created_at=at,
                last_seen_at=at,
                expires_at=at,
            )

        run(database, retention.delete_sessions)

        assert rows(database, SessionRow, "token_hash") == [(b"\x01",)]

    def test_pictures_are_named_oldest_first_and_removed_by_row(
        self, database: Database, shop: ShopRecord
    ) -> None:
        _, place = say(database, shop, at=NOW)
        buyer_id = database.read_now(
            lambda conn: address_of(conn, shop.shop_id, place).buyer_id
        )
        for name, at in (("a.jpg", LONG_AGO), ("b.jpg", NOW)):
            add(
                database,
                MediaRow,
                shop_id=shop.shop_id,
                buyer_id=buyer_id,
                name=name,
                content_type="image/jpeg",
                size=1,
                width=1,
                height=1,
                sha256=b"",
                created_at=at,
            )

        found = database.read_now(
            lambda conn: retention.old_media(conn, before=BEFORE, limit=10)
        )
        database.write_now(
            lambda conn: retention.delete_media(conn, ids=[it[0] for it in found])
        )

        assert [name for _, _, name in found] == ["a.jpg"]
        assert rows(database, MediaRow, "name") == [("b.jpg",)]
