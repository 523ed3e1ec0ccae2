"""What load is wanted and what came of it: the two values the generator speaks in."""

import subprocess
import sys
from collections.abc import Callable
from typing import Literal

import msgspec

from benchmarks.processes import HOST, ROOT, StartError

Pace = Literal["closed", "window", "paced"]


class Load(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One run of the load generator."""

    port: int
    path: str
    secret: str
    pace: Pace
    """``closed``: each connection sends when it has its answer. ``window``: as many as
    keep ``window`` messages unanswered in the database. ``paced``: ``rate`` a second,
    each time measured from when the message was due, not from when it got its turn."""
    seconds: float
    connections: int = 64
    buyers: int = 10_000
    """The messages go round them, so that nobody exceeds the rate of one buyer."""
    rate: float = 0.0
    window: int = 0
    limit: int = 0
    """Stop after so many messages; 0 for no limit."""
    warm_seconds: float = 0.0
    """The first part of ``seconds`` that is not counted."""
    drain_seconds: float = 60.0
    """How long to wait at the end for the last turns."""
    database_url: str | None = None
    """Where the answers are counted; None (the echo server) counts HTTP answers."""
    run_id: str
    """Makes message ids unique."""
    seed: int = 1
    host: str = HOST


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one run measured, after its warm-up."""

    seconds: float
    answers: dict[str, int]
    """HTTP status to count; ``lost`` counts connections that broke."""
    handled: int
    """Messages whose turn committed (HTTP answers where nothing is stored)."""
    replies: int
    """Outgoing messages committed in the same time."""
    backlog_first: float
    """Mean number of unanswered messages in the first third of the time."""
    backlog_last: float
    unanswered: int
    """Messages still without their turn after the drain: must be 0."""
    p50: float
    p90: float
    p99: float
    largest: float
    """Seconds from (due) send to HTTP answer, seen from outside."""

    @property
    def rate(self) -> float:
        """Return messages a second that were answered."""
        return self.handled / self.seconds


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """A line the generator prints now and then."""

    done: float
    """Share of the run, 0 to 1."""


_LINE: msgspec.json.Decoder[dict[str, object]] = msgspec.json.Decoder(dict[str, object])


def run(load: Load, *, on_progress: Callable[[float], None]) -> Outcome:
    """Run the generator as its own process and return what it measured.

    Raises:
        StartError: the generator failed; its traceback went to standard error.
    """
    outcome: Outcome | None = None
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.clients"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        process.stdin.write(msgspec.json.encode(load))
        process.stdin.close()
        for line in process.stdout:
            if "done" in _LINE.decode(line):
                done = msgspec.json.decode(line, type=Progress).done
                on_progress(done)
            else:
                outcome = msgspec.json.decode(line, type=Outcome)
                on_progress(1.0)
    if process.returncode != 0 or outcome is None:
        raise StartError(f"the load generator ended with {process.returncode}")
    return outcome
