"""Kill the server a hundred times and look whether anything is missing.

``python -m benchmarks.durability --kills 100 [--seed N]``: load generator and callback
platform keep a journal outside the killed process; at the end journal and database are
compared. Exit status 1 on any difference.
"""

import argparse
import asyncio
import os
import statistics
from collections.abc import Sequence
from pathlib import Path

from benchmarks.databases import fresh_postgresql
from benchmarks.durability.running import PATIENCE_SECONDS, Plan, Result, run
from benchmarks.report import scratch, show, stages

_SHOWN = 5
"""Examples of each kind of difference."""


def _tell(result: Result, plan: Plan) -> None:
    comparison = result.comparison
    rows = [(name, f"{count:,}") for name, count in comparison.counts.items()]
    rows += [
        (f"killed {instant}", str(n)) for instant, n in sorted(result.hits.items())
    ]
    rows += [
        (f"answers {status} instead of 202", str(count))
        for status, count in result.other_answers.items()
    ]
    again = statistics.median(result.start_seconds)
    rows.append(("seconds from start to /healthz, median", f"{again:.2f}"))
    rows.append(("seconds in all", f"{result.seconds:.0f}"))
    show(
        f"kill -9, seed {plan.seed}, default quiet gap, callback time-out "
        f"{PATIENCE_SECONDS:g} s",
        columns=("counted", ""),
        rows=rows,
    )
    show(
        "Journal against database (each must be 0)",
        columns=("difference", "count", "for example"),
        rows=[
            (name, len(found), ", ".join(found[:_SHOWN]))
            for name, found in comparison.differences.items()
        ],
    )


def _run(plan: Plan, folder: Path, url: str | None) -> Result:
    with stages() as bars:
        bar = bars.begin(f"{plan.kills} kills")
        return asyncio.run(run(plan, folder, on_progress=bar, database_url=url))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print, and return 1 when journal and database differ."""
    parser = argparse.ArgumentParser(prog="benchmarks.durability", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=25.0, help="messages a second")
    parser.add_argument(
        "--postgresql",
        action="store_true",
        help="in a new database of the server at XIAOER_TEST_POSTGRES_URL",
    )
    options = parser.parse_args(arguments)
    plan = Plan(kills=options.kills, seed=options.seed, rate=options.rate)
    with scratch("durability") as folder:
        if options.postgresql:
            server = os.environ["XIAOER_TEST_POSTGRES_URL"]
            with fresh_postgresql(server) as url:
                result = _run(plan, folder, url)
        else:
            result = _run(plan, folder, None)
    _tell(result, plan)
    return 0 if result.comparison.is_clean else 1


if __name__ == "__main__":
    raise SystemExit(main())
