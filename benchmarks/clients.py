"""Who writes to the shop: thousands of buyers behind one signed channel.

Its own process, fed with a ``Load`` as JSON on standard input; prints ``Progress``
lines and at last an ``Outcome``: ``benchmarks.loads.run`` starts it.
"""

import asyncio
import itertools
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

import msgspec
import uvloop

from benchmarks.http_client import Connection, signed_post
from benchmarks.ledger import Counts, Ledger
from benchmarks.loads import Load, Outcome, Progress
from benchmarks.percentiles import Histogram
from benchmarks.texts import read_phrasings, vary

_LOOK_SECONDS = 0.025
"""How often the window is moved."""
_PROGRESS_SECONDS = 0.5
_LOST_SECONDS = 0.1
"""Rest after a broken connection, so that a dead server is not stormed."""
_ACCEPTED = (200, 202)


@dataclass(slots=True)
class _Tally:
    """What is counted while the load runs; reset once, after the warm-up."""

    times: Histogram = field(default_factory=Histogram)
    answers: Counter[str] = field(default_factory=Counter)
    backlog: list[int] = field(default_factory=list)
    began: float = 0.0
    stored: Counts | None = None


class Generator:
    """One run of one load; lives as long as its process."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._secret = load.secret.encode()
        self._texts = vary(read_phrasings(), seed=load.seed)
        self._numbers = itertools.count()
        self._ledger = None if load.database_url is None else Ledger(load.database_url)
        self._tally = _Tally()
        self._in_flight = 0
        self._allowed = load.window
        self._may_send = asyncio.Event()
        self._over = asyncio.Event()
        self._began = 0.0

    async def run(self) -> Outcome:
        """Send until the time is over, wait for the last turns, and tell."""
        self._began = time.monotonic()
        self._reset()
        helpers = [asyncio.create_task(self._watch(), name="watch")]
        workers = [
            asyncio.create_task(self._send_many(place), name=f"connection-{place}")
            for place in range(self._load.connections)
        ]
        try:
            await asyncio.sleep(self._load.warm_seconds)
            self._reset()
            await self._wait_for_end(workers)
            seconds, after = time.monotonic() - self._tally.began, self._stored()
            self._over.set()
            self._may_send.set()
            await asyncio.gather(*workers)
            unanswered = await self._drain()
        finally:
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)
        return self._tell(seconds, after, unanswered)

    async def _wait_for_end(self, workers: list[asyncio.Task[None]]) -> None:
        left = self._load.seconds - self._load.warm_seconds
        done, _ = await asyncio.wait(workers, timeout=left)
        for worker in done:
            worker.result()

    def _stored(self) -> Counts | None:
        return None if self._ledger is None else self._ledger.counts()

    def _reset(self) -> None:
        self._tally = _Tally(stored=self._stored())
        self._tally.began = time.monotonic()

    async def _watch(self) -> None:
        """Move the window and print progress until cancelled."""
        last = 0.0
        while True:
            if self._ledger is not None:
                unhandled = self._ledger.unhandled()
                self._tally.backlog.append(unhandled)
                self._allowed = self._load.window - unhandled - self._in_flight
                if self._allowed > 0:
                    self._may_send.set()
            now = time.monotonic()
            if now - last >= _PROGRESS_SECONDS:
                last = now
                share = (now - self._began) / self._load.seconds
                _print(Progress(done=min(share, 1.0)))
            await asyncio.sleep(_LOOK_SECONDS)

    async def _permit(self, place: int, turn: int) -> float:
        """Wait for this connection's turn; return when it was due (monotonic)."""
        match self._load.pace:
            case "closed":
                return time.monotonic()
            case "paced":
                position = turn * self._load.connections + place
                due = self._began + position / self._load.rate
                wait = due - time.monotonic()
                if wait > 0:
                    await asyncio.sleep(wait)
                return due
            case "window":
                while self._allowed <= 0 and not self._over.is_set():
                    self._may_send.clear()
                    await self._may_send.wait()
                self._allowed -= 1
                return time.monotonic()

    async def _send_many(self, place: int) -> None:
        load = self._load
        connection = await Connection.open(load.host, load.port)
        turn = 0
        while not self._over.is_set():
            due = await self._permit(place, turn)
            turn += 1
            number = next(self._numbers)
            if self._over.is_set() or (load.limit and number >= load.limit):
                break
            if not connection.is_open:
                connection = await Connection.open(load.host, load.port)
            await self._send(connection, number, due)
        connection.close()

    async def _send(self, connection: Connection, number: int, due: float) -> None:
        body = msgspec.json.encode(
            {
                "message_id": f"{self._load.run_id}-{number}",
                "buyer_id": f"buyer-{number % self._load.buyers}",
                "text": next(self._texts),
            }
        )
        tally = self._tally
        self._in_flight += 1
        try:
            answer = await connection.exchange(
                signed_post(self._load.path, body, secret=self._secret)
            )
        except ConnectionError:
            tally.answers["lost"] += 1
            await asyncio.sleep(_LOST_SECONDS)
            return
        finally:
            self._in_flight -= 1
        tally.answers[str(answer.status)] += 1
        if answer.status in _ACCEPTED:
            tally.times.record(time.monotonic() - due)

    async def _drain(self) -> int:
        """Wait until every message has its turn; return how many have not."""
        if self._ledger is None:
            return 0
        until = time.monotonic() + self._load.drain_seconds
        while (unhandled := self._ledger.unhandled()) and time.monotonic() < until:  # noqa: ASYNC110 - a database wakes nobody up
            await asyncio.sleep(_LOOK_SECONDS)
        return unhandled

    def _tell(self, seconds: float, after: Counts | None, unanswered: int) -> Outcome:
        tally = self._tally
        handled, replies = tally.times.total, 0
        if after is not None and tally.stored is not None:
            handled = after.handled - tally.stored.handled
            replies = after.replies - tally.stored.replies
        third = max(len(tally.backlog) // 3, 1)
        return Outcome(
            seconds=seconds,
            answers=dict(tally.answers),
            handled=handled,
            replies=replies,
            backlog_first=_mean(tally.backlog[:third]),
            backlog_last=_mean(tally.backlog[-third:]),
            unanswered=unanswered,
            p50=tally.times.percentile(0.50),
            p90=tally.times.percentile(0.90),
            p99=tally.times.percentile(0.99),
            largest=tally.times.largest,
        )


def _mean(values: list[int]) -> float:
    return sum(values) / len(values) if values else 0.0


def _print(value: msgspec.Struct) -> None:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()


def main() -> None:
    """Read a ``Load`` from standard input, run it, print the ``Outcome``."""
    load = msgspec.json.decode(sys.stdin.buffer.read(), type=Load)
    _print(uvloop.run(Generator(load).run()))


if __name__ == "__main__":
    main()
