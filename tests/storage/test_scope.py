"""Whether a statement that forgets its shop is refused, however it is built."""

import ast
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Connection,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    union_all,
    update,
)

from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.scope import SCOPED, UnscopedQueryError
from storage.tables import (
    BuyerRow,
    ConversationRow,
    MessageRow,
    SettingRow,
    ShopRow,
    TicketEventRow,
    TicketRow,
    metadata,
    table_of,
)
from tests.databases import NOW

buyers = table_of(BuyerRow)
conversations = table_of(ConversationRow)
messages = table_of(MessageRow)
settings = table_of(SettingRow)
ticket_events = table_of(TicketEventRow)
shops = table_of(ShopRow)
tickets = table_of(TicketRow)

SHOP = 1

ours = select(buyers.c.id).where(buyers.c.shop_id == SHOP)
recent = select(messages).where(messages.c.shop_id == SHOP).cte("recent")
anybody = select(buyers.c.id, buyers.c.shop_id).cte("anybody")
other = buyers.alias("other")

NAMES_ITS_SHOP = {
    "by value": select(buyers).where(buyers.c.shop_id == SHOP),
    "value first": select(buyers).where(buyers.c.shop_id == SHOP),
    "with more conditions": select(buyers).where(
        buyers.c.name == "a", buyers.c.shop_id == SHOP
    ),
    "in brackets": select(buyers).where(
        (buyers.c.shop_id == SHOP) & or_(buyers.c.name == "a", buyers.c.name == "b")
    ),
    "alias": select(other).where(other.c.shop_id == SHOP),
    "self join": select(buyers, other).where(
        buyers.c.shop_id == SHOP, other.c.shop_id == buyers.c.shop_id
    ),
    "join": select(messages)
    .join_from(messages, conversations, conversations.c.shop_id == messages.c.shop_id)
    .where(conversations.c.shop_id == SHOP),
    "outer join": select(buyers, conversations)
    .outerjoin_from(buyers, conversations, conversations.c.shop_id == buyers.c.shop_id)
    .where(buyers.c.shop_id == SHOP),
    "through the shop's name": select(buyers)
    .join_from(buyers, shops, shops.c.id == buyers.c.shop_id)
    .where(shops.c.slug == "demo"),
    "subquery": select(func.count()).select_from(ours.subquery()),
    "cte": select(recent.c.id).where(recent.c.text == "a"),
    "joined to a cte": select(buyers).join(
        recent, recent.c.shop_id == buyers.c.shop_id
    ),
    "in a list of ours": select(tickets).where(
        tickets.c.shop_id == SHOP, tickets.c.buyer_id.in_(ours)
    ),
    "exists": select(buyers).where(
        buyers.c.shop_id == SHOP,
        exists().where(
            tickets.c.shop_id == buyers.c.shop_id, tickets.c.buyer_id == buyers.c.id
        ),
    ),
    "column subquery": select(
        buyers.c.id,
        select(func.max(messages.c.id))
        .where(messages.c.shop_id == buyers.c.shop_id)
        .scalar_subquery(),
    ).where(buyers.c.shop_id == SHOP),
    "union": union_all(
        ours, select(tickets.c.buyer_id).where(tickets.c.shop_id == SHOP)
    ),
    "update": update(buyers).where(buyers.c.shop_id == SHOP).values(name="a"),
    "delete": delete(buyers).where(buyers.c.shop_id == SHOP),
    "insert": insert(settings).from_select(
        ["shop_id", "key", "value", "changed_at"],
        select(shops.c.id, shops.c.name, shops.c.policies, shops.c.created_at),
    ),
    "a table of no shop": select(shops),
    "text without a shop's table": text("SELECT 1"),
}

