"""Whether lists of conversations have everything once, on both databases."""

from datetime import timedelta

import pytest

from bot.actions import HandOver, HandOverReason, Reply
from bot.errors import NotFoundError
from storage.database import Database
from storage.queries.conversation_details import (
    conversation_details,
    conversation_events,
    last_burst,
)
from storage.queries.conversation_lists import (
    After,
    ConversationLine,
    conversation_line,
    conversation_lines,
)
from storage.queries.counts import conversation_counts
from storage.queries.shops import ShopRecord
from storage.repositories.conversations import take_over
from storage.repositories.intake import ensure_conversations
from storage.states import ConversationPhase
from tests.databases import NOW, commit, make_person, make_shop, take


def whole_list(
    database: Database, shop: ShopRecord, phase: ConversationPhase | None, limit: int
) -> list[ConversationLine]:
    """Read a list page by page."""
    lines: list[ConversationLine] = []
    after: After | None = None
    while True:
        page = database.read_now(
            lambda conn, after=after: conversation_lines(  # type: ignore[misc]
                conn, shop.shop_id, phase=phase, limit=limit, after=after
            )
        )
        lines += page
        if len(page) < limit:
            return lines
        after = After.of(page[-1], phase=phase)


@pytest.fixture(name="ids")
def _ids(database: Database, shop: ShopRecord) -> list[int]:
    """Conversations answered one a minute, two of them at one moment."""
    ids = []
    for number, minute in enumerate((0, 1, 1, 2, 3)):
        receipt = take(database, shop, buyer_ref=f"b{number}")
        commit(
            database,
            shop,
            [receipt],
            Reply(text=f"亲{number}"),
            now=NOW + timedelta(minutes=minute),
        )
        ids.append(receipt.conversation_id)
    return ids


class TestConversationLines:
    @pytest.mark.parametrize("limit", [1, 2, 5, 6])
    def test_pages_have_each_once_newest_first_and_the_silent_last(
        self, database: Database, shop: ShopRecord, ids: list[int], limit: int
    ) -> None:
        silent = database.write_now(
            lambda conn: ensure_conversations(
                conn,
                shop.shop_id,
                names={("signed_http", f"quiet-{n}"): None for n in range(2)},
                now=NOW,
            )
        )

        lines = whole_list(database, shop, None, limit)

        expected = [*reversed(ids), *sorted(silent.values(), reverse=True)]
        assert [line.conversation_id for line in lines] == expected

    @pytest.mark.parametrize("limit", [1, 2, 5])
    def test_the_queue_is_in_the_order_of_waiting(
        self, database: Database, shop: ShopRecord, limit: int
    ) -> None:
        ids = []
        for number, minute in enumerate((3, 1, 1, 2)):
            receipt = take(database, shop, buyer_ref=f"b{number}")
            commit(
                database,
                shop,
                [receipt],
                HandOver(reason=HandOverReason.ASKED),
                now=NOW + timedelta(minutes=minute),
            )
            ids.append(receipt.conversation_id)

        lines = whole_list(database, shop, ConversationPhase.HANDED_OVER, limit)

        expected = [ids[1], ids[2], ids[3], ids[0]]
        assert [line.conversation_id for line in lines] == expected

    def test_the_last_line_is_what_was_said_last(
        self, database: Database, shop: ShopRecord, ids: list[int]
    ) -> None:
        lines = whole_list(database, shop, ConversationPhase.OPEN, 10)

        texts = [line.last.text for line in lines if line.last is not None]
        assert texts == ["亲4", "亲3", "亲2", "亲1", "亲0"]

    def test_another_shop_has_its_own(
        self, database: Database, shop: ShopRecord, ids: list[int]
    ) -> None:
        other = make_shop(database, slug="other")

        assert whole_list(database, other, None, 10) == []
        with pytest.raises(NotFoundError):
            database.read_now(
                lambda conn: conversation_line(conn, other.shop_id, ids[0])
            )


class TestConversationCounts:
    def test_counts_by_who_they_are_with(
        self, database: Database, shop: ShopRecord, ids: list[int]
    ) -> None:
        lan, mei = (make_person(database, user=user) for user in ("lan", "mei"))
        for conversation_id, person_id in zip(ids, (lan, mei), strict=False):
            database.write_now(
                lambda conn, it=conversation_id, who=person_id: take_over(  # type: ignore[misc]
                    conn,
                    shop.shop_id,
                    conversation_id=it,
                    person_id=who,
                    until=NOW,
                    now=NOW,
                )
            )

        counts = database.read_now(
            lambda conn: conversation_counts(conn, shop.shop_id, person_id=lan)
        )

        assert (counts.open, counts.served, counts.served_by_me) == (3, 2, 1)
        assert (counts.handed_over, counts.closed) == (0, 0)


class TestDetails:
    def test_the_last_burst_ends_where_somebody_answered(
        self, database: Database, shop: ShopRecord, ids: list[int]
    ) -> None:
        for text in ("一", "二"):
            take(database, shop, text=text, buyer_ref="b0")

        burst = database.read_now(lambda conn: last_burst(conn, shop.shop_id, ids[0]))
        details = database.read_now(
            lambda conn: conversation_details(conn, shop.shop_id, ids[0])
        )

        assert burst is not None
        assert (burst.text, len(burst.message_ids)) == ("一\n二", 2)
        assert details.is_verified
        assert details.ratings == ()

    def test_events_come_in_pages(
        self, database: Database, shop: ShopRecord, ids: list[int]
    ) -> None:
        person_id = make_person(database)
        for _ in range(3):
            database.write_now(
                lambda conn: take_over(
                    conn,
                    shop.shop_id,
                    conversation_id=ids[0],
                    person_id=person_id,
                    until=NOW,
                    now=NOW,
                )
            )

        first = database.read_now(
            lambda conn: conversation_events(
                conn, shop.shop_id, conversation_id=ids[0], limit=2
            )
        )
        rest = database.read_now(
            lambda conn: conversation_events(
                conn,
                shop.shop_id,
                conversation_id=ids[0],
                after=first[-1].event_id,
            )
        )

        assert (len(first), len(rest)) == (2, 1)
        assert {event.user for event in (*first, *rest)} == {"lan"}
