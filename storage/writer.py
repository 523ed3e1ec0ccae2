"""How many units share one commit: the thread that owns a writing connection."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")
Unit = Callable[[Connection], T]
"""Re-runnable: what it did is undone, and it runs again, when a commit fails."""

_ATTEMPTS_ALONE = 5
_PAUSE_SECONDS = 0.02
"""Before a unit that lost a deadlock runs again; doubled each time."""

_RETRYABLE_SQLSTATES = frozenset({"40001", "40P01"})
"""Serialization failure and deadlock: PostgreSQL's documentation, appendix A."""


class _Driver(Protocol):
    """What sqlite3 and psycopg connections have in common."""

    def execute(self, sql: str, /) -> object:
        """Run one statement."""


@dataclass(frozen=True, slots=True)
class _Job:
    """One unit and who waits for it."""

    unit: Unit[Any]
    waiter: "asyncio.Future[Any] | Future[Any]"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How a unit ended."""

    value: Any = None
    error: BaseException | None = None


class _BatchBrokenError(Exception):
    """The whole transaction is lost; its units must run again, each alone."""


class Writer:
    """Drains a queue of units into shared transactions, on one thread.

    Each unit runs under a savepoint: one that fails is undone and fails its own
    caller only. When the transaction as a whole fails, each unit runs again alone.
    """

    def __init__(self, engine: Engine, *, name: str, batch: int) -> None:
        self._engine = engine
        self._batch = batch
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._lock = Lock()
        self._is_stopped = False
        self._connection: Connection | None = None
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, unit: Unit[T], waiter: "asyncio.Future[T] | Future[T]") -> None:
        """Queue a unit; the waiter gets its result after the commit.

        Raises:
            RuntimeError: The writer has been stopped.
        """
        with self._lock:
            if self._is_stopped:
                raise RuntimeError("the database is closed")
            self._jobs.put(_Job(unit, waiter))

    def stop(self) -> None:
        """Commit what is queued, then end the thread."""
        with self._lock:
            self._is_stopped = True
            self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_running = True
        while is_running:
            jobs, is_running = self._next_batch()
            if jobs:
                _tell(list(zip(jobs, self._commit(jobs), strict=True)))
        self._drop_connection()

    def _next_batch(self) -> tuple[list[_Job], bool]:
        """Wait for a unit, take what else is queued; False after the last one."""
        job = self._jobs.get()
        jobs: list[_Job] = []
        while job is not None:
            jobs.append(job)
            if len(jobs) == self._batch:
                return jobs, True
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return jobs, True
        return jobs, False

    def _commit(self, jobs: list[_Job]) -> list[_Outcome]:
        try:
            return self._commit_together(jobs)
        except _BatchBrokenError:
            self._drop_connection()
            return [self._commit_alone(job) for job in jobs]
        except BaseException as error:  # noqa: BLE001 - belongs to the callers
            self._drop_connection()
            return [_Outcome(error=error)] * len(jobs)

    def _commit_together(self, jobs: list[_Job]) -> list[_Outcome]:
        """Run all units in one transaction.

        Failing units are rare and savepoints are not free: only when one fails is the
        transaction rolled back and every unit run again, under a savepoint each.

        Raises:
            _BatchBrokenError: Nothing was committed as far as we know.
        """
        conn = self._connect()
        transaction = conn.begin()
        try:
            try:
                outcomes = [_Outcome(value=job.unit(conn)) for job in jobs]
            except Exception:  # noqa: BLE001 - found again, and kept, under its savepoint
                transaction.rollback()
                transaction = conn.begin()
                outcomes = _run_units(conn, jobs)
            transaction.commit()
        except BaseException as error:
            conn.invalidate(error)
            raise _BatchBrokenError from error
        return outcomes

    def _commit_alone(self, job: _Job) -> _Outcome:
        try:
            return _Outcome(value=write_alone(self._engine, job.unit))
        except BaseException as error:  # noqa: BLE001 - belongs to the caller
            return _Outcome(error=error)

    def _connect(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    def _drop_connection(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.close()


def write_alone(engine: Engine, unit: Unit[T]) -> T:
    """Run one unit in a transaction of its own; again after a lost deadlock.

    Raises:
        BaseException: Whatever the unit, or at last the database, raises.
    """
    pause = _PAUSE_SECONDS
    for _ in range(_ATTEMPTS_ALONE - 1):
        try:
            with engine.begin() as conn:
                return unit(conn)
        except DBAPIError as error:
            if not _is_retryable(error):
                raise
        time.sleep(pause)
        pause *= 2
    with engine.begin() as conn:
        return unit(conn)


def _run_units(conn: Connection, jobs: Sequence[_Job]) -> list[_Outcome]:
    """Run each unit under its own savepoint and return how each ended.

    Raises:
        BaseException: The transaction itself is lost.
    """
    # Through the driver: a savepoint is the price every unit pays.
    driver: _Driver = conn.connection.driver_connection  # type: ignore[assignment]
    outcomes: list[_Outcome] = []
    for job in jobs:
        driver.execute("SAVEPOINT unit")
        try:
            outcome = _Outcome(value=job.unit(conn))
        except BaseException as error:
            if _is_retryable(error):
                raise
            driver.execute("ROLLBACK TO SAVEPOINT unit")
            outcome = _Outcome(error=error)
        driver.execute("RELEASE SAVEPOINT unit")
        outcomes.append(outcome)
    return outcomes


def _is_retryable(error: BaseException) -> bool:
    """Return whether the transaction, not the unit, is what failed."""
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    return getattr(error.orig, "sqlstate", None) in _RETRYABLE_SQLSTATES


def _tell(ended: list[tuple[_Job, _Outcome]]) -> None:
    """Hand results to their callers; one wake-up a loop, however many wait."""
    by_loop: defaultdict[
        asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], _Outcome]]
    ] = defaultdict(list)
    for job, outcome in ended:
        if isinstance(job.waiter, Future):
            _set_waiter(job.waiter, outcome)
        else:
            by_loop[job.waiter.get_loop()].append((job.waiter, outcome))
    for loop, waiters in by_loop.items():
        try:
            loop.call_soon_threadsafe(_set_all, waiters)
        except RuntimeError:
            # The loop is closed: nobody waits any more; what is committed stays.
            continue


def _set_all(waiters: list[tuple[asyncio.Future[Any], _Outcome]]) -> None:
    for waiter, outcome in waiters:
        _set_waiter(waiter, outcome)


def _set_waiter(waiter: "asyncio.Future[Any] | Future[Any]", outcome: _Outcome) -> None:
    if waiter.done():
        return  # cancelled: the unit stays committed, its caller is gone
    if outcome.error is None:
        waiter.set_result(outcome.value)
    else:
        waiter.set_exception(outcome.error)
