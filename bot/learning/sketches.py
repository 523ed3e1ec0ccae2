"""How is a group recognised later, when its texts must not be kept?

A sketch is a few hundred weights by hashed character n-grams: enough to say that other
words want the same, not enough to read a sentence from.
"""

import zlib
from collections import Counter
from collections.abc import Mapping
from math import log1p, sqrt
from typing import Final

from bot.learning.clustering import Group

Sketch = Mapping[str, float]
"""Weights by hashed n-gram, of length 1."""

ALIKE: Final = 0.5
"""Cosine from which two sketches are of one topic."""
_SIZE: Final = 1 << 14
_MOST: Final = 120
_LONGEST: Final = 2
_DIGITS: Final = 4


def sketch(group: Group) -> dict[str, float]:
    """Return the sketch of a group."""
    counts: Counter[str] = Counter()
    for line in group.lines:
        for gram in sorted(_grams(line.folded)):
            counts[str(zlib.crc32(gram.encode()) % _SIZE)] += line.count
    kept = sorted(counts.items(), key=lambda it: (-it[1], it[0]))[:_MOST]
    weights = {name: log1p(count) for name, count in kept}
    length = sqrt(sum(weight**2 for weight in weights.values())) or 1.0
    return {name: round(weight / length, _DIGITS) for name, weight in weights.items()}


def likeness(one: Sketch, other: Sketch) -> float:
    """Return how much of one topic two sketches are, 0 to 1."""
    return sum(weight * other.get(name, 0.0) for name, weight in one.items())


def _grams(text: str) -> set[str]:
    return {
        text[start : start + size]
        for size in range(1, _LONGEST + 1)
        for start in range(len(text) - size + 1)
    }
