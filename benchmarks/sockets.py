"""What does an open chat window cost, and how soon does it show a message?

``python -m benchmarks.sockets``: opens 500 and then 5,000 windows that nobody writes in,
reads the server's memory before and after, and lets a few buyers chat meanwhile. Each of
them writes in one window and reads in another: the time runs from the sending of a
message to its showing in the other window, its commit included.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.processes import (
    ROOT,
    Installation,
    Running,
    StartError,
    Table,
    install,
    serving,
    train,
)
from benchmarks.report import Stages, milliseconds, scratch, show, stages

GOAL_KIB = 20.0
"""Of the server's memory for one idle window."""
GOAL_SECONDS = 0.25
"""For the 99th percentile from sent to shown."""
_SETTINGS: Table = {
    "chat": {"sockets_per_address": 0, "new_per_address": 0},
    "conversation": {"messages_per_minute": 0},
    "logging": {"level": "warning"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What so many windows did."""

    windows: int
    kib_each: float
    rss_mb: float
    cpu_share: float
    """Of one core, while the buyers chatted."""
    seen: int
    p50: float
    p99: float
    lost: int
    gone: int

    def row(self) -> list[str]:
        """Return a row of the table."""
        return [
            f"{self.windows:,} windows",
            f"{self.kib_each:.1f}",
            f"{self.rss_mb:,.0f}",
            str(self.seen),
            milliseconds(self.p50),
            milliseconds(self.p99),
            f"{self.cpu_share:.0%}",
            str(self.lost),
            str(self.gone),
        ]

    def is_within(self) -> bool:
        """Return whether the goals are met."""
        is_whole = self.lost == 0 and self.gone == 0
        return is_whole and self.kib_each <= GOAL_KIB and self.p99 <= GOAL_SECONDS


def _measure(
    running: Running,
    installation: Installation,
    bars: Stages,
    *,
    windows: int,
    options: argparse.Namespace,
) -> Measured:
    bar = bars.begin(f"{windows:,} windows")
    before = running.rss_mb()
    arguments = (running.port, installation.shop, windows)
    with subprocess.Popen(  # noqa: S603 - our own program
        [
            sys.executable,
            "-m",
            "benchmarks.windows",
            *map(str, (*arguments, options.buyers, options.seconds)),
        ],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            opened = _told(process)["open"]
            bar(0.5)
            rss_mb = running.rss_mb()
            cpu = running.cpu_seconds()
            _go_on(process)
            seen = _told(process)
            cpu = running.cpu_seconds() - cpu
            bar(1.0)
            _go_on(process)
        finally:
            if process.poll() is None:
                process.terminate()
    return Measured(
        windows=opened,
        kib_each=(rss_mb - before) * 1024 / opened,
        rss_mb=rss_mb,
        cpu_share=cpu / options.seconds,
        **seen,
    )


def _told(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Return the next line of the generator.

    Raises:
        StartError: it has ended instead.
    """
    line = "" if process.stdout is None else process.stdout.readline()
    if line == "":
        raise StartError("the windows' process has ended")
    answer: dict[str, Any] = json.loads(line)
    return answer


def _go_on(process: subprocess.Popen[str]) -> None:
    if process.stdin is not None:
        process.stdin.write("\n")
        process.stdin.flush()


def _run(folder: Path, options: argparse.Namespace) -> list[Measured]:
    installation = install(folder / "shop", settings=_SETTINGS)
    train(installation)
    measured = []
    with stages() as bars:
        for windows in options.windows:
            # A fresh process each: memory that a former crowd left would be free.
            with serving(installation) as running:
                measured.append(
                    _measure(
                        running, installation, bars, windows=windows, options=options
                    )
                )
    return measured


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 0 when the goals are met."""
    parser = argparse.ArgumentParser(prog="benchmarks.sockets", description=__doc__)
    parser.add_argument("--windows", type=int, nargs="+", default=[500, 5000])
    parser.add_argument("--buyers", type=int, default=20, help="who chat meanwhile")
    parser.add_argument("--seconds", type=float, default=15.0, help="of chatting")
    options = parser.parse_args(arguments)
    with scratch("sockets") as folder:
        measured = _run(folder, options)
    show(
        f"Open chat windows (goals: ≤ {GOAL_KIB:.0f} KiB each, sent to shown p99 ≤ "
        f"{GOAL_SECONDS * 1000:.0f} ms, none lost)",
        columns=(
            "idle",
            "KiB each",
            "RSS MiB",
            "messages",
            "p50",
            "p99",
            "CPU",
            "lost",
            "gone",
        ),
        rows=[it.row() for it in measured],
    )
    return 0 if all(it.is_within() for it in measured) else 1


if __name__ == "__main__":
    raise SystemExit(main())
