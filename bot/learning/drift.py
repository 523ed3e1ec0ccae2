"""Which intents have come much more often this week than before?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from typing import Final

LEVEL: Final = 0.01
"""Chance that a week without any change names an intent at all."""
LEAST: Final = 10
"""Conversations of a week; with fewer the normal approximation says little."""
RATIO: Final = 1.5
"""Times the share of before; less is not worth a person's time, however sure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Seven days of conversations."""

    total: int
    """Conversations with a handled turn."""
    missed: int
    """Handled turns that were not understood."""
    turns: int
    by_intent: Mapping[str, int]
    """Conversations in which an intent was wanted."""

    @property
    def missed_share(self) -> float | None:
        """Return the share of turns that were not understood; None: there were none."""
        return self.missed / self.turns if self.turns else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """An intent that came more often than chance explains."""

    intent_id: str
    count: int
    share: float
    """Of this week's conversations."""
    before: float
    """Of the conversations of the weeks before."""
    p_value: float
    """Corrected for the number of intents."""


def find_jumps(week: Week, before: Sequence[Week]) -> tuple[Jump, ...]:
    """Return the intents whose share has jumped, the surest first.

    A one-sided two-proportion z-test with pooled variance (NIST/SEMATECH e-Handbook of
    Statistical Methods, 7.3.3) on conversations, as the turns of one conversation are
    not independent; p-values corrected for all intents by Holm's step-down (S. Holm, A
    Simple Sequentially Rejective Multiple Test Procedure, 1979).

    Args:
        week: The seven days to look at.
        before: Earlier weeks, in any order.
    """
    total = sum(one.total for one in before)
    if not week.total or not total:
        return ()
    names = sorted({*week.by_intent, *(it for one in before for it in one.by_intent)})
    tested = []
    for name in names:
        now = week.by_intent.get(name, 0)
        then = sum(one.by_intent.get(name, 0) for one in before)
        tested.append((_p_value(now, week.total, then, total), name, now, then / total))
    found = []
    highest = 0.0
    for rank, (p_value, name, now, share) in enumerate(sorted(tested)):
        highest = max(highest, min(1.0, p_value * (len(tested) - rank)))
        if highest > LEVEL:
            break
        if now >= LEAST and now / week.total >= RATIO * share:
            found.append(
                Jump(
                    intent_id=name,
                    count=now,
                    share=now / week.total,
                    before=share,
                    p_value=highest,
                )
            )
    return tuple(found)


def _p_value(now: int, total_now: int, then: int, total_then: int) -> float:
    """Return the chance of so large a rise when nothing has changed."""
    pooled = (now + then) / (total_now + total_then)
    variance = pooled * (1 - pooled) * (1 / total_now + 1 / total_then)
    if variance <= 0:
        return 1.0
    z = (now / total_now - then / total_then) / sqrt(variance)
    return 0.5 * erfc(z / sqrt(2))
