"""Which examples of the library look most like a text?"""

from collections.abc import Sequence
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


_CHARACTER_BITS: Final = 21
"""Every character's number has at most so many bits."""
_SECOND: Final = (1 << _CHARACTER_BITS) - 1


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
        # Of several values for one place the last is kept: the highest.
        rising = self.similarities.argsort()
        nearest[self.labels.take(rising)] = self.similarities.take(rising)
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
    threshold: cheaper than partitioning a mostly-zero array (limits.md). Bigrams are
    numbers in sorted arrays, so that an index of a hundred thousand examples is made, and
    loaded, in a moment.
    """

    def __init__(self, texts: Sequence[str], labels: Sequence[int]) -> None:
        self._texts = tuple(texts)
        self._labels = np.array(labels, dtype=np.intp)
        grams, owners = _occurrences(self._texts)
        kinds, places = np.unique(grams, return_inverse=True)
        self._row_of = {_spelled(gram): row for row, gram in enumerate(kinds.tolist())}
        # Each bigram of a text once; sorted by bigram, inside one by example.
        count = max(len(texts), 1)
        places, self._postings = np.divmod(np.unique(places * count + owners), count)
        sizes = np.bincount(places, minlength=kinds.size)
        self._bounds = [0, *np.cumsum(sizes).tolist()]
        """Where the examples of each bigram begin; they end where the next ones do."""
        # ``bincount`` adds in double precision: stored so, nothing is converted.
        self._weights = 1.0 + np.log((1 + len(texts)) / (1 + sizes))
        squares = np.bincount(
            self._postings, weights=self._weights[places], minlength=len(texts)
        )
        self._norms = np.sqrt(np.where(squares > 0, squares, 1.0)).astype(np.float32)

    def find(self, text: str) -> Neighbours:
        """Return the examples that look most like a compact text."""
        edged = f"^{text}$"
        found = set(map(self._row_of.get, map(add, edged, edged[1:])))
        rows = sorted([row for row in found if row is not None])
        if not rows:
            return _NO_NEIGHBOURS
        examples = self._candidates(rows)
        texts = list(map(self._texts.__getitem__, examples.tolist()))
        ratios = cdist([text], texts)[0]
        return Neighbours(
            examples=examples,
            labels=self._labels.take(examples),
            similarities=ratios / 100,
        )

    def _candidates(self, rows: list[int]) -> NDArray[np.intp]:
        """Return the examples that share most weight with the bigrams ``rows``."""
        postings, bounds = self._postings, self._bounds
        found_by = [postings[bounds[row] : bounds[row + 1]] for row in rows]
        shared = np.bincount(
            np.concatenate(found_by),
            weights=self._weights.take(rows).repeat(list(map(len, found_by))),
        )
        passed = (shared >= _SHARE * shared[shared.argmax()]).nonzero()[0]
        closeness = shared.take(passed) / self._norms.take(passed)
        best = (-closeness).argsort(kind="stable")[:RERANKED]
        nearest: NDArray[np.intp] = passed.take(best)
        return nearest


def _occurrences(
    texts: Sequence[str],
) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    """Return every bigram of every text, and beside it the number of the text."""
    lengths = np.array([len(text) + 2 for text in texts], dtype=np.intp)
    grams = _bigrams("$^".join(texts))
    # In one long text every end is followed by the next beginning, which is no bigram.
    inside = np.ones(grams.size, dtype=bool)
    inside[lengths.cumsum()[:-1] - 1] = False
    owners = np.arange(len(texts), dtype=np.intp).repeat(lengths)[: grams.size]
    if not texts:
        return grams[:0], owners
    return grams[inside], owners[inside]


def _spelled(gram: int) -> str:
    """Return the two characters of a bigram."""
    return chr(gram >> _CHARACTER_BITS) + chr(gram & _SECOND)


def _bigrams(text: str) -> NDArray[np.int64]:
    """Return the character bigrams of ``text`` with its edges marked, as numbers."""
    edged = f"^{text}$".encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(edged, dtype="<u4").astype(np.int64)
    pairs: NDArray[np.int64] = (codes[:-1] << _CHARACTER_BITS) | codes[1:]
    return pairs


_NO_NEIGHBOURS: Final = Neighbours(
    examples=np.empty(0, dtype=np.intp),
    labels=np.empty(0, dtype=np.intp),
    similarities=np.empty(0, dtype=np.float32),
)
