"""Do a million waiting follow-ups slow the scheduler's tick?

``python -m benchmarks.follow_ups``: the same tick (what is due is claimed in a batch
and committed) with nothing due and with a full batch due, at few and at many waiting
rows, in one run. The figure is the ratio; the goal is that it stays near 1.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert

from benchmarks.durability.books import Reader
from benchmarks.processes import install
from benchmarks.report import OnProgress, Stages, scratch, show, stages
from bot.follow_ups.plans import Kind
from bot.messages import IncomingMessage
from server.secrets import open_vault
from storage.database import Database
from storage.queries.shops import shop_by_slug
from storage.repositories.follow_ups import claim_due
from storage.repositories.intake import take_message
from storage.states import FollowUpState
from storage.tables import FollowUpRow, table_of

GOAL = 3.0
"""A tick at many rows by the same tick at few: noise and cache misses are allowed, a
scan is not (a hundred times the rows)."""
_BATCH = 200
_LEASE = timedelta(days=1)
"""Longer than the run: what one tick has claimed is not due for the next."""
_CHUNK = 20_000
_BUYERS = 500
_OWNER = "benchmark"
_follow_ups = table_of(FollowUpRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """Medians in seconds at one number of waiting rows."""

    rows: int
    empty: float
    full: float
    """With a batch of due rows: claimed, their facts loaded, committed."""


@dataclass(slots=True, kw_only=True)
class Table:
    """The follow-ups of one shop in a database of its own."""

    database: Database
    shop_id: int
    conversations: Sequence[tuple[int, int]]
    """Buyer id and conversation id."""
    rows: int = 0

    def grow(self, rows: int, *, on_progress: OnProgress) -> None:
        """Add rows that are due in the years to come, until there are so many."""
        start, now = self.rows, datetime.now(UTC)
        while self.rows < rows:
            size = min(_CHUNK, rows - self.rows)
            values = [
                self._row(number, now + timedelta(days=1, seconds=number * 60))
                for number in range(self.rows, self.rows + size)
            ]
            self._insert(values)
            self.rows += size
            on_progress((self.rows - start) / (rows - start))

    def add_due(self, count: int) -> None:
        """Add rows that are due now."""
        now = datetime.now(UTC)
        self._insert([self._row(number, now) for number in range(count)])

    def claim(self) -> int:
        """Do what one tick does; return how many rows it claimed."""
        now = datetime.now(UTC)
        claimed = self.database.write_now(
            lambda connection: claim_due(
                connection, owner=_OWNER, now=now, lease=_LEASE, limit=_BATCH
            )
        )
        return len(claimed)

    def _row(self, number: int, due_at: datetime) -> dict[str, object]:
        buyer_id, conversation_id = self.conversations[number % _BUYERS]
        return {
            "shop_id": self.shop_id,
            "buyer_id": buyer_id,
            "conversation_id": conversation_id,
            "plan_id": "delay_update",
            "kind": Kind.SERVICE,
            "state": FollowUpState.PLANNED,
            "due_at": due_at,
            "order_ref": f"order-{number}",
            "created_at": due_at,
        }

    def _insert(self, values: list[dict[str, object]]) -> None:
        def unit(connection: Connection) -> None:
            connection.execute(insert(_follow_ups), values)

        self.database.write_now(unit)


def _time(work: Callable[[], object], *, times: int) -> float:
    """Return the median of so many runs in seconds."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def _expect(count: int, wanted: int) -> None:
    if count != wanted:
        raise RuntimeError(f"a tick claimed {count} rows instead of {wanted}")


def _measure(table: Table, *, empty_ticks: int, full_ticks: int) -> Ticks:
    """Return the ticks at the table's present size."""
    empty = _time(lambda: _expect(table.claim(), 0), times=empty_ticks)
    taken = []
    for _ in range(full_ticks):
        table.add_due(_BATCH)
        taken.append(_time(lambda: _expect(table.claim(), _BATCH), times=1))
    return Ticks(rows=table.rows, empty=empty, full=statistics.median(taken))


def _open(folder: Path) -> Table:
    """Return an empty table with its shop and buyers."""
    installation = install(folder / "server", settings={})
    database = Database(
        installation.database_url, vault=open_vault(installation.folder / "var")
    )
    database.start()
    shop = database.read_now(
        lambda connection: shop_by_slug(connection, installation.shop)
    )
    if shop is None:
        raise LookupError(f"there is no shop {installation.shop}")
    shop_id, now = shop.shop_id, datetime.now(UTC)

    def unit(connection: Connection) -> None:
        for number in range(_BUYERS):
            message = IncomingMessage(
                shop=installation.shop,
                connector="signed_http",
                platform_message_id=f"m{number}",
                buyer_ref=f"buyer-{number}",
                text="你好",
            )
            take_message(connection, shop_id, message=message, now=now)

    database.write_now(unit)
    reader = Reader(installation.database_url)
    conversations = tuple(reader.buyers().values())
    reader.close()
    return Table(database=database, shop_id=shop_id, conversations=conversations)


def _run(table: Table, bars: Stages, options: argparse.Namespace) -> list[Ticks]:
    results = []
    for rows in (options.few, options.many):
        table.grow(rows, on_progress=bars.begin(f"{rows:,} waiting rows"))
        results.append(
            _measure(table, empty_ticks=options.ticks, full_ticks=options.full_ticks)
        )
    return results


def _tell(few: Ticks, many: Ticks) -> bool:
    rows = [
        (
            f"{ticks.rows:,}",
            f"{ticks.empty * 1e6:,.0f} µs",
            f"{ticks.empty / few.empty:.2f}",
            f"{ticks.full * 1e3:,.1f} ms",
            f"{ticks.full / few.full:.2f}",
        )
        for ticks in (few, many)
    ]
    show(
        f"One tick of the scheduler, committed (goal: each ratio ≤ {GOAL:g})",
        columns=("waiting", "nothing due", "ratio", f"{_BATCH} due", "ratio"),
        rows=rows,
    )
    return many.empty <= GOAL * few.empty and many.full <= GOAL * few.full


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 0 when many rows cost no more than few."""
    parser = argparse.ArgumentParser(prog="benchmarks.follow_ups", description=__doc__)
    parser.add_argument("--few", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=1_000_000)
    parser.add_argument("--ticks", type=int, default=300, help="with nothing due")
    parser.add_argument("--full-ticks", type=int, default=15)
    options = parser.parse_args(arguments)
    with scratch("follow-ups") as folder, stages() as bars:
        table = _open(folder)
        few, many = _run(table, bars, options)
        table.database.close()
    return 0 if _tell(few, many) else 1


if __name__ == "__main__":
    raise SystemExit(main())
