"""Whether a buyer sees their own conversation, and an honest place in the queue."""

from datetime import timedelta

from sqlalchemy import Connection, update

from bot.actions import Reply
from storage.database import Database
from storage.queries.chat import (
    chat_after,
    chat_before,
    chat_of,
    conversation_of,
    conversation_of_messages,
    place,
    titles,
    waiting,
)
from storage.queries.shops import ShopRecord
from storage.states import ConversationPhase
from storage.tables import ConversationRow, ItemRow, table_of
from tests.databases import NOW, commit, make_shop, take


def hand_over(
    database: Database, shop: ShopRecord, conversation_id: int, *, minute: int
) -> None:
    table = table_of(ConversationRow)
    statement = (
        update(table)
        .where(table.c.shop_id == shop.shop_id, table.c.id == conversation_id)
        .values(
            state=ConversationPhase.HANDED_OVER,
            handed_over_at=NOW + timedelta(minutes=minute),
        )
    )
    database.write_now(lambda conn: conn.execute(statement))


class TestPages:
    def test_they_fit_together(self, database: Database, shop: ShopRecord) -> None:
        ids = [take(database, shop, text=str(n)).message_id for n in range(5)]
        take(database, shop, buyer_ref="buyer-2")
        mine = conversation(database, shop)

        def read(conn: Connection) -> tuple[list[int], list[int], list[int]]:
            shop_id = shop.shop_id
            return (
                [
                    it.message_id
                    for it in chat_after(
                        conn, shop_id, conversation_id=mine, after=ids[1], limit=2
                    )
                ],
                [
                    it.message_id
                    for it in chat_before(
                        conn, shop_id, conversation_id=mine, before=ids[3], limit=2
                    )
                ],
                [
                    it.message_id
                    for it in chat_of(
                        conn, shop_id, conversation_id=mine, ids=[ids[4], ids[0], 999]
                    )
                ],
            )

        assert database.read_now(read) == (ids[2:4], ids[1:3], [ids[0], ids[4]])

    def test_who_wrote_it_is_told(self, database: Database, shop: ShopRecord) -> None:
        receipt = take(database, shop)
        reply = Reply(text="在的", intent_id="hello", script_id="s", variant=0)
        commit(database, shop, [receipt], reply, deliver=False)
        mine = conversation(database, shop)

        page = database.read_now(
            lambda conn: chat_after(
                conn, shop.shop_id, conversation_id=mine, after=0, limit=9
            )
        )

        assert [it.is_written_by_person for it in page] == [True, False]

    def test_messages_of_one_conversation_tell_which(
        self, database: Database, shop: ShopRecord
    ) -> None:
        one = take(database, shop)
        other = take(database, shop, buyer_ref="buyer-2")

        found = [
            database.read_now(
                lambda conn, ids=ids: conversation_of_messages(  # type: ignore[misc]
                    conn, shop.shop_id, message_ids=ids
                )
            )
            for ids in ([one.message_id], [one.message_id, other.message_id], [999])
        ]

        assert found == [one.conversation_id, None, None]


def conversation(database: Database, shop: ShopRecord) -> int:
    found = database.read_now(
        lambda conn: conversation_of(
            conn, shop.shop_id, pair=("signed_http", "buyer-1")
        )
    )
    assert found is not None
    return found


class TestPlace:
    def test_whoever_waits_longer_is_ahead_and_other_shops_do_not_count(
        self, database: Database, shop: ShopRecord
    ) -> None:
        other = make_shop(database, slug="other")
        hand_over(database, other, take(database, other).conversation_id, minute=0)
        places = [
            take(database, shop, buyer_ref=f"buyer-{n}").conversation_id
            for n in range(4)
        ]
        for conversation_id, minute in zip(places, (5, 1, 5), strict=False):
            hand_over(database, shop, conversation_id, minute=minute)

        def ahead(conn: Connection) -> list[int | None]:
            found = [place(conn, shop.shop_id, conversation_id=it) for it in places]
            return [None if it is None else it.ahead for it in found]

        assert database.read_now(ahead) == [1, 0, 2, None]
        assert database.read_now(lambda conn: waiting(conn, shop.shop_id)) == [
            places[1],
            places[0],
            places[2],
        ]

    def test_a_conversation_of_another_shop_has_none(
        self, database: Database, shop: ShopRecord
    ) -> None:
        other = make_shop(database, slug="other")
        theirs = take(database, other).conversation_id

        found = database.read_now(
            lambda conn: place(conn, shop.shop_id, conversation_id=theirs)
        )

        assert found is None


class TestTitles:
    def test_only_items_of_the_shop_have_one(
        self, database: Database, shop: ShopRecord
    ) -> None:
        other = make_shop(database, slug="other")
        table = table_of(ItemRow)
        for shop_id, item_id in ((shop.shop_id, "i1"), (other.shop_id, "i2")):
            row = {
                "shop_id": shop_id,
                "item_id": item_id,
                "title": "羽绒服",
                "list_fen": 39900,
                "details": {},
                "told_at": NOW,
            }
            database.write_now(
                lambda conn, row=row: conn.execute(table.insert(), row)  # type: ignore[misc]
            )

        found = database.read_now(
            lambda conn: titles(conn, shop.shop_id, item_ids=["i1", "i2", "i3"])
        )

        assert found == {"i1": ("羽绒服", 39900)}
