"""Old rows lose their words; younger ones are not even looked at."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.messages import Sender
from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.repositories import retention
from storage.repositories.sending import Draft, address_of, put_out
from storage.tables import (
    ConversationEventRow,
    DeliveryRow,
    MessageRow,
    RatingRow,
    ReviewRow,
    SuggestionRow,
    TicketEventRow,
    TicketRow,
)
from tests.databases import (
    NOW,
    make_shop,
)
from tests.storage.aging import BEFORE, LONG_AGO, add, open_old_ticket, rows, run, say


@pytest.fixture(name="shop")
def _shop(database: Database) -> ShopRecord:
    return make_shop(database)


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
            open_old_ticket(database, shop, buyer=buyer, is_closed=number == 0)

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
