"""Whether a desk's cursor is a place to go on from, whatever commits late."""

import asyncio
from collections.abc import AsyncIterator

from server.live.cursor import Cursor
from server.live.feed import Feed, Subscription
from server.live.following import Following, News
from storage.database import Database
from storage.queries.shops import ShopRecord
from tests.databases import make_shop, take
from tests.server.live.planting import plant


def following(
    database: Database,
    feed: Feed,
    shop: ShopRecord,
    subscription: Subscription,
    cursor: Cursor | None,
) -> Following:
    return Following(
        database=database,
        feed=feed,
        subscription=subscription,
        shop_id=shop.shop_id,
        cursor=cursor,
    )


async def take_news(news: AsyncIterator[News], count: int) -> list[News]:
    async with asyncio.timeout(5):
        return [await anext(news) for _ in range(count)]


class TestNews:
    async def test_what_commits_late_is_told_and_the_cursor_waits_for_it(
        self, feed: Feed, database: Database, shop: ShopRecord
    ) -> None:
        first = take(database, shop)
        base, place = first.message_id, first.conversation_id
        async with feed.subscribe(shop_id=shop.shop_id) as subscription:
            desk = following(database, feed, shop, subscription, None)
            news = desk.news()
            plant(database, shop, place, base + 2)
            (early,) = await take_news(news, 1)
            plant(database, shop, place, base + 1)
            (late,) = await take_news(news, 1)

        assert (early.change.id, early.cursor.messages) == (base + 2, base)
        assert late.change.id == base + 1
        assert late.cursor.messages >= base + 1

    async def test_who_resumes_below_a_gap_gets_the_late_one(
        self, feed: Feed, database: Database, shop: ShopRecord
    ) -> None:
        first = take(database, shop)
        base, place = first.message_id, first.conversation_id
        async with feed.subscribe(shop_id=shop.shop_id) as subscription:
            desk = following(database, feed, shop, subscription, None)
            plant(database, shop, place, base + 2)
            (early,) = await take_news(desk.news(), 1)
        plant(database, shop, place, base + 1)

        async with feed.subscribe(shop_id=shop.shop_id) as subscription:
            again = following(database, feed, shop, subscription, early.cursor)
            resumed = await take_news(again.news(), 2)

        assert [one.change.id for one in resumed] == [base + 1, base + 2]

    async def test_a_desk_that_fell_behind_misses_nothing(
        self, feed: Feed, database: Database, shop: ShopRecord
    ) -> None:
        async with feed.subscribe(shop_id=shop.shop_id) as subscription:
            desk = following(database, feed, shop, subscription, None)
            ids = [take(database, shop).message_id for _ in range(300)]
            await feed.read_on()
            assert subscription.is_behind

            news = await take_news(desk.news(), 300)

        assert [one.change.id for one in news] == ids

    async def test_a_cursor_from_beyond_the_end_is_pulled_back(
        self, feed: Feed, database: Database, shop: ShopRecord
    ) -> None:
        take(database, shop)
        beyond = Cursor(messages=10**9, conversation_events=0, ticket_events=0)
        async with feed.subscribe(shop_id=shop.shop_id) as subscription:
            desk = following(database, feed, shop, subscription, beyond)
            news = desk.news()
            receipt = take(database, shop)

            (one,) = await take_news(news, 1)

        assert one.change.id == receipt.message_id

    async def test_another_shops_rows_are_not_told(
        self, feed: Feed, database: Database, shop: ShopRecord
    ) -> None:
        other = make_shop(database, slug="other")
        async with feed.subscribe(shop_id=shop.shop_id) as subscription:
            desk = following(database, feed, shop, subscription, Cursor())
            take(database, other)
            ours = take(database, shop)

            (one,) = await take_news(desk.news(), 1)

        assert one.change.id == ours.message_id
