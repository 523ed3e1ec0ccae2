"""Whether a hot statement gives, refuses and fails like the same one run by Core."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, bindparam, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from bot.actions import Band
from bot.messages import Sender
from storage.database import Database
from storage.hot import HotStatement
from storage.queries.shops import ShopRecord
from storage.scope import UnscopedQueryError
from storage.states import Direction
from storage.tables import BuyerRow, MessageRow, metadata, table_of
from tests.databases import NOW, take

buyers = table_of(BuyerRow)
messages = table_of(MessageRow)

ADD_BUYER = HotStatement(insert(buyers).returning(buyers.c.id))
ADD_MESSAGE = HotStatement(insert(messages).returning(messages.c.id))
MESSAGE = select(messages).where(
    messages.c.shop_id == bindparam("of_shop"), messages.c.id == bindparam("of_id")
)
BUYERS = HotStatement(
    select(buyers.c.buyer_ref, buyers.c.created_at)
    .where(buyers.c.shop_id == bindparam("of_shop"))
    .order_by(buyers.c.id)
)
RENAME = HotStatement(
    update(buyers)
    .where(buyers.c.shop_id == bindparam("of_shop"))
    .values(name=bindparam("new_name"))
)
HOT_MESSAGE = HotStatement(MESSAGE)

zones = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
times = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=zones,
)
words = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20
)
contents = st.fixed_dictionaries(
    {
        "text": words,
        "is_verified": st.booleans(),
        "confidence": st.none() | st.floats(0, 1),
        "band": st.none() | st.sampled_from(Band),
        "buttons": st.none() | st.lists(words, max_size=3),
        "variant": st.none() | st.integers(0, 2**31 - 1),
        "sent_at": times,
    }
)


def buyer(shop: ShopRecord, ref: str = "b1", **more: object) -> dict[str, Any]:
    """Return the values of a buyer's row."""
    values = {
        "shop_id": shop.shop_id,
        "connector": "signed_http",
        "buyer_ref": ref,
        "is_professional_reviewer": False,
        "created_at": NOW,
    }
    return values | more


def add_buyer(conn: Connection, shop: ShopRecord, *, ref: str = "b1") -> int:
    """Add a buyer and return the row's id."""
    added: int = ADD_BUYER.first(conn, buyer(shop, ref)).id
    return added


def refs(database: Database, shop: ShopRecord) -> list[str]:
    """Return the buyers of the shop, oldest first."""
    values = {"of_shop": shop.shop_id}
    return [
        row.buyer_ref
        for row in database.read_now(lambda conn: BUYERS.rows(conn, values))
    ]


class TestFirst:
    @settings(
        suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
    )
    @given(content=contents)
    def test_values_are_those_of_core(
        self, database: Database, shop: ShopRecord, content: Mapping[str, Any]
    ) -> None:
        receipt = take(database, shop)
        values = {
            "shop_id": shop.shop_id,
            "conversation_id": receipt.conversation_id,
            "sender": Sender.ASSISTANT,
            "direction": Direction.OUTGOING,
            "search_text": "",
            "connector": "signed_http",
            "created_at": NOW,
            **content,
        }

        def unit(conn: Connection) -> tuple[Any, Any]:
            key = {
                "of_shop": shop.shop_id,
                "of_id": ADD_MESSAGE.first(conn, values).id,
            }
            return conn.execute(MESSAGE, key).one(), HOT_MESSAGE.first(conn, key)

        core, hot = database.write_now(unit)

        assert hot._asdict() == core._asdict()
        assert {name: hot._asdict()[name] for name in values} == values
        assert hot.sent_at.tzinfo is UTC

    def test_nothing_found_is_none(self, database: Database, shop: ShopRecord) -> None:
        key = {"of_shop": shop.shop_id, "of_id": 99}

        assert database.read_now(lambda conn: HOT_MESSAGE.first(conn, key)) is None


class TestRows:
    def test_every_row_comes(self, database: Database, shop: ShopRecord) -> None:
        for ref in ("b1", "b2"):
            database.write_now(partial(add_buyer, shop=shop, ref=ref))

        assert refs(database, shop) == ["b1", "b2"]


class TestChange:
    def test_the_rows_changed_are_counted(
        self, database: Database, shop: ShopRecord
    ) -> None:
        for ref in ("b1", "b2"):
            database.write_now(partial(add_buyer, shop=shop, ref=ref))
        values = {"of_shop": shop.shop_id, "new_name": "小兰"}

        assert database.write_now(lambda conn: RENAME.change(conn, values)) == 2


