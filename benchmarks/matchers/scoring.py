"""How right and how fast was a matcher?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.matchers.children.serving import TOP


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a matcher made of one test row."""

    label: str
    """The right one."""
    guesses: tuple[str, ...]
    """Best first."""
    ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The row of one matcher; without figures when something was in the way."""

    name: str
    title: str
    top1: float | None = None
    top3: float | None = None
    """None when the matcher names one label only."""
    p50_ms: float | None = None
    p99_ms: float | None = None
    train_s: float | None = None
    rss_mb: float | None = None
    """After training."""
    problem: str | None = None

    def cells(self) -> list[str]:
        """Return the row of the table."""
        if self.problem is not None:
            return [self.title, *["–"] * 6]
        return [
            self.title,
            _share(self.top1),
            _share(self.top3),
            _number(self.p50_ms, digits=3),
            _number(self.p99_ms, digits=3),
            _number(self.train_s, digits=1),
            _number(self.rss_mb, digits=0),
        ]


def score(answers: Sequence[Answer], *, ranks: int) -> dict[str, Any]:
    """Return the fields of a result that the answers say.

    Args:
        answers: At least one.
        ranks: How many labels the matcher can name.
    """
    times = [answer.ms for answer in answers]
    right = sum(answer.guesses[:1] == (answer.label,) for answer in answers)
    near = sum(answer.label in answer.guesses[:TOP] for answer in answers)
    return {
        "top1": round(right / len(answers), 4),
        "top3": round(near / len(answers), 4) if ranks >= TOP else None,
        "p50_ms": round(float(np.percentile(times, 50)), 3),
        "p99_ms": round(float(np.percentile(times, 99)), 3),
    }


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _number(value: float | None, *, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"
