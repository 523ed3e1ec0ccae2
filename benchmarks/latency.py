"""How long does a buyer's message take, at half of the load that can be sustained?

``python -m benchmarks.latency``: finds the sustained load (or takes ``--rate``), then
sends half of it at a steady pace. Intake is measured from outside (from the moment a
message was due to its 202) and by the server (arrival to commit); the turn by the
server alone (turn closed to reply committed). The peer is the bare echo at the same
pace in the same run.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks.loads import Load, Outcome, run
from benchmarks.metrics import Buckets, difference, fetch, read_histogram
from benchmarks.percentiles import cumulative_percentile
from benchmarks.processes import echoing, serving
from benchmarks.report import Stages, milliseconds, scratch, show, stages
from benchmarks.throughput import DEFAULT_GAP, Contestant, set_up, warm_up

GOAL_SECONDS = 0.1
"""For the 99th percentile of intake and of turn, each, with the default gap."""
_INTAKE = "xiaoer_intake_seconds"
_TURN = "xiaoer_turn_seconds"
_CONNECTIONS = 256
_WINDOW = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """What one pace did to one server."""

    name: str
    outcome: Outcome
    rss_mb: float
    histograms: dict[str, Buckets]
    """The server's own, of this run; empty for the echo."""

    def row(self, kind: str, *, peer_p99: float) -> list[str]:
        """Return a row of the table; ``kind`` is ``202`` or a histogram's name."""
        p50, p99 = self.percentiles(kind)
        return [
            f"{self.name}: {_TITLES[kind]}",
            f"{self.outcome.rate:,.0f}",
            milliseconds(p50),
            milliseconds(p99),
            f"{p99 / peer_p99:.1f}",
            str(self.outcome.unanswered),
            f"{self.rss_mb:,.0f}",
        ]

    def percentiles(self, kind: str) -> tuple[float, float]:
        """Return p50 and p99 in seconds."""
        if kind == "202":
            return self.outcome.p50, self.outcome.p99
        buckets = self.histograms[kind]
        return cumulative_percentile(buckets, 0.5), cumulative_percentile(buckets, 0.99)

    def is_within(self, seconds: float) -> bool:
        """Return True when every p99 is, and no message was lost or refused."""
        kinds = ("202", *self.histograms)
        is_whole = self.outcome.unanswered == 0 and set(self.outcome.answers) == {"202"}
        return is_whole and all(self.percentiles(k)[1] <= seconds for k in kinds)


_TITLES = {
    "202": "sent to 202, from outside",
    _INTAKE: "intake to commit",
    _TURN: "turn closed to commit",
}


def _pace(
    contestant: Contestant, bars: Stages, *, rate: float, seconds: float
) -> Times:
    """Send at a steady pace and return what was measured meanwhile."""
    names = () if contestant.installation is None else (_INTAKE, _TURN)
    heaviest: Load = contestant.load(run_id="pace", seconds=seconds, warm=2.0)
    load = msgspec.structs.replace(
        heaviest, pace="paced", rate=rate, connections=_CONNECTIONS
    )
    before = _read(contestant, names)
    outcome = run(load, on_progress=bars.begin(f"{rate:,.0f}/s, {contestant.name}"))
    after = _read(contestant, names)
    return Times(
        name=contestant.name,
        outcome=outcome,
        rss_mb=contestant.running.rss_mb(),
        histograms={name: difference(after[name], before[name]) for name in names},
    )


def _read(contestant: Contestant, names: Sequence[str]) -> dict[str, Buckets]:
    if not names:
        return {}
    text = fetch(contestant.running.address)
    return {name: read_histogram(text, name) for name in names}


def _find_rate(contestant: Contestant, bars: Stages, *, seconds: float) -> float:
    """Return half of the sustained messages a second."""
    load = contestant.load(run_id="heaviest", seconds=seconds, warm=seconds / 4)
    bar = bars.begin(f"heaviest load, {contestant.name}")
    return run(load, on_progress=bar).rate / 2


def _measure(folder: Path, options: argparse.Namespace) -> tuple[Times, Times, Times]:
    """Return the times of the echo, of the default gap and of gap 0."""
    quick_set_up, usual_set_up = set_up(folder)
    with (
        stages() as bars,
        echoing(folder) as echo_server,
        serving(usual_set_up) as usual_server,
        serving(quick_set_up) as quick_server,
    ):
        echo = Contestant(name="echo", running=echo_server, installation=None)
        quick = Contestant(
            name="gap 0",
            running=quick_server,
            installation=quick_set_up,
            window=_WINDOW,
        )
        warm = warm_up(quick, bars, messages=options.buyers)
        usual = Contestant(
            name="gap 1.2 s",
            running=usual_server,
            installation=usual_set_up,
            window=_WINDOW + int(2.0 * warm.rate * DEFAULT_GAP),
        )
        warm_up(usual, bars, messages=options.buyers)
        rate = options.rate
        if rate is None:
            rate = _find_rate(usual, bars, seconds=options.seconds)
        echo_times, usual_times, quick_times = (
            _pace(contestant, bars, rate=rate, seconds=options.seconds)
            for contestant in (echo, usual, quick)
        )
        return echo_times, usual_times, quick_times


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 0 when the goal is met with the default gap."""
    parser = argparse.ArgumentParser(prog="benchmarks.latency", description=__doc__)
    parser.add_argument("--rate", type=float, help="messages a second")
    parser.add_argument("--seconds", type=float, default=15.0, help="of one part")
    parser.add_argument("--buyers", type=int, default=10_000)
    options = parser.parse_args(arguments)
    with scratch("latency") as folder:
        echo, usual, quick = _measure(folder, options)
    peer = echo.outcome.p99
    rows = [echo.row("202", peer_p99=peer)]
    rows += [
        times.row(kind, peer_p99=peer)
        for times in (usual, quick)
        for kind in ("202", _INTAKE, _TURN)
    ]
    show(
        "At half of the sustained load "
        f"(goal with the default gap: each p99 ≤ {GOAL_SECONDS * 1000:.0f} ms)",
        columns=(
            "measured",
            "a second",
            "p50",
            "p99",
            "p99 / echo's",
            "unanswered",
            "RSS MiB",
        ),
        rows=rows,
    )
    return 0 if usual.is_within(GOAL_SECONDS) else 1


if __name__ == "__main__":
    raise SystemExit(main())
