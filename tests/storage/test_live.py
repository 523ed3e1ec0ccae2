"""Whether the tails tell what was added, and whose it is."""

from sqlalchemy import Connection

from storage.database import Database
from storage.queries.live import Stream, added, last_id
from storage.queries.shops import ShopRecord
from storage.repositories.events import record_event
from storage.states import ConversationEventKind
from tests.databases import NOW, commit, make_shop, make_ticket_action, take


def note(conn: Connection, shop: ShopRecord, conversation_id: int) -> None:
    record_event(
        conn,
        shop.shop_id,
        conversation_id=conversation_id,
        kind=ConversationEventKind.NOTED,
        now=NOW,
    )


class TestLastId:
    def test_an_empty_stream_ends_at_zero(self, database: Database) -> None:
        ends = database.read_now(
            lambda conn: [last_id(conn, stream=stream) for stream in Stream]
        )

        assert ends == [0, 0, 0]

    def test_it_is_the_newest_of_every_shop(
        self, database: Database, shop: ShopRecord
    ) -> None:
        take(database, shop)
        newest = take(database, make_shop(database, slug="other")).message_id

        end = database.read_now(lambda conn: last_id(conn, stream=Stream.MESSAGES))

        assert end == newest


class TestAdded:
    def test_newer_and_missing_rows_come_by_id(
        self, database: Database, shop: ShopRecord
    ) -> None:
        ids = [take(database, shop).message_id for _ in range(4)]

        rows = database.read_now(
            lambda conn: added(
                conn,
                stream=Stream.MESSAGES,
                after=ids[2],
                missing=[ids[0]],
                limit=10,
            )
        )

        assert [row.id for row in rows] == [ids[0], ids[3]]

    def test_each_stream_says_shop_and_conversation(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        commit(database, shop, [receipt], make_ticket_action())
        database.write_now(lambda conn: note(conn, shop, receipt.conversation_id))

        rows = database.read_now(
            lambda conn: [
                row
                for stream in Stream
                for row in added(conn, stream=stream, after=0, missing=(), limit=10)
            ]
        )

        assert [(row.stream, row.shop_id, row.conversation_id) for row in rows] == [
            (stream, shop.shop_id, receipt.conversation_id) for stream in Stream
        ]
