"""Which different lines do missed turns have, and how often did each come?"""

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.learning.turns import ServedTurn

SHORTEST: Final = 3
"""Letters and digits; 嗯嗯 and L码 are read in the light of what was said before."""
LONGEST: Final = 80
"""Letters and digits; a longer text tells a story, and is no example of one wish."""
_KEY_LENGTH: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Turns that say the same but for case, width and punctuation."""

    folded: str
    text: str
    """As it was written most often."""
    turns: tuple[ServedTurn, ...]
    """In order of time."""

    @property
    def key(self) -> str:
        """Return what names the line without telling it."""
        return key_of(self.folded)

    @property
    def count(self) -> int:
        """Return how often it came."""
        return len(self.turns)

    @property
    def first_at(self) -> datetime:
        """Return when it came first."""
        return self.turns[0].at

    @property
    def last_at(self) -> datetime:
        """Return when it came last."""
        return self.turns[-1].at


def fold_line(text: str) -> str:
    """Return a line without case, width and punctuation, unless nothing is left."""
    wide = unicodedata.normalize("NFKC", text).lower()
    folded = "".join(character for character in wide if character.isalnum())
    return folded or wide.strip()


def key_of(folded: str) -> str:
    """Return what names a folded line without telling it."""
    return hashlib.sha256(folded.encode()).hexdigest()[:_KEY_LENGTH]


def gather(turns: Iterable[ServedTurn]) -> list[Line]:
    """Return the different lines of turns, the most frequent first.

    Fragments and stories are left out. Equal turns in another order give equal lines.
    """
    found: dict[str, list[ServedTurn]] = defaultdict(list)
    for turn in turns:
        folded = fold_line(turn.text)
        if SHORTEST <= len(folded) <= LONGEST:
            found[folded].append(turn)
    lines = [
        Line(
            folded=folded,
            text=_most_frequent(turn.text for turn in them),
            turns=tuple(
                sorted(them, key=lambda it: (it.at, it.conversation_id, it.text))
            ),
        )
        for folded, them in found.items()
    ]
    return sorted(lines, key=lambda it: (-it.count, it.folded))


def _most_frequent(texts: Iterable[str]) -> str:
    counts: dict[str, int] = defaultdict(int)
    for text in texts:
        counts[" ".join(text.split())] += 1
    return min(counts, key=lambda it: (-counts[it], it))