class TestRefusals:
    @pytest.mark.parametrize(
        "statement",
        [
            select(buyers.c.id).where(buyers.c.id == bindparam("of_id")),
            update(buyers).where(buyers.c.id == bindparam("of_id")).values(name="小兰"),
        ],
    )
    def test_a_statement_that_forgets_its_shop_is_refused_each_time(
        self, database: Database, statement: Any
    ) -> None:
        hot = HotStatement(statement)
        for _ in range(2):
            with pytest.raises(UnscopedQueryError):
                database.write_now(lambda conn: hot.rows(conn, {"of_id": 1}))

    def test_an_insert_that_forgets_its_shop_is_refused(
        self, database: Database, shop: ShopRecord
    ) -> None:
        values = buyer(shop)
        del values["shop_id"]
        hot = HotStatement(insert(buyers))

        with pytest.raises(UnscopedQueryError):
            database.write_now(lambda conn: hot.change(conn, values))

    def test_one_that_says_why_it_looks_across_shops_runs(
        self, database: Database, shop: ShopRecord
    ) -> None:
        hot = HotStatement(select(buyers.c.id).execution_options(all_shops="a test"))

        assert database.read_now(lambda conn: hot.rows(conn, {})) == []

    @pytest.mark.parametrize("more", [{"name": "小兰"}, {"nick": "小兰"}])
    def test_other_names_than_at_first_are_refused(
        self, database: Database, shop: ShopRecord, more: dict[str, Any]
    ) -> None:
        def unit(conn: Connection) -> None:
            add_buyer(conn, shop)
            ADD_BUYER.first(conn, buyer(shop, "b2", **more))

        with pytest.raises(StatementError, match="not the names"):
            database.write_now(unit)

    def test_a_missing_value_is_refused(
        self, database: Database, shop: ShopRecord
    ) -> None:
        with pytest.raises(StatementError):
            database.write_now(lambda conn: RENAME.change(conn, {"of_shop": 1}))

    def test_a_naive_time_is_refused(
        self, database: Database, shop: ShopRecord
    ) -> None:
        naive = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the point
        values = buyer(shop, created_at=naive)

        with pytest.raises(StatementError, match="naive"):
            database.write_now(lambda conn: ADD_BUYER.first(conn, values))


class TestFailures:
    def test_a_broken_constraint_is_the_error_of_core(
        self, database: Database, shop: ShopRecord
    ) -> None:
        database.write_now(lambda conn: add_buyer(conn, shop))

        with pytest.raises(IntegrityError):
            database.write_now(lambda conn: add_buyer(conn, shop))

    async def test_it_fails_its_own_unit_only(
        self, database: Database, shop: ShopRecord
    ) -> None:
        database.write_now(lambda conn: add_buyer(conn, shop))

        ended = await asyncio.gather(
            *(
                database.write(partial(add_buyer, shop=shop, ref=ref))
                for ref in ("b2", "b1", "b3")
            ),
            return_exceptions=True,
        )

        assert [isinstance(one, IntegrityError) for one in ended] == [
            False,
            True,
            False,
        ]
        assert refs(database, shop) == ["b1", "b2", "b3"]

    def test_without_a_transaction_one_begins(
        self, database: Database, shop: ShopRecord
    ) -> None:
        with database.engine.connect() as conn:
            add_buyer(conn, shop)

        assert refs(database, shop) == []

    def test_a_lost_connection_is_replaced(self, postgres: Database) -> None:
        tries: list[int] = []

        def query(conn: Connection) -> list[Any]:
            pid = conn.scalar(text("SELECT pg_backend_pid()"))
            tries.append(pid)
            if len(tries) == 1:
                with postgres.engine.connect() as other:
                    other.execute(text(f"SELECT pg_terminate_backend({pid}, 5000)"))
            return BUYERS.rows(conn, {"of_shop": 1})

        assert postgres.read_now(query) == []
        assert len(set(tries)) == 2

    def test_a_lost_connection_says_so(self, postgres: Database) -> None:
        def query(conn: Connection) -> None:
            pid = conn.scalar(text("SELECT pg_backend_pid()"))
            with postgres.engine.connect() as other:
                other.execute(text(f"SELECT pg_terminate_backend({pid}, 5000)"))
            BUYERS.rows(conn, {"of_shop": 1})

        with pytest.raises(DBAPIError) as caught:
            postgres.read_now(query)

        assert caught.value.connection_invalidated


class TestTables:
    def test_no_column_has_a_default_made_in_python(self) -> None:
        found = [
            column
            for table in metadata.tables.values()
            for column in table.c
            if column.default is not None or column.onupdate is not None
        ]

        assert found == []
