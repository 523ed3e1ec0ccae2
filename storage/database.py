"""Where reads and writes run: a pool of readers and the group-commit writers."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError

from storage.engines import make_engine
from storage.repositories.changes import record_change
from storage.scope import guard_scope
from storage.tables import ChangeRow, table_of
from storage.vault import Vault
from storage.writer import Unit, Writer, write_alone

T = TypeVar("T")

_POSTGRESQL_WRITERS = 4


class Database:
    """One database for one process; opened once, closed at the end.

    A *unit* is a synchronous, re-runnable function of a connection: it may run more
    than once, and counts only when its transaction has committed. ``write`` returns
    after that commit, never before.
    """

    def __init__(
        self,
        url: str,
        *,
        vault: Vault,
        readers: int = 4,
        writers: int | None = None,
        batch: int = 256,
    ) -> None:
        self.vault = vault
        self.engine: Engine = make_engine(url, vault=vault, connections=readers)
        guard_scope(self.engine)
        self._reader_count = readers
        self._readers: ThreadPoolExecutor | None = None
        self._writers: list[Writer] = []
        self._writer_count = self._choose_writers(writers)
        self._batch = batch
        self._hear_commit: Callable[[], None] | None = None

    @property
    def is_sqlite(self) -> bool:
        """Return whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    def start(self) -> None:
        """Start the threads; from now on the asynchronous methods may be used."""
        self._readers = ThreadPoolExecutor(
            self._reader_count, thread_name_prefix="database-reader"
        )
        self._writers = [
            Writer(self.engine, name=f"database-writer-{number}", batch=self._batch)
            for number in range(self._writer_count)
        ]

    def close(self) -> None:
        """Commit what is queued, then stop the threads and close all connections."""
        for writer in self._writers:
            writer.stop()
        self._writers = []
        if self._readers is not None:
            self._readers.shutdown()
            self._readers = None
        self.engine.dispose()

    async def write(self, unit: Unit[T], *, key: int = 0) -> T:
        """Run a unit and return its result once it has committed.

        Args:
            unit: May be run again after a rollback, so it must change nothing else.
            key: Units with the same key keep their order (PostgreSQL has several
                writers); use the conversation's id.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._writer(key).submit(unit, future)
        result = await future
        if self._hear_commit is not None:
            self._hear_commit()
        return result

    @contextmanager
    def told_of_commits(self, hear: Callable[[], None]) -> Iterator[None]:
        """Call ``hear`` after each commit of ``write`` while the block runs."""
        self._hear_commit = hear
        try:
            yield
        finally:
            self._hear_commit = None

    async def read(self, query: Unit[T]) -> T:
        """Run a query on a reader and return its result."""
        if self._readers is None:
            raise RuntimeError("the database is not started")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self.read_now, query)

    def write_now(self, unit: Unit[T]) -> T:
        """Run a unit, wait for its commit, and return its result.

        Without ``start`` this is a command beside a running server: the change is
        counted, so that the server notices.
        """
        if self._writers:
            waiter: Future[T] = Future()
            self._writer(0).submit(unit, waiter)
            return waiter.result()
        return write_alone(self.engine, _counted(unit))

    def read_now(self, query: Unit[T]) -> T:
        """Run a query on this thread; once more when the connection was lost."""
        try:
            return self._read(query)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return self._read(query)

    async def changes(self) -> int:
        """Return a number that grows when cached things changed, in any process."""
        return await self.read(count_changes)

    async def ping(self) -> None:
        """Return when the database answers; raise what it raises otherwise."""
        await self.read(count_changes)

    def _read(self, query: Unit[T]) -> T:
        with self.engine.connect() as plain:
            conn = plain.execution_options(is_reader=True)
            with conn.begin():
                return query(conn)

    def _writer(self, key: int) -> Writer:
        if not self._writers:
            raise RuntimeError("the database is not started")
        return self._writers[key % len(self._writers)]

    def _choose_writers(self, asked: int | None) -> int:
        """Return the number of writers; SQLite has one lock, so one is best."""
        if asked is not None:
            return asked
        return 1 if self.is_sqlite else _POSTGRESQL_WRITERS


def count_changes(conn: Connection) -> int:
    """Return the counter of changes; 0 when nothing was ever counted."""
    table = table_of(ChangeRow)
    counter: int | None = conn.scalar(select(table.c.counter))
    return 0 if counter is None else counter


def _counted(unit: Unit[T]) -> Callable[[Connection], T]:
    def run(conn: Connection) -> T:
        result = unit(conn)
        record_change(conn)
        return result

    return run
