"""Whether each end of a conversation has one rating."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.errors import NotFoundError
from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.repositories.conversations import release, take_over
from storage.repositories.ratings import rate
from storage.tables import ConversationEventRow, RatingRow, table_of
from tests.databases import NOW, make_person, take


def give(
    database: Database,
    shop: ShopRecord,
    place: int,
    stars: int,
    *,
    minute: int,
    reason: str = "",
) -> None:
    database.write_now(
        lambda conn: rate(
            conn,
            shop.shop_id,
            conversation_id=place,
            stars=stars,
            reason=reason,
            now=NOW + timedelta(minutes=minute),
        )
    )


def given(database: Database, shop: ShopRecord) -> list[tuple[int, int | None]]:
    table = table_of(RatingRow).c
    statement = (
        select(table.stars, table.person_id)
        .where(table.shop_id == shop.shop_id)
        .order_by(table.id)
    )
    return database.read_now(lambda conn: [(*row,) for row in conn.execute(statement)])


class TestRate:
    def test_after_another_end_there_is_another(
        self, database: Database, shop: ShopRecord
    ) -> None:
        place = take(database, shop).conversation_id
        person_id = make_person(database)
        give(database, shop, place, 2, minute=1)
        database.write_now(
            lambda conn: take_over(
                conn,
                shop.shop_id,
                conversation_id=place,
                person_id=person_id,
                until=NOW + timedelta(hours=1),
                now=NOW + timedelta(minutes=2),
            )
        )
        database.write_now(
            lambda conn: release(
                conn,
                shop.shop_id,
                conversation_id=place,
                now=NOW + timedelta(minutes=3),
            )
        )
        give(database, shop, place, 5, minute=4)

        assert given(database, shop) == [(2, None), (5, person_id)]

    def test_the_same_word_again_is_told_once(
        self, database: Database, shop: ShopRecord
    ) -> None:
        place = take(database, shop).conversation_id
        for minute in (1, 2):
            give(database, shop, place, 3, minute=minute)

        events = table_of(ConversationEventRow).c
        kinds = database.read_now(
            lambda conn: list(
                conn.scalars(select(events.kind).where(events.shop_id == shop.shop_id))
            )
        )
        assert (given(database, shop), kinds) == ([(3, None)], ["rated"])

    @pytest.mark.parametrize(
        ("reasons", "kept"),
        [
            (("太慢了", ""), "太慢了"),
            (("太慢了", "谢谢"), "太慢了\n谢谢"),
            (("太慢了", "谢谢", "太慢了"), "太慢了\n谢谢"),
            (("", "谢谢"), "谢谢"),
            (("太慢了", "长" * 2000), "太慢了"),
        ],
    )
    def test_no_earlier_reason_is_lost(
        self, database: Database, shop: ShopRecord, reasons: tuple[str, ...], kept: str
    ) -> None:
        place = take(database, shop).conversation_id
        for number, reason in enumerate(reasons, start=1):
            give(database, shop, place, number, minute=number, reason=reason)

        table = table_of(RatingRow).c
        rows = database.read_now(
            lambda conn: conn.execute(
                select(table.stars, table.reason).where(table.shop_id == shop.shop_id)
            ).all()
        )
        assert [tuple(row) for row in rows] == [(len(reasons), kept)]

    def test_a_conversation_that_is_not_there(
        self, database: Database, shop: ShopRecord
    ) -> None:
        with pytest.raises(NotFoundError):
            give(database, shop, 99, 3, minute=1)
