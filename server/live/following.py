"""What has one agent's desk not been told yet? Everything since its cursor, once."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from server.live.cursor import Cursor
from server.live.feed import Feed, Subscription
from storage.database import Database
from storage.queries.live import Change, Stream, added
from storage.queries.live_summaries import Summary, summaries

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One change with a line on it, and where a desk stands that knows it."""

    change: Change
    summary: Summary
    cursor: Cursor


class Following:
    """One desk's way through the streams of its shop; used under a subscription.

    What commits late, below what has been told, is told too; the cursor therefore never
    passes a place where something may still come. Whoever resumes at it gets
    everything, and again only what is above such a place.
    """

    def __init__(
        self,
        *,
        database: Database,
        feed: Feed,
        subscription: Subscription,
        shop_id: int,
        cursor: Cursor | None,
    ) -> None:
        """Begin at a cursor; None: now."""
        self._database = database
        self._feed = feed
        self._subscription = subscription
        self._shop_id = shop_id
        safe = feed.cursor()
        self.cursor = safe if cursor is None else _lower(cursor, safe)
        """Everything up to here has been told."""
        self._told: dict[Stream, set[int]] = {stream: set() for stream in Stream}
        """What has been told above the cursor."""

    async def news(self) -> AsyncIterator[News]:
        """Yield everything since the cursor, then everything that comes; never ends."""
        async for one in self._stored():
            yield one
        while True:
            first = await self._subscription.changes.get()
            if self._subscription.is_behind:
                self._subscription.catch_up()
                async for one in self._stored():
                    yield one
                continue
            # Nothing waits between these two, so all up to there is in the batch.
            batch = [first, *self._subscription.changes.take_all()]
            safe = self._feed.cursor()
            for one in await self._fresh(batch, safe):
                yield one
            self._pass(safe)

    async def _stored(self) -> AsyncIterator[News]:
        """Yield what is stored since the cursor, stream by stream."""
        safe = self._feed.cursor()
        for stream in Stream:
            after = self.cursor.of(stream)
            while True:
                page = await self._page(stream, after)
                for one in await self._fresh(page, safe):
                    yield one
                if len(page) < _PAGE:
                    break
                after = page[-1].id
        self._pass(safe)

    async def _page(self, stream: Stream, after: int) -> list[Change]:
        # By the streams' own order, which has an index; other shops' rows are left out.
        return await self._database.read(
            lambda connection: added(
                connection, stream=stream, after=after, missing=(), limit=_PAGE
            )
        )

    async def _fresh(self, batch: Sequence[Change], safe: Cursor) -> list[News]:
        """Return what of a batch is new to the desk, in the order of its streams."""
        fresh = [
            change
            for change in sorted(batch, key=lambda it: (_ORDER[it.stream], it.id))
            if change.shop_id == self._shop_id
            and change.id > self.cursor.of(change.stream)
            and change.id not in self._told[change.stream]
        ]
        if not fresh:
            return []

        def read(connection: Connection) -> dict[tuple[Stream, int], Summary]:
            return summaries(connection, self._shop_id, fresh)

        lines = await self._database.read(read)
        return [
            News(
                change=change,
                summary=lines[change.stream, change.id],
                cursor=self._told_one(change, safe),
            )
            for change in fresh
            if (change.stream, change.id) in lines
        ]

    def _told_one(self, change: Change, safe: Cursor) -> Cursor:
        """Remember a change as told, and return where the desk stands then."""
        stream = change.stream
        self._told[stream].add(change.id)
        place = min(change.id, safe.of(stream))
        if place > self.cursor.of(stream):
            self.cursor = replace(self.cursor, **{stream.value: place})
        return self.cursor

    def _pass(self, safe: Cursor) -> None:
        """Move the cursor to where nothing can come any more."""
        places = {
            stream.value: max(self.cursor.of(stream), safe.of(stream))
            for stream in Stream
        }
        self.cursor = Cursor(**places)
        self._told = {
            stream: {one for one in told if one > self.cursor.of(stream)}
            for stream, told in self._told.items()
        }


_ORDER = {stream: place for place, stream in enumerate(Stream)}


def _lower(one: Cursor, other: Cursor) -> Cursor:
    return Cursor(
        **{stream.value: min(one.of(stream), other.of(stream)) for stream in Stream}
    )
