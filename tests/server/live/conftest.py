"""The reader that tells of new rows, running on a database of the test's own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from server.live.feed import Feed
from storage.database import Database


@pytest.fixture(name="feed")
async def _feed(database: Database) -> AsyncIterator[Feed]:
    feed = Feed(database)
    task = asyncio.create_task(feed.run())
    with database.told_of_commits(feed.wake):
        yield feed
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