FORGETS_ITS_SHOP = {
    "everything": select(buyers),
    "by id only": select(buyers).where(buyers.c.id == 1),
    "one side of or": select(buyers).where(
        or_(buyers.c.shop_id == SHOP, buyers.c.id == 1)
    ),
    "not equal": select(buyers).where(buyers.c.shop_id != SHOP),
    "negated": select(buyers).where(~(buyers.c.shop_id == SHOP)),
    "equal to itself": select(buyers).where(buyers.c.shop_id == buyers.c.shop_id),
    "greater": select(buyers).where(buyers.c.shop_id > 0),
    "alias": select(other).where(other.c.id == 1),
    "second of two": select(buyers, tickets).where(
        buyers.c.shop_id == SHOP, buyers.c.id == tickets.c.buyer_id
    ),
    "join by id": select(messages)
    .join_from(
        messages, conversations, conversations.c.id == messages.c.conversation_id
    )
    .where(messages.c.shop_id == SHOP),
    "shops joined but not chosen": select(buyers).join_from(
        buyers, shops, shops.c.id == buyers.c.shop_id
    ),
    "left side of an outer join": select(buyers, conversations).outerjoin_from(
        buyers,
        conversations,
        (buyers.c.shop_id == SHOP) & (conversations.c.shop_id == SHOP),
    ),
    "full join": select(buyers, conversations).join_from(
        buyers,
        conversations,
        (buyers.c.shop_id == SHOP) & (conversations.c.shop_id == SHOP),
        full=True,
    ),
    "inside a subquery": select(func.count()).select_from(
        select(buyers.c.id).subquery()
    ),
    "inside a cte": select(anybody.c.id).where(anybody.c.shop_id == SHOP),
    "inside in": select(tickets).where(
        tickets.c.shop_id == SHOP, tickets.c.buyer_id.in_(select(buyers.c.id))
    ),
    "inside exists": select(buyers).where(
        buyers.c.shop_id == SHOP, exists().where(tickets.c.buyer_id == buyers.c.id)
    ),
    "inside a column": select(
        buyers.c.id,
        select(func.max(messages.c.id)).scalar_subquery(),
    ).where(buyers.c.shop_id == SHOP),
    "same table inside": select(buyers).where(
        buyers.c.shop_id == SHOP,
        buyers.c.id == select(func.max(buyers.c.id)).scalar_subquery(),
    ),
    "one side of a union": union_all(ours, select(tickets.c.buyer_id)),
    "count": select(func.count()).select_from(buyers),
    "update": update(buyers).where(buyers.c.id == 1).values(name="a"),
    "update with a second table": update(buyers)
    .where(buyers.c.shop_id == SHOP, buyers.c.id == tickets.c.buyer_id)
    .values(name="a"),
    "value from another shop": update(buyers)
    .where(buyers.c.shop_id == SHOP)
    .values(name=select(tickets.c.summary).limit(1).scalar_subquery()),
    "delete": delete(buyers),
    "insert": insert(ticket_events).values(
        ticket_id=1, kind="noted", data={}, note="", at=NOW
    ),
    "insert from everywhere": insert(settings).from_select(
        ["shop_id", "key"], select(buyers.c.shop_id, buyers.c.name)
    ),
    "text": text("SELECT phone_enc FROM buyers"),
    "text inside": select(text("count(*) FROM buyers")),
    "literal inside": select(literal_column("(SELECT max(id) FROM buyers)")),
}


def run(conn: Connection, statement: Any) -> None:
    conn.execute(statement)


class TestGuardScope:
    @pytest.mark.parametrize("name", NAMES_ITS_SHOP)
    def test_a_statement_that_names_its_shop_runs(
        self, database: Database, shop: ShopRecord, name: str
    ) -> None:
        database.write_now(lambda conn: run(conn, NAMES_ITS_SHOP[name]))

    @pytest.mark.parametrize("name", FORGETS_ITS_SHOP)
    def test_a_statement_that_forgets_its_shop_is_refused(
        self, database: Database, shop: ShopRecord, name: str
    ) -> None:
        with pytest.raises(UnscopedQueryError):
            database.write_now(lambda conn: run(conn, FORGETS_ITS_SHOP[name]))

    def test_it_is_refused_again_and_again(self, database: Database) -> None:
        for _ in range(2):
            with pytest.raises(UnscopedQueryError):
                database.read_now(lambda conn: run(conn, select(buyers)))

    def test_it_is_refused_after_it_ran_with_an_excuse(
        self, database: Database
    ) -> None:
        excused = select(buyers).execution_options(all_shops="a test")
        database.read_now(lambda conn: run(conn, excused))

        with pytest.raises(UnscopedQueryError):
            database.read_now(lambda conn: run(conn, select(buyers)))

    def test_driver_text_is_refused_too(self, database: Database) -> None:
        with pytest.raises(UnscopedQueryError) as caught:
            database.read_now(lambda conn: conn.exec_driver_sql("SELECT * FROM buyers"))

        assert caught.value.table == "buyers"


