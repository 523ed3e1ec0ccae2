"""How many messages a second does one process answer, against a bare echo?

``python -m benchmarks.throughput``: rounds of echo, server with quiet gap 0 and server
with the default quiet gap, alternating on the same two cores. A message counts when its
turn has committed: the message, the reply and the handled mark are in the database.
"""

import argparse
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.loads import Load, Outcome, run
from benchmarks.processes import Installation, Running, echoing, install, serving, train
from benchmarks.report import Stages, scratch, show, stages

GOAL = 0.10
"""Messages a second by echo requests a second."""
DEFAULT_GAP = 1.2
"""Seconds; the default of ``conversation.quiet_gap_seconds``."""
_CONNECTIONS = 64
_WARM_UP_SECONDS = 30.0


@dataclass(slots=True, kw_only=True)
class Contestant:
    """One server under load, with its outcomes, round by round."""

    name: str
    running: Running
    installation: Installation | None
    """None is the echo server."""
    window: int = 0
    """Messages kept unanswered; of no meaning to the echo server."""
    outcomes: list[Outcome] = field(default_factory=list)
    rss_mb: float = 0.0

    def load(self, *, run_id: str, seconds: float, warm: float, limit: int = 0) -> Load:
        """Return the heaviest load under which the backlog cannot grow."""
        installation = self.installation
        is_echo = installation is None
        return Load(
            port=self.running.port,
            path="/api/v1/shops/bench/messages",
            secret="" if installation is None else installation.secret.decode(),
            pace="closed" if is_echo else "window",
            seconds=seconds + warm,
            warm_seconds=warm,
            connections=_CONNECTIONS,
            window=self.window,
            limit=limit,
            database_url=None if installation is None else installation.database_url,
            run_id=run_id,
        )

    @property
    def rate(self) -> float:
        """Return the median of the rounds, a second."""
        return statistics.median(outcome.rate for outcome in self.outcomes)


def set_up(folder: Path) -> tuple[Installation, Installation]:
    """Install a server with quiet gap 0 and one with the default settings only."""
    no_gap = install(
        folder / "gap-0", settings={"conversation": {"quiet_gap_seconds": 0.0}}
    )
    train(no_gap)
    return no_gap, install(folder / "default", settings={})


def warm_up(contestant: Contestant, bars: Stages, *, messages: int) -> Outcome:
    """Let every buyer write once, or as many as the time allows.

    Afterwards caches are warm, and the buyers' rows exist as they do in a shop's life.
    """
    load = contestant.load(
        run_id="warm-up", seconds=_WARM_UP_SECONDS, warm=0.0, limit=messages
    )
    return run(load, on_progress=bars.begin(f"warm-up, {contestant.name}"))


def _measure(
    contestants: Sequence[Contestant], bars: Stages, *, rounds: int, seconds: float
) -> None:
    for number in range(1, rounds + 1):
        for contestant in contestants:
            load = contestant.load(
                run_id=f"round-{number}", seconds=seconds, warm=seconds / 4
            )
            bar = bars.begin(f"round {number}, {contestant.name}")
            contestant.outcomes.append(run(load, on_progress=bar))
            contestant.rss_mb = contestant.running.rss_mb()


def _row(contestant: Contestant, echo: Contestant) -> list[str]:
    outcomes = contestant.outcomes
    ratio = statistics.median(
        mine.rate / its.rate for mine, its in zip(outcomes, echo.outcomes, strict=True)
    )
    lowest, highest = min(o.rate for o in outcomes), max(o.rate for o in outcomes)
    last = outcomes[-1]
    return [
        contestant.name,
        f"{contestant.rate:,.0f}",
        f"{lowest:,.0f} to {highest:,.0f}",
        f"{ratio:.3f}",
        f"{sum(o.replies for o in outcomes):,}",
        str(sum(o.unanswered for o in outcomes)),
        f"{last.backlog_first:,.0f} to {last.backlog_last:,.0f}",
        str(_refused(outcomes)),
        f"{contestant.rss_mb:,.0f}",
    ]


def _refused(outcomes: Sequence[Outcome]) -> int:
    return sum(
        count
        for outcome in outcomes
        for status, count in outcome.answers.items()
        if status not in {"200", "202"}
    )


def _tell(contestants: Sequence[Contestant]) -> bool:
    echo, *servers = contestants
    columns = (
        "server", "a second", "rounds", "ratio", "replies", "unanswered",
        "backlog", "refused", "RSS MiB",
    )  # fmt: skip
    show(
        "Sustained messages a second, committed with their reply "
        f"(goal: ratio ≥ {GOAL:.2f})",
        columns=columns,
        rows=[_row(contestant, echo) for contestant in contestants],
    )
    is_whole = all(
        outcome.unanswered == 0 and not _refused([outcome])
        for server in servers
        for outcome in server.outcomes
    )
    return is_whole and all(server.rate / echo.rate >= GOAL for server in servers)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 0 when the goal is met and nothing went missing."""
    parser = argparse.ArgumentParser(prog="benchmarks.throughput", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8.0, help="of one part")
    parser.add_argument("--buyers", type=int, default=10_000)
    parser.add_argument("--window", type=int, default=512, help="with quiet gap 0")
    options = parser.parse_args(arguments)
    with scratch("throughput") as folder, stages() as bars:
        no_gap, default = set_up(folder)
        with (
            echoing(folder) as echo_server,
            serving(no_gap) as no_gap_server,
            serving(default) as default_server,
        ):
            echo = Contestant(
                name="aiohttp echo", running=echo_server, installation=None
            )
            quick = Contestant(
                name="xiaoer, gap 0",
                running=no_gap_server,
                installation=no_gap,
                window=options.window,
            )
            warm = warm_up(quick, bars, messages=options.buyers)
            # Little's law: to keep the server busy, the messages that wait for
            # their quiet gap have to come on top of those that it works on.
            window = options.window + int(2.0 * warm.rate * DEFAULT_GAP)
            usual = Contestant(
                name="xiaoer, gap 1.2 s",
                running=default_server,
                installation=default,
                window=window,
            )
            warm_up(usual, bars, messages=options.buyers)
            contestants = (echo, quick, usual)
            _measure(contestants, bars, rounds=options.rounds, seconds=options.seconds)
    return 0 if _tell(contestants) else 1


if __name__ == "__main__":
    raise SystemExit(main())
