"""Whether whoever watches is told of each new row, once and at once."""

import asyncio

from server.live.feed import Change, Feed, Stream
from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.repositories.intake import take_message
from tests.databases import NOW, make_message, make_shop, opened, take
from tests.server.live.planting import plant


def seen(shop: ShopRecord, message_id: int, conversation_id: int) -> Change:
    return Change(Stream.MESSAGES, message_id, shop.shop_id, conversation_id)


class TestSubscribe:
    async def test_a_commit_of_this_process_is_told(
        self, feed: Feed, database: Database, shop: ShopRecord
    ) -> None:
        async with feed.subscribe(shop_id=shop.shop_id) as subscription:
            receipt = await database.write(
                lambda conn: take_message(
                    conn, shop.shop_id, message=make_message(), now=NOW
                )
            )
            async with asyncio.timeout(5):
                change = await subscription.changes.get()

        assert change == seen(shop, receipt.message_id, receipt.conversation_id)

    async def test_a_commit_of_another_process_is_told(
        self, feed: Feed, database: Database, shop: ShopRecord
    ) -> None:
        url = database.engine.url.render_as_string(hide_password=False)
        async with feed.subscribe(shop_id=shop.shop_id) as subscription:
            with opened(url) as other:
                receipt = take(other, shop)
            async with asyncio.timeout(5):
                change = await subscription.changes.get()

        assert change.id == receipt.message_id

    async def test_what_was_there_before_is_not_told(
        self, feed: Feed, database: Database, shop: ShopRecord
    ) -> None:
        take(database, shop)
        async with feed.subscribe(shop_id=shop.shop_id) as subscription:
            await feed.read_on()

        assert len(subscription.changes) == 0

    async def test_one_conversation_hears_nothing_of_another_or_of_another_shop(
        self, feed: Feed, database: Database, shop: ShopRecord
    ) -> None:
        ours = take(database, shop)
        other_shop = make_shop(database, slug="other")
        async with feed.subscribe(
            shop_id=shop.shop_id, conversation_id=ours.conversation_id
        ) as subscription:
            take(database, shop, buyer_ref="buyer-2")
            take(database, other_shop)
            again = take(database, shop)
            await feed.read_on()

        assert [it.id for it in subscription.changes.take_all()] == [again.message_id]

    async def test_what_was_not_kept_is_said_and_can_be_read_again(
        self, feed: Feed, database: Database, shop: ShopRecord
    ) -> None:
        async with feed.subscribe(shop_id=shop.shop_id) as subscription:
            for _ in range(257):
                take(database, shop)
            await feed.read_on()

            was_behind = subscription.is_behind
            subscription.catch_up()
            take(database, shop)
            await feed.read_on()

        assert (was_behind, subscription.is_behind) == (True, False)
        assert len(subscription.changes) == 1

    async def test_a_row_that_commits_late_is_told_too(
        self, feed: Feed, database: Database, shop: ShopRecord
    ) -> None:
        first = take(database, shop)
        async with feed.subscribe(shop_id=shop.shop_id) as subscription:
            plant(database, shop, first.conversation_id, first.message_id + 2)
            await feed.read_on()
            plant(database, shop, first.conversation_id, first.message_id + 1)
            await feed.read_on()
            await feed.read_on()

        told = [it.id - first.message_id for it in subscription.changes.take_all()]
        assert told == [2, 1]

    async def test_its_cursor_never_passes_what_may_still_come(
        self, feed: Feed, database: Database, shop: ShopRecord
    ) -> None:
        first = take(database, shop)
        async with feed.subscribe(shop_id=shop.shop_id):
            plant(database, shop, first.conversation_id, first.message_id + 2)
            await feed.read_on()

            assert feed.cursor().messages == first.message_id

    async def test_nobody_is_told_after_leaving(
        self, feed: Feed, database: Database, shop: ShopRecord
    ) -> None:
        async with feed.subscribe(shop_id=shop.shop_id) as subscription:
            pass
        take(database, shop)
        async with feed.subscribe(shop_id=shop.shop_id) as other:
            take(database, shop)
            await feed.read_on()

        assert (len(subscription.changes), len(other.changes)) == (0, 1)
