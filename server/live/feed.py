"""Who must know of new rows? One reader tails the tables and tells every listener.

Follow it in this order, and nothing is missed: subscribe, read what is stored, then
take changes. A subscriber that is ``is_behind`` reads what is stored once more.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import structlog
from sqlalchemy import Connection

from server.live.cursor import Cursor, parse_cursor
from server.live.listeners import Leave, Listeners
from server.live.tail import Tail
from storage.database import Database
from storage.queries.live import Change, Stream, added, last_id

__all__ = ["Change", "Cursor", "Feed", "Hear", "Stream", "Subscription", "parse_cursor"]

_log = structlog.get_logger(__name__)
_POLL_SECONDS = 0.5
"""Other processes commit without telling us."""
_PAUSE_SECONDS = 0.01
"""Between two reads: commits of one moment share one."""
_PAGE = 1000
_MOST_WAITING = 256
"""Changes kept for a subscriber; one more, and it is behind."""

Hear = Callable[[Change], None]
"""Told of each change at once; it must not wait and not fail."""


class Changes:
    """What a subscriber has not taken yet, oldest first."""

    __slots__ = ("_arrived", "_waiting")

    def __init__(self) -> None:
        self._waiting: list[Change] = []
        self._arrived = asyncio.Event()

    def put_nowait(self, change: Change) -> bool:
        """Keep a change; False when there are too many."""
        is_kept = len(self._waiting) < _MOST_WAITING
        if is_kept:
            self._waiting.append(change)
        self._arrived.set()
        return is_kept

    async def get(self) -> Change:
        """Wait for a change and return it."""
        while not self._waiting:
            self._arrived.clear()
            _ = await self._arrived.wait()
        return self._waiting.pop(0)

    def take_all(self) -> list[Change]:
        """Return everything that is there now; it counts as taken."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def __len__(self) -> int:
        """Return how many are there now."""
        return len(self._waiting)


class Subscription:
    """One listener's queue of changes."""

    __slots__ = ("changes", "is_behind")

    def __init__(self) -> None:
        self.changes = Changes()
        self.is_behind = False
        """Changes were dropped: call ``catch_up``, then read what is stored."""

    def hear(self, change: Change) -> None:
        """Keep a change for the subscriber."""
        if not self.changes.put_nowait(change):
            self.is_behind = True

    def catch_up(self) -> None:
        """Forget what waits; the subscriber now reads everything since its cursor."""
        _ = self.changes.take_all()
        self.is_behind = False


class Feed:
    """Tells new messages and events of every shop, each once."""

    def __init__(self, database: Database) -> None:
        """Read from this database, while somebody listens."""
        self._database = database
        self._listeners: Listeners[Change] = Listeners()
        self._tails: dict[Stream, Tail] = {}
        """Empty while nobody listens: nothing is read then."""
        self._woken = asyncio.Event()
        self._turn = asyncio.Lock()

    def wake(self) -> None:
        """Look for new rows now: this process has committed something."""
        self._woken.set()

    async def run(self) -> None:
        """Follow the tables until cancelled."""
        while True:
            await self._wait()
            try:
                await self.read_on()
            except Exception:  # noqa: BLE001 - the feed's loop: logged, goes on
                _log.exception("feed.failed")
            await asyncio.sleep(_PAUSE_SECONDS)

    async def read_on(self) -> None:
        """Tell everything that has been added since the last time."""
        async with self._turn:
            while self._tails and await self._read_page():
                pass

    @asynccontextmanager
    async def subscribe(
        self, *, shop_id: int, conversation_id: int | None = None
    ) -> AsyncIterator[Subscription]:
        """Keep the changes of a shop, or of one of its conversations, for somebody.

        Changes that commit after this began are there; some from just before may be.
        """
        subscription = Subscription()
        leave = await self.listen(
            subscription.hear, shop_id=shop_id, conversation_id=conversation_id
        )
        try:
            yield subscription
        finally:
            leave()

    async def listen(
        self, hear: Hear, *, shop_id: int, conversation_id: int | None = None
    ) -> Leave:
        """Call ``hear`` with each change from now on; returns what ends that."""
        remove = self._listeners.add(
            hear, shop_id=shop_id, conversation_id=conversation_id
        )

        def leave() -> None:
            remove()
            if not self._listeners:
                self._tails = {}

        try:
            await self._locate()
        except BaseException:
            leave()
            raise
        return leave

    def cursor(self) -> Cursor:
        """Return the place up to which everything was told."""
        return Cursor(
            **{stream.value: tail.safe for stream, tail in self._tails.items()}
        )

    async def _locate(self) -> None:
        """Begin to follow at the end of the tables, unless we do already."""
        if self._tails:
            return
        async with self._turn:
            if not self._tails:
                self._tails = await self._database.read(_ends)

    async def _read_page(self) -> bool:
        """Read and tell one page; True when there may be more."""
        tails = self._tails
        pages = await self._database.read(lambda conn: _pages(conn, tails))
        at = time.monotonic()
        for stream, rows in pages.items():
            self._tell(tails[stream].take(rows, at=at))
        return any(len(rows) == _PAGE for rows in pages.values())

    def _tell(self, changes: Iterable[Change]) -> None:
        for change in changes:
            self._listeners.tell(
                change,
                shop_id=change.shop_id,
                conversation_id=change.conversation_id,
            )

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_POLL_SECONDS):
                _ = await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()


def _ends(conn: Connection) -> dict[Stream, Tail]:
    return {stream: Tail(after=last_id(conn, stream=stream)) for stream in Stream}


def _pages(conn: Connection, tails: dict[Stream, Tail]) -> dict[Stream, list[Change]]:
    return {
        stream: added(
            conn, stream=stream, after=tail.high, missing=tail.missing, limit=_PAGE
        )
        for stream, tail in tails.items()
    }
