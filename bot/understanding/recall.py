"""Which examples of the library look most like a text?"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import add
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.process import cdist

RERANKED: Final = 30
"""Candidates compared character by character; more change no ranking."""
_SHARE: Final = 0.35
"""A candidate shares at least this part of the best candidate's weight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """One example near a text."""

    example: int
    """Index of the example in the model."""
    similarity: float
    """0 to 1, 1 for the same characters in the same order."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Neighbours:
    """The examples near a text; arrays, because thirty are found for each message."""

    examples: NDArray[np.intp]
    labels: NDArray[np.intp]
    similarities: NDArray[np.float32]

    def by_label(self, count: int) -> NDArray[np.float64]:
        """Return the similarity of the nearest example of each of ``count`` labels."""
        nearest = np.zeros(count)
        np.maximum.at(nearest, self.labels, self.similarities)
        return nearest

    def nearest(self, label: int) -> Neighbour | None:
        """Return the most similar example of a label; None when none is near."""
        own = (self.labels == label).nonzero()[0]
        if own.size == 0:
            return None
        place = own[self.similarities[own].argmax()]
        return Neighbour(
            example=int(self.examples[place]),
            similarity=float(self.similarities[place]),
        )


class RecallIndex:
    """An inverted index from character bigrams to examples; immutable.

    A query sums the weights of shared bigrams with ``bincount`` and reranks what passes a
    threshold: cheaper than partitioning a mostly-zero array (limits.md).
    """

    def __init__(self, texts: Sequence[str], labels: Sequence[int]) -> None:
        self._texts = tuple(texts)
        self._labels = np.array(labels, dtype=np.intp)
        grams = [sorted(set(_bigrams(text))) for text in self._texts]
        frequency = Counter(gram for found in grams for gram in found)
        self._row_of = {gram: row for row, gram in enumerate(sorted(frequency))}
        rows = [[self._row_of[gram] for gram in found] for found in grams]
        weights = np.array(
            [
                1.0 + math.log((1 + len(texts)) / (1 + frequency[gram]))
                for gram in self._row_of
            ],
            dtype=np.float32,
        )
        # ``bincount`` adds in double precision: stored so, nothing is converted.
        self._weights = weights.astype(np.float64)
        self._postings = _invert(rows, size=len(self._row_of))
        self._sizes = np.array([found.size for found in self._postings], dtype=np.intp)
        self._norms = np.array(
            [math.sqrt(float(weights[found].sum())) or 1.0 for found in rows],
            dtype=np.float32,
        )

    def find(self, text: str) -> Neighbours:
        """Return the examples that look most like a compact text."""
        row_of = self._row_of
        rows = sorted({row_of[gram] for gram in _bigrams(text) if gram in row_of})
        if not rows:
            return _NO_NEIGHBOURS
        examples = self._candidates(rows)
        texts = self._texts
        ratios = cdist([text], [texts[example] for example in examples.tolist()])[0]
        return Neighbours(
            examples=examples,
            labels=self._labels.take(examples),
            similarities=ratios / 100,
        )

    def _candidates(self, rows: list[int]) -> NDArray[np.intp]:
        """Return the examples that share most weight with the bigrams ``rows``."""
        postings = self._postings
        index = np.array(rows, dtype=np.intp)
        shared = np.bincount(
            np.concatenate([postings[row] for row in rows]),
            weights=self._weights.take(index).repeat(self._sizes.take(index)),
        )
        passed = (shared >= _SHARE * shared.max()).nonzero()[0]
        closeness = shared.take(passed) / self._norms.take(passed)
        best = (-closeness).argsort(kind="stable")[:RERANKED]
        found: NDArray[np.intp] = passed.take(best)
        return found


def _bigrams(text: str) -> Iterable[str]:
    """Return the character bigrams of ``text`` with its edges marked."""
    edged = f"^{text}$"
    return map(add, edged, edged[1:])


def _invert(
    rows: Sequence[Sequence[int]], *, size: int
) -> tuple[NDArray[np.intp], ...]:
    """Return for each bigram the examples that contain it."""
    found: list[list[int]] = [[] for _ in range(size)]
    for example, contained in enumerate(rows):
        for row in contained:
            found[row].append(example)
    return tuple(np.array(examples, dtype=np.intp) for examples in found)


_NO_NEIGHBOURS: Final = Neighbours(
    examples=np.empty(0, dtype=np.intp),
    labels=np.empty(0, dtype=np.intp),
    similarities=np.empty(0, dtype=np.float32),
)
