"""Which missed lines want the same? Alike in characters, in meaning, in their answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.learning.lines import Line
from bot.understanding.sentences import SentenceEncoder

MOST_LINES: Final = 1500
"""Different lines compared with each other, the most frequent; memory grows with their
square (1500: 18 MB a matrix)."""
APART: Final = 0.68
"""Mean distance at which two groups are not joined. With 0.62 the topics of the simulated
month (benchmarks/learning.py) fall into twice as many groups as with 0.72."""
_WORDS: Final = 1.0
_MEANING: Final = 2.0
_ANSWERS: Final = 3.0
"""Weights of the three likenesses, where there are all three."""
_MEANING_NOTHING: Final = 0.3
"""Cosine of sentence vectors of two Chinese questions that have nothing in common."""

_Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Lines that want the same."""

    lines: tuple[Line, ...]
    """The most central first."""

    @property
    def key(self) -> str:
        """Return what names the group: its central line, without telling it."""
        return self.lines[0].key

    @property
    def count(self) -> int:
        """Return how many turns it has."""
        return sum(line.count for line in self.lines)

    @property
    def first_at(self) -> datetime:
        """Return when the first of it came."""
        return min(line.first_at for line in self.lines)

    @property
    def last_at(self) -> datetime:
        """Return when the last of it came."""
        return max(line.last_at for line in self.lines)


def cluster(
    lines: Sequence[Line], *, encoder: SentenceEncoder | None = None
) -> list[Group]:
    """Return groups of lines, the largest first; the same lines give the same groups.

    Average linkage over one minus a mean of likenesses: tf-idf of character n-grams;
    sentence vectors, with an encoder; tf-idf of what people answered, where both lines
    were answered.

    Args:
        lines: Different ones, the most frequent first.
        encoder: Makes vectors of sentences; None: without.
    """
    chosen = sorted(lines[:MOST_LINES], key=lambda it: it.folded)
    if not chosen:
        return []
    likeness = _likeness(chosen, encoder)
    labels = _label(likeness)
    groups = []
    for label in range(int(labels.max()) + 1):
        places = np.flatnonzero(labels == label)
        own = likeness[np.ix_(places, places)]
        counts = np.array([chosen[place].count for place in places], dtype=np.float64)
        central = np.round(own @ counts, 6)
        order = sorted(
            range(len(places)),
            key=lambda it: (-central[it], chosen[int(places[it])].folded),
        )
        groups.append(Group(lines=tuple(chosen[int(places[it])] for it in order)))
    return sorted(groups, key=lambda it: (-it.count, it.lines[0].folded))


def _label(likeness: _Matrix) -> NDArray[np.intp]:
    if len(likeness) == 1:
        return np.zeros(1, dtype=np.intp)
    model = AgglomerativeClustering(
        n_clusters=None,
        metric="precomputed",
        linkage="average",
        distance_threshold=APART,
    )
    found: NDArray[np.intp] = model.fit_predict(1.0 - likeness)
    return found


def _likeness(lines: Sequence[Line], encoder: SentenceEncoder | None) -> _Matrix:
    """Return lines × lines, 0 to 1."""
    total = _WORDS * of_words([line.folded for line in lines])
    weights = np.full_like(total, _WORDS)
    if encoder is not None:
        total += _MEANING * of_meaning([line.text for line in lines], encoder)
        weights += _MEANING
    answers = ["\n".join(sorted(_answers(line))) for line in lines]
    has = np.array([bool(answer) for answer in answers])
    if has.any():
        both = np.outer(has, has).astype(np.float64)
        total += _ANSWERS * both * of_words([answer or " " for answer in answers])
        weights += _ANSWERS * both
    mean = np.clip(total / weights, 0.0, 1.0)
    np.fill_diagonal(mean, 1.0)
    return (mean + mean.T) / 2


def _answers(line: Line) -> set[str]:
    return {answer for turn in line.turns for answer in turn.answers}


def of_words(texts: Sequence[str]) -> _Matrix:
    """Return how alike texts are in characters and their n-grams, 0 to 1."""
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    vectors = vectorizer.fit_transform(
        [text if text.strip() else "␀" for text in texts]
    )
    found: _Matrix = (vectors @ vectors.T).toarray()
    return found


def of_meaning(texts: Sequence[str], encoder: SentenceEncoder) -> _Matrix:
    """Return how alike texts are in meaning, 0 to 1."""
    vectors = encoder.encode(list(texts)).astype(np.float64)
    scaled = (vectors @ vectors.T - _MEANING_NOTHING) / (1 - _MEANING_NOTHING)
    found: _Matrix = np.clip(np.round(scaled, 5), 0.0, 1.0)
    return found
