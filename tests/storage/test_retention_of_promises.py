"""Words of promises, and what strangers were asked and tried, end when they are old."""

from datetime import datetime, timedelta

import pytest

from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.repositories import retention
from storage.repositories.promises import NewPromise, record_promise
from storage.tables import IdentityCheckRow, IdentityTryRow, PromiseRow
from tests.databases import NOW, buyer_id_of, make_shop, take
from tests.storage.aging import LONG_AGO, add, rows, run


@pytest.fixture(name="shop")
def _shop(database: Database) -> ShopRecord:
    return make_shop(database)


def _promise(database: Database, shop: ShopRecord, order: str, at: datetime) -> None:
    place = take(database, shop).conversation_id
    value = NewPromise(
        conversation_id=place,
        buyer_id=buyer_id_of(database, shop, place),
        order_ref=order,
        message_id=1,
        kind="ship_by",
        about="shipping",
        words="明天发货",
        due_at=at + timedelta(days=1),
        lead=timedelta(),
    )
    database.write_now(
        lambda conn: record_promise(conn, shop.shop_id, value=value, now=at)
    )


class TestBlankPromises:
    def test_old_words_go_and_rows_stay(
        self, database: Database, shop: ShopRecord
    ) -> None:
        _promise(database, shop, "A1", LONG_AGO)
        _promise(database, shop, "A2", NOW)

        run(database, retention.blank_promises)

        assert rows(database, PromiseRow, "words") == [("",), ("明天发货",)]


class TestDeleteIdentity:
    def test_old_questions_and_tries_go(
        self, database: Database, shop: ShopRecord
    ) -> None:
        place = take(database, shop).conversation_id
        for number, at in enumerate((LONG_AGO, NOW)):
            add(
                database,
                IdentityCheckRow,
                shop_id=shop.shop_id,
                conversation_id=place,
                intent_id=f"i{number}",
                asked_at=at,
            )
            add(
                database,
                IdentityTryRow,
                shop_id=shop.shop_id,
                conversation_id=place,
                message_id=number,
                order_hash=b"h",
                is_right=False,
                at=at,
            )

        run(database, retention.delete_identity)

        assert rows(database, IdentityCheckRow, "intent_id") == [("i1",)]
        assert rows(database, IdentityTryRow, "message_id") == [(1,)]
