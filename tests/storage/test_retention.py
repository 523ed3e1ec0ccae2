"""Old rows lose their words; younger ones are not even looked at."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select, text, update

from bot.facts import Order, OrderState
from bot.follow_ups.plans import Kind
from bot.messages import Sender
from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.repositories import audit, retention
from storage.repositories.facts import put_order
from storage.repositories.follow_ups import NewFollowUp, plan
from storage.repositories.intake import take_message
from storage.repositories.reveals import record_reveal
from storage.repositories.sending import Draft, address_of, put_out
from storage.repositories.tickets import open_ticket
from storage.tables import (
    ConversationEventRow,
    DeliveryRow,
    MediaRow,
    MessageRow,
    OrderRow,
    RatingRow,
    ReviewRow,
    SessionRow,
    SuggestionRow,
    TicketEventRow,
    TicketRow,
    table_of,
)
from tests.databases import (
    NOW,
    make_message,
    make_person,
    make_shop,
    make_ticket_action,
    opened,
    sqlite_url,
)

LONG_AGO = NOW - timedelta(days=200)
BEFORE = NOW - timedelta(days=180)
_ANY = {"all_shops": "a test"}


@pytest.fixture(name="shop")
def _shop(database: Database) -> ShopRecord:
    return make_shop(database)


def say(
    database: Database, shop: ShopRecord, *, at: datetime, buyer: str = "buyer-1"
) -> tuple[int, int]:
    """Let a buyer write at some moment; return message and conversation."""
    receipt = database.write_now(
        lambda conn: take_message(
            conn,
            shop.shop_id,
            message=make_message(text="我电话13800005678", buyer_ref=buyer),
            now=at,
        )
    )
    return receipt.message_id, receipt.conversation_id


def run(
    database: Database, step: Callable[..., int], *, before: datetime = BEFORE
) -> int:
    return database.write_now(lambda conn: step(conn, before=before, limit=100))


def rows(database: Database, row: Any, *columns: str) -> list[tuple[Any, ...]]:
    table = table_of(row)
    statement = select(*(table.c[name] for name in columns)).order_by(table.c.id)
    return [
        tuple(found)
        for found in database.read_now(
            lambda conn: conn.execute(statement.execution_options(**_ANY)).all()
        )
    ]


def add(database: Database, row: Any, **values: Any) -> None:
    database.write_now(lambda conn: conn.execute(insert(table_of(row)), values))


class TestBlankMessages:
    def test_words_of_old_ones_go_and_the_rows_stay(
        self, database: Database, shop: ShopRecord
    ) -> None:
        say(database, shop, at=LONG_AGO)
        say(database, shop, at=NOW)

        count = run(database, retention.blank_messages)

        assert count == 1
        assert rows(database, MessageRow, "text", "search_text") == [
            ("", ""),
            ("我电话13800005678", "我电话138****5678"),
        ]

    def test_a_dead_letter_without_words_is_never_sent_again(
        self, database: Database, shop: ShopRecord
    ) -> None:
        _, place = say(database, shop, at=LONG_AGO)

        def unit(conn: Connection) -> None:
            draft = Draft(text="亲，在的", sender=Sender.ASSISTANT)
            address = address_of(conn, shop.shop_id, place)
            put_out(conn, address, draft=draft, now=LONG_AGO, deliver=True)

        database.write_now(unit)

        run(database, retention.blank_messages)

        assert rows(database, DeliveryRow, "state", "last_error") == [
            ("withheld", None)
        ]

    def test_the_mark_is_gone_on_from(
        self, database: Database, shop: ShopRecord
    ) -> None:
        say(database, shop, at=LONG_AGO)
        run(database, retention.blank_messages)
        say(database, shop, at=LONG_AGO + timedelta(days=1))

        assert run(database, retention.blank_messages) == 1
        assert run(database, retention.blank_messages) == 0

    def test_of_a_thousand_rows_only_the_old_ones_and_one_more_are_read(
        self, database: Database, shop: ShopRecord
    ) -> None:
        _, place = say(database, shop, at=LONG_AGO)

        def unit(conn: Connection) -> None:
            address = address_of(conn, shop.shop_id, place)
            for number in range(1000):
                at = LONG_AGO if number < 9 else NOW
                draft = Draft(text="亲，在的", sender=Sender.ASSISTANT)
                put_out(conn, address, draft=draft, now=at, deliver=False)

        database.write_now(unit)
        changed = _count_rows(
            database,
            lambda conn: retention.blank_messages(conn, before=BEFORE, limit=11),
        )

        assert changed == [10]
        left = [text for (text,) in rows(database, MessageRow, "text") if text]
        assert len(left) == 991


def _count_rows(database: Database, unit: Callable[[Connection], int]) -> list[int]:
    """Return how many messages each UPDATE of a unit changed."""
    changed: list[int] = []

    def listen(conn: Any, cursor: Any, statement: str, *rest: object) -> None:
        if statement.startswith("UPDATE messages"):
            changed.append(cursor.rowcount)

    event.listen(database.engine, "after_cursor_execute", listen)
    try:
        database.write_now(unit)
    finally:
        event.remove(database.engine, "after_cursor_execute", listen)
    return changed


class TestBlankOthers:
    @pytest.mark.parametrize(
        ("row", "column", "words", "blank", "step"),
        [
            (SuggestionRow, "text", "亲", "", retention.blank_suggestions),
            (RatingRow, "reason", "太慢", "", retention.blank_ratings),
        ],
    )
    def test_old_words_go(
        self,
        database: Database,
        shop: ShopRecord,
        row: Any,
        column: str,
        words: str,
        blank: str,
        step: Callable[..., int],
    ) -> None:
        _, place = say(database, shop, at=NOW)
        more = {"stars": 1} if row is RatingRow else {}
        for at in (LONG_AGO, NOW):
            add(
                database,
                row,
                shop_id=shop.shop_id,
                conversation_id=place,
                created_at=at,
                **{column: words},
                **more,
            )

        run(database, step)

        assert rows(database, row, column) == [(blank,), (words,)]

    def test_notes_go_and_reasons_of_hand_overs_stay(
        self, database: Database, shop: ShopRecord
    ) -> None:
        _, place = say(database, shop, at=NOW)
        for kind, data in (("noted", {"text": "住三楼"}), ("handed_over", {"a": "b"})):
            add(
                database,
                ConversationEventRow,
                shop_id=shop.shop_id,
                conversation_id=place,
                kind=kind,
                data=data,
                at=LONG_AGO,
            )

        run(database, retention.blank_conversation_events)

        assert rows(database, ConversationEventRow, "data") == [({},), ({"a": "b"},)]

    def test_a_closed_ticket_loses_its_words_an_open_one_does_not(
        self, database: Database, shop: ShopRecord
    ) -> None:
        for number, buyer in enumerate(("a", "b")):
            _open_ticket(database, shop, buyer=buyer, is_closed=number == 0)

        run(database, retention.blank_tickets)

        assert rows(database, TicketRow, "summary", "cause") == [
            ("", None),
            ("物流异常", "丢件"),
        ]
        assert rows(database, TicketEventRow, "note") == [("",), ("三天没动",)]

    def test_old_reviews_lose_their_words(
        self, database: Database, shop: ShopRecord
    ) -> None:
        for number, at in enumerate((LONG_AGO, NOW)):
            add(
                database,
                ReviewRow,
                shop_id=shop.shop_id,
                review_id=f"R{number}",
                order_id="A1",
                stars=1,
                text="差",
                created_at=at,
                state="told",
                told_at=at,
            )

        run(database, retention.blank_reviews)

        assert rows(database, ReviewRow, "text") == [("",), ("差",)]


def _open_ticket(
    database: Database,
    shop: ShopRecord,
    *,
    buyer: str,
    is_closed: bool,
    order_ref: str | None = None,
) -> None:
    _, place = say(database, shop, at=LONG_AGO, buyer=buyer)
    table = table_of(TicketRow)

    def unit(conn: Connection) -> None:
        buyer_id = address_of(conn, shop.shop_id, place).buyer_id
        opened = open_ticket(
            conn,
            shop.shop_id,
            action=make_ticket_action(order_ref=order_ref),
            buyer_id=buyer_id,
            conversation_id=place,
            now=LONG_AGO,
            words="三天没动",
        )
        closed = {"phase": "closed", "closed_at": LONG_AGO} if is_closed else {}
        conn.execute(
            update(table)
            .where(table.c.shop_id == shop.shop_id, table.c.id == opened.ticket_id)
            .values(cause="丢件", **closed)
        )

    database.write_now(unit)


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
        _open_ticket(database, shop, buyer="a", is_closed=False, order_ref="A1")

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


OLD_ROWS = """
SELECT id FROM tickets WHERE phase = 'closed' AND summary <> ''
 AND closed_at < '2026' ORDER BY closed_at;
SELECT id FROM reviews WHERE text <> '' AND told_at < '2026' ORDER BY told_at;
SELECT id FROM orders WHERE state IN ('completed', 'cancelled', 'refunded')
 AND told_at < '2026' ORDER BY told_at;
SELECT id FROM media WHERE created_at < '2026' ORDER BY created_at;
SELECT id, created_at FROM messages WHERE id > 7 ORDER BY id LIMIT 3
"""


class TestPlans:
    """SQLite finds what is old by an index, however much there is."""

    @pytest.mark.parametrize("query", OLD_ROWS.split(";"))
    def test_is_a_search_without_sorting(self, tmp_path: Path, query: str) -> None:
        with opened(sqlite_url(tmp_path)) as database:
            steps = database.read_now(
                lambda conn: conn.execute(
                    text(f"EXPLAIN QUERY PLAN {query}").execution_options(**_ANY)
                ).all()
            )

        assert [step.detail.split()[0] for step in steps] == ["SEARCH"]
