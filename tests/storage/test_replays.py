"""What buyers wrote and what came of it, as a replay reads it: masked."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from bot.actions import Band, Reply, Suggest
from bot.messages import Sender
from bot.replaying.outcomes import Signal
from storage.database import Database
from storage.queries.replays import AGAIN_WITHIN, PastMessage, past_messages
from storage.queries.shops import ShopRecord
from storage.states import Direction
from storage.tables import MessageRow, RatingRow, table_of
from tests.databases import NOW, commit, make_person, make_shop, take

messages = table_of(MessageRow)
OFFERED = "亲，48小时内发出"


def read(
    database: Database, shop: ShopRecord, *, limit: int = 100, days: int = 1
) -> list[PastMessage]:
    return database.read_now(
        lambda conn: list(
            past_messages(
                conn, shop.shop_id, since=NOW - timedelta(days=days), limit=limit
            )
        )
    )


def signals(past: Sequence[PastMessage]) -> list[set[Signal]]:
    return [set(it.served.signals) for it in past]


def served(
    database: Database, shop: ShopRecord, *actions: Any, text: str = "在吗", **more: Any
) -> int:
    """Take a message and handle it; return its conversation."""
    receipt = take(database, shop, text=text, **more)
    commit(database, shop, [receipt], *actions)
    return receipt.conversation_id


def write(
    database: Database, shop: ShopRecord, conversation_id: int, text: str
) -> None:
    """Let an agent write."""
    person_id = make_person(database, user=f"lan{len(text)}")
    database.write_now(
        lambda conn: conn.execute(
            insert(messages).values(
                shop_id=shop.shop_id,
                conversation_id=conversation_id,
                sender=Sender.AGENT,
                direction=Direction.OUTGOING,
                text=text,
                search_text=text,
                connector="signed_http",
                is_verified=False,
                person_id=person_id,
                sent_at=NOW,
                created_at=NOW,
            )
        )
    )


def rate(
    database: Database, shop: ShopRecord, conversation_id: int, stars: int
) -> None:
    """Let a buyer rate a conversation an hour later."""
    database.write_now(
        lambda conn: conn.execute(
            insert(table_of(RatingRow)).values(
                shop_id=shop.shop_id,
                conversation_id=conversation_id,
                stars=stars,
                reason="",
                created_at=NOW + timedelta(hours=1),
            )
        )
    )


def suggestion(text: str = OFFERED) -> Suggest:
    return Suggest(text=text, intent_id="hello", confidence=0.6)


class TestPastMessages:
    def test_the_masked_copy_is_read_and_never_the_text(
        self, database: Database
    ) -> None:
        shop = make_shop(database)
        served(database, shop, Reply(text="好"), text="我电话13800138000，什么时候发货")

        (past,) = read(database, shop)

        assert "13800138000" not in past.text
        assert past.text.endswith("什么时候发货")
        assert (past.served.intent_id, past.served.band) == ("hello", Band.AUTO)

    def test_what_waits_is_of_another_shop_or_too_old_is_not_read(
        self, database: Database
    ) -> None:
        shop, other = make_shop(database), make_shop(database, slug="other")
        served(database, other, Reply(text="好"))
        take(database, shop, text="还没人理")
        old = served(database, shop, Reply(text="好"), buyer_ref="old")
        database.write_now(
            lambda conn: conn.execute(
                update(messages)
                .where(
                    messages.c.shop_id == shop.shop_id,
                    messages.c.conversation_id == old,
                )
                .values(created_at=NOW - timedelta(days=2))
            )
        )

        assert read(database, shop) == []

    def test_a_limit_keeps_the_newest(self, database: Database) -> None:
        shop = make_shop(database)
        for number in range(4):
            served(
                database,
                shop,
                Reply(text="好"),
                text=f"第{number}问",
                buyer_ref=f"b{number}",
            )

        past = read(database, shop, limit=2)

        assert [it.text for it in past] == ["第2问", "第3问"]

    def test_a_person_after_our_own_answer_has_taken_over(
        self, database: Database
    ) -> None:
        shop = make_shop(database)
        conversation_id = served(database, shop, Reply(text="好"))
        write(database, shop, conversation_id, "亲，我来处理")

        assert signals(read(database, shop)) == [{Signal.TAKEN_OVER}]

    def test_an_offered_reply_is_adopted_or_edited(self, database: Database) -> None:
        shop = make_shop(database)
        adopted = served(database, shop, suggestion(), buyer_ref="a")
        edited = served(database, shop, suggestion(), buyer_ref="b")
        write(database, shop, adopted, OFFERED)
        write(database, shop, edited, "亲，今天就发")

        assert signals(read(database, shop)) == [{Signal.ADOPTED}, {Signal.EDITED}]

    def test_the_same_wish_again_soon_is_a_sign_and_later_a_new_one(
        self, database: Database
    ) -> None:
        shop = make_shop(database)
        conversation_id = served(database, shop, Reply(text="好"))
        served(database, shop, Reply(text="好"))
        served(database, shop, Reply(text="好"))
        ids = database.read_now(
            lambda conn: conn.scalars(
                select(messages.c.id)
                .where(
                    messages.c.shop_id == shop.shop_id,
                    messages.c.conversation_id == conversation_id,
                    messages.c.direction == Direction.INCOMING,
                )
                .order_by(messages.c.id)
            ).all()
        )
        database.write_now(
            lambda conn: conn.execute(
                update(messages)
                .where(messages.c.shop_id == shop.shop_id, messages.c.id == ids[-1])
                .values(created_at=NOW + AGAIN_WITHIN + timedelta(minutes=1))
            )
        )

        assert signals(read(database, shop)) == [{Signal.ASKED_AGAIN}, set(), set()]

    def test_stars_tell_of_the_turns_before_them(self, database: Database) -> None:
        shop = make_shop(database)
        for stars, buyer_ref in ((1, "a"), (3, "b"), (5, "c")):
            conversation_id = served(
                database, shop, Reply(text="好"), buyer_ref=buyer_ref
            )
            rate(database, shop, conversation_id, stars)

        assert signals(read(database, shop)) == [
            {Signal.RATED_LOW},
            set(),
            {Signal.RATED_HIGH},
        ]
