"""Whether every message is stored once, and told apart from its repetitions."""

import asyncio

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.messages import Receipt
from storage.database import Database
from storage.queries.buyers import buyer
from storage.queries.pending_turns import turn_rows, unhandled_messages
from storage.queries.shops import ShopRecord, shop_by_slug
from storage.queries.turns import load_conversation
from storage.repositories.intake import take_message, take_messages
from storage.tables import MessageRow, table_of
from tests.databases import NOW, make_message, make_shop, opened, take

messages = table_of(MessageRow)


def count(database: Database, shop: ShopRecord) -> int:
    statement = select(func.count()).where(messages.c.shop_id == shop.shop_id)
    return database.read_now(lambda conn: conn.execute(statement).scalar_one())


class TestTakeMessage:
    def test_the_first_time_it_is_accepted(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop, text="这件还有货吗")

        rows = database.read_now(
            lambda conn: turn_rows(conn, shop.shop_id, message_ids=[receipt.message_id])
        )
        assert receipt.is_accepted
        assert [row.text for row in rows] == ["这件还有货吗"]

    def test_a_repetition_gets_the_same_receipt_and_is_not_accepted(
        self, database: Database, shop: ShopRecord
    ) -> None:
        message = make_message(message_id="m-1")
        first, second = (
            database.write_now(
                lambda conn: take_message(conn, shop.shop_id, message=message, now=NOW)
            )
            for _ in range(2)
        )

        assert second == Receipt(
            conversation_id=first.conversation_id,
            message_id=first.message_id,
            is_accepted=False,
        )
        assert count(database, shop) == 1

    def test_two_shops_may_have_the_same_ids(self, database: Database) -> None:
        shops = [make_shop(database, slug=slug) for slug in ("one", "two")]
        message = make_message(message_id="m-1")

        receipts = [
            database.write_now(
                lambda conn, shop=shop: take_message(  # type: ignore[misc]
                    conn, shop.shop_id, message=message, now=NOW
                )
            )
            for shop in shops
        ]

        assert [receipt.is_accepted for receipt in receipts] == [True, True]
        assert receipts[0].conversation_id != receipts[1].conversation_id

    def test_a_buyer_has_one_conversation_on_a_connector(
        self, database: Database, shop: ShopRecord
    ) -> None:
        first, second = take(database, shop), take(database, shop)
        other = take(database, shop, buyer_ref="buyer-2")

        assert first.conversation_id == second.conversation_id
        assert other.conversation_id != first.conversation_id

    def test_the_searchable_copy_is_masked(
        self, database: Database, shop: ShopRecord
    ) -> None:
        take(database, shop, text="我的手机13812345678")

        statement = select(messages.c.text, messages.c.search_text).where(
            messages.c.shop_id == shop.shop_id
        )
        text, search_text = database.read_now(
            lambda conn: conn.execute(statement).one()
        )
        assert "13812345678" in text
        assert "12345678" not in search_text

    def test_a_new_name_replaces_the_old_one(
        self, database: Database, shop: ShopRecord
    ) -> None:
        for name in ("小王", None, "王女士"):
            message = make_message(buyer_name=name)
            receipt = database.write_now(
                lambda conn, message=message: take_message(  # type: ignore[misc]
                    conn, shop.shop_id, message=message, now=NOW
                )
            )

        loaded = database.read_now(
            lambda conn: load_conversation(
                conn, shop.shop_id, conversation_id=receipt.conversation_id
            )
        )
        record = database.read_now(
            lambda conn: buyer(conn, shop.shop_id, loaded.buyer.buyer_id)
        )
        assert record is not None
        assert record.name == "王女士"

    async def test_at_the_same_time_one_row_is_made(self, url: str) -> None:
        message = make_message(message_id="m-1")
        with opened(url) as one, opened(url) as two:
            shop = make_shop(one)
            receipts = await asyncio.gather(
                *(
                    database.write(
                        lambda conn: take_message(
                            conn, shop.shop_id, message=message, now=NOW
                        ),
                        key=number,
                    )
                    for number in range(10)
                    for database in (one, two)
                )
            )

            assert sum(receipt.is_accepted for receipt in receipts) == 1
            assert len({receipt.message_id for receipt in receipts}) == 1
            assert count(one, shop) == 1


class TestTakeMessages:
    def test_receipts_come_in_the_order_of_the_batch(self, database: Database) -> None:
        shops = [make_shop(database, slug=slug) for slug in ("one", "two")]
        batch = [
            (shops[number % 2].shop_id, make_message(text=str(number)))
            for number in range(9)
        ]

        receipts = database.write_now(
            lambda conn: take_messages(conn, batch, now=NOW, known={})
        )

        pending = database.read_now(unhandled_messages)
        texts = {row.message_id: row.text for row in pending}
        assert [texts[receipt.message_id] for receipt in receipts] == [
            str(number) for number in range(9)
        ]

    def test_messages_of_a_shop_keep_their_order(
        self, database: Database, shop: ShopRecord
    ) -> None:
        batch = [(shop.shop_id, make_message(text=str(n))) for n in range(50)]
        database.write_now(lambda conn: take_messages(conn, batch, now=NOW, known={}))

        pending = database.read_now(unhandled_messages)

        assert [row.text for row in pending] == [str(number) for number in range(50)]

    def test_a_known_buyer_is_not_looked_up(
        self, database: Database, shop: ShopRecord
    ) -> None:
        conversation_id = take(database, shop).conversation_id
        known = {(shop.shop_id, "signed_http", "buyer-1"): conversation_id}

        receipts = database.write_now(
            lambda conn: take_messages(
                conn, [(shop.shop_id, make_message())], now=NOW, known=known
            )
        )

        assert receipts[0].conversation_id == conversation_id
        assert receipts[0].is_accepted

    @settings(
        max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2)), max_size=20))
    def test_each_id_is_accepted_once_however_often_it_comes(
        self, database: Database, pairs: list[tuple[int, int]]
    ) -> None:
        shop = make_shop_once(database, "mixed")
        before = {row.message_id for row in database.read_now(unhandled_messages)}
        batch = [
            (
                shop.shop_id,
                make_message(
                    message_id=f"m-{number}-{len(before)}", buyer_ref=f"buyer-{buyer}"
                ),
            )
            for number, buyer in pairs
        ]

        receipts = database.write_now(
            lambda conn: take_messages(conn, batch, now=NOW, known={})
        )

        accepted = [receipt for receipt in receipts if receipt.is_accepted]
        assert len(accepted) == len({number for number, _ in pairs})
        by_id: dict[int, set[int]] = {}
        for (number, _), receipt in zip(pairs, receipts, strict=True):
            by_id.setdefault(number, set()).add(receipt.message_id)
        assert all(len(ids) == 1 for ids in by_id.values())


def make_shop_once(database: Database, slug: str) -> ShopRecord:
    """Return the shop of a test whose database outlives one example."""
    found = database.read_now(lambda conn: shop_by_slug(conn, slug))
    return make_shop(database, slug=slug) if found is None else found
