"""Which examples of the library look most like a text?"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.process import cdist

_RERANKED: Final = 30
"""Candidates compared character by character; more change no ranking."""
_SHARE: Final = 0.35
"""A candidate shares at least this part of the best candidate's weight."""


class Neighbour(NamedTuple):
    """One example near a text; a tuple, because thirty are made for each message."""

    example: int
    """Index of the example in the model."""
    label: int
    similarity: float
    """0 to 1, 1 for the same characters in the same order."""


class RecallIndex:
    """An inverted index from character bigrams to examples; immutable.

    A query sums the weights of shared bigrams with ``bincount`` and reranks what passes a
    threshold: cheaper than partitioning a mostly-zero array (limits.md).
    """

    def __init__(self, texts: Sequence[str], labels: Sequence[int]) -> None:
        self._texts = tuple(texts)
        self._labels = tuple(labels)
        grams = [sorted(set(_bigrams(text))) for text in self._texts]
        frequency = Counter(gram for found in grams for gram in found)
        self._row_of = {gram: row for row, gram in enumerate(sorted(frequency))}
        rows = [[self._row_of[gram] for gram in found] for found in grams]
        self._weights = np.array(
            [
                1.0 + math.log((1 + len(texts)) / (1 + frequency[gram]))
                for gram in self._row_of
            ],
            dtype=np.float32,
        )
        self._postings = _invert(rows, size=len(self._row_of))
        self._norms = np.array(
            [math.sqrt(float(self._weights[found].sum())) or 1.0 for found in rows],
            dtype=np.float32,
        )

    def find(self, text: str) -> tuple[Neighbour, ...]:
        """Return the nearest examples of a compact text, most similar first."""
        rows = [
            self._row_of[gram] for gram in set(_bigrams(text)) if gram in self._row_of
        ]
        if not rows:
            return ()
        examples = self._candidates(sorted(rows))
        ratios = cdist([text], [self._texts[example] for example in examples])[0] / 100
        return tuple(
            Neighbour(examples[place], self._labels[examples[place]], ratios[place])
            for place in np.argsort(-ratios, kind="stable").tolist()
        )

    def _candidates(self, rows: list[int]) -> list[int]:
        """Return the examples that share most weight with the bigrams ``rows``."""
        postings = [self._postings[row] for row in rows]
        shared = np.bincount(
            np.concatenate(postings),
            weights=np.repeat(self._weights[rows], [len(found) for found in postings]),
        )
        passed = np.flatnonzero(shared >= _SHARE * shared.max())
        closeness = shared[passed] / self._norms[passed]
        best = np.argsort(-closeness, kind="stable")[:_RERANKED]
        found: list[int] = passed[best].tolist()
        return found


def _bigrams(text: str) -> Iterable[str]:
    """Return the character bigrams of ``text`` with its edges marked."""
    edged = f"^{text}$"
    return (edged[start : start + 2] for start in range(len(edged) - 1))


def _invert(
    rows: Sequence[Sequence[int]], *, size: int
) -> tuple[NDArray[np.int32], ...]:
    """Return for each bigram the examples that contain it."""
    found: list[list[int]] = [[] for _ in range(size)]
    for example, contained in enumerate(rows):
        for row in contained:
            found[row].append(example)
    return tuple(np.array(examples, dtype=np.int32) for examples in found)
