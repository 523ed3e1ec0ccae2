"""What came of a turn that was handled: was the answer of then any good?"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.actions import Band


class Signal(StrEnum):
    """Something that happened after a turn and tells of its answer."""

    TAKEN_OVER = "taken_over"
    """The assistant had answered by itself, and a person wrote before the buyer did."""
    EDITED = "edited"
    """A person was offered a reply and wrote another one."""
    ADOPTED = "adopted"
    """A person sent the reply that was offered, as it was."""
    ASKED_AGAIN = "asked_again"
    """The buyer soon wanted the same once more."""
    RATED_LOW = "rated_low"
    """One or two stars of five."""
    RATED_HIGH = "rated_high"
    """Four or five stars."""
    REOPENED = "reopened"
    """The ticket about it was opened again."""


class Outcome(StrEnum):
    """What the signals say together."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


_BAD: Final = frozenset(
    {
        Signal.TAKEN_OVER,
        Signal.EDITED,
        Signal.ASKED_AGAIN,
        Signal.RATED_LOW,
        Signal.REOPENED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """How a turn was answered when it came, and what came of it."""

    intent_id: str | None
    band: Band | None
    signals: frozenset[Signal] = frozenset()

    @property
    def outcome(self) -> Outcome:
        """Return whether the answer was good.

        One bad sign outweighs good ones. What the assistant answered by itself and
        nobody came back to was good.
        """
        if not self.signals.isdisjoint(_BAD):
            return Outcome.BAD
        if self.signals or self.band is Band.AUTO:
            return Outcome.GOOD
        return Outcome.UNKNOWN