class TestScoped:
    def test_only_shops_people_their_logins_and_the_counter_of_changes_are_not(
        self,
    ) -> None:
        assert set(metadata.tables) - SCOPED == {
            "shops",
            "people",
            "sessions",
            "changes",
            "retention_marks",
        }


class TestAllShops:
    """Who looks across shops says why; a new one is added here on purpose."""

    def test_the_statements_that_look_across_shops_are_these(self) -> None:
        found = sorted(excuses(Path(__file__).parents[2] / "storage"))

        assert found == [
            ("migrate.py", "upgrade"),
            ("queries/claims.py", "_claims"),
            ("queries/follow_ups.py", "next_due_at"),
            ("queries/live.py", "added"),
            ("queries/live.py", "last_id"),
            ("queries/outbox.py", "next_due_at"),
            ("queries/outbox.py", "outbox_lag"),
            ("queries/pending_turns.py", "unhandled_messages"),
            ("queries/people.py", "people"),
            ("queries/people.py", "roles_of"),
            ("queries/pictures.py", "picture"),
            ("repositories/conversations.py", "due_releases"),
            ("repositories/duty.py", "end_duty"),
            ("repositories/follow_ups/claiming.py", "_due_ids"),
            ("repositories/follow_ups/claiming.py", "claim_due"),
            ("repositories/follow_ups/claiming.py", "release_claims"),
            ("repositories/follow_ups/silence.py", "silent_questions"),
            ("repositories/incidents/closing.py", "end_due"),
            ("repositories/incidents/closing.py", "has_due"),
            ("repositories/incidents/closing.py", "untold_incidents"),
            ("repositories/outbox/claiming.py", "_due"),
            ("repositories/outbox/claiming.py", "claim_deliveries"),
            ("repositories/outbox/finishing.py", "finish_delivered"),
            ("repositories/outbox/finishing.py", "finish_failed"),
            ("repositories/outbox/finishing.py", "release_claims"),
            ("repositories/people.py", "set_active"),
            ("repositories/promises/due.py", "claim_due"),
            ("repositories/promises/due.py", "claim_due"),
            ("repositories/promises/due.py", "release_claims"),
            ("repositories/retention/blanking.py", "_blank_next"),
            ("repositories/retention/blanking.py", "blank_messages"),
            ("repositories/retention/blanking.py", "blank_reviews"),
            ("repositories/retention/blanking.py", "blank_reviews"),
            ("repositories/retention/blanking.py", "blank_tickets"),
            ("repositories/retention/deleting.py", "_delete_first"),
            ("repositories/retention/deleting.py", "_delete_order"),
            ("repositories/retention/deleting.py", "_delete_order"),
            ("repositories/retention/deleting.py", "delete_bargaining"),
            ("repositories/retention/deleting.py", "delete_bargaining"),
            ("repositories/retention/deleting.py", "delete_orders"),
            ("repositories/retention/pictures.py", "delete_media"),
            ("repositories/retention/pictures.py", "known_media"),
            ("repositories/retention/pictures.py", "old_media"),
            ("repositories/retention/walking.py", "next_rows"),
            ("repositories/serving.py", "hand_back"),
            ("repositories/tickets/breaches.py", "_record"),
        ]

    @pytest.mark.parametrize("package", ["server", "connectors", "scripts_library"])
    def test_nobody_outside_storage_does(self, package: str) -> None:
        assert list(excuses(Path(__file__).parents[2] / package)) == []


def excuses(folder: Path) -> list[tuple[str, str]]:
    """Return file and function of each statement that looks across shops."""
    return [
        (str(path.relative_to(folder)), function.name)
        for path in sorted(folder.rglob("*.py"))
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.keyword) and node.arg == "all_shops"
    ]
