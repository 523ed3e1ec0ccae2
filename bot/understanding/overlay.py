"""How does a matcher answer with changed lines at once, before they are learnt?

What it knows stays as it is. Over it lie an index of the added lines, the knowledge which
examples are gone, and corrections of both linear models. A full build takes its place when
it is there; the same function lets a shop's own lines stand beside the pack's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.understanding.changes import Change, find_change, with_own_lines
from bot.understanding.classify import LinearClassifier, extend_vocabulary
from bot.understanding.correcting import Lines, fit_correction
from bot.understanding.features import Reading
from bot.understanding.knowledge import Knowledge
from bot.understanding.matcher import Matcher, TrainingSet
from bot.understanding.ranking import Ranker, SecondOpinion, SentenceModel
from bot.understanding.reading import TextParser
from bot.understanding.recall import RERANKED, Neighbours, RecallIndex
from bot.understanding.scoring import Index, Scorer
from bot.understanding.sentences import Vectors

__all__ = ["overlay", "with_own_lines"]

_TEACHING: Final = 100
"""Added lines, and removed ones, that correct the linear model; all are recalled or not."""
_NEAR: Final = 120
"""Examples near them that keep their place."""
_NEAR_EACH: Final = 8
_OUTSIDE: Final = 80
"""Examples outside the business that keep their place."""
_SAMPLE: Final = 48
"""Examples that show how the sentence model scores what it knows."""
_SILENT: Final = -10.0
"""Log-odds of an intent without a line."""


def overlay(matcher: Matcher, training_set: TrainingSet) -> Matcher:
    """Return a matcher that answers nearly as if it had learnt from ``training_set``.

    A third of a second of one core for a few changed lines, one for 3,000 added ones and
    five for 23,000, where training takes many more. Of an overlay the trained matcher below
    counts, so that overlays do not pile up. A training set with the same lines and words
    gives the same answers as the trained matcher.

    Raises:
        ValueError: If there is not a single example.
    """
    if not any(training_set.examples.values()):
        raise ValueError("a matcher needs at least one example")
    known = matcher.knowledge.base or matcher.knowledge
    change = find_change(known, training_set)
    if training_set.lexicon != known.lexicon:
        known = _with_words(known, training_set)
    if not change.is_nothing(known):
        known = _lay_over(known, change, off_topic=training_set.off_topic)
    return Matcher(
        known, urgency=training_set.urgency, off_topic=training_set.off_topic
    )


def _with_words(known: Knowledge, training_set: TrainingSet) -> Knowledge:
    """Return what is known, for texts that are read with other words."""
    lexicon = training_set.lexicon
    parser = TextParser(lexicon, pinyin=known.pinyin)
    return replace(known, lexicon=lexicon, parser=parser, base=known)


def _lay_over(known: Knowledge, change: Change, *, off_topic: str | None) -> Knowledge:
    """Return what is known with changed lines."""
    readings = [known.parser.parse(text).reading for _, text in change.added]
    classifier = _corrected(known, change, readings, off_topic=off_topic)
    return replace(
        known,
        labels=change.labels,
        examples=(*known.examples, *(text for _, text in change.added)),
        example_labels=(
            *change.label_of[list(known.example_labels)].tolist(),
            *(label for label, _ in change.added),
        ),
        feature_names=tuple(classifier.vocabulary.row_of),
        ranker=Ranker(
            Scorer(
                classifier=classifier,
                index=_OverlaidIndex(
                    known.ranker.scorer.index, change, readings=readings
                ),
                label_count=len(change.labels),
            ),
            calibration=known.ranker.calibration,
            second=_second_opinion(known, change, readings),
        ),
        base=known.base or known,
    )


class _OverlaidIndex:
    """The examples of a trained index without those that are gone, and added ones."""

    def __init__(
        self, index: Index, change: Change, *, readings: Sequence[Reading]
    ) -> None:
        self._index = index
        self._gone = change.gone
        self._label_of = change.label_of
        self._added = RecallIndex(
            [reading.compact for reading in readings],
            [label for label, _ in change.added],
        )

    def find(self, text: str) -> Neighbours:
        """Return the examples that look most like a compact text."""
        known, added = self._index.find(text), self._added.find(text)
        is_there = ~self._gone[known.examples]
        likeness = np.concatenate((known.similarities[is_there], added.similarities))
        examples = known.examples[is_there], added.examples + self._gone.size
        labels = self._label_of[known.labels[is_there]], added.labels
        best = (-likeness).argsort(kind="stable")[:RERANKED]
        return Neighbours(
            examples=np.concatenate(examples)[best],
            labels=np.concatenate(labels)[best],
            similarities=likeness[best],
        )


def _corrected(
    known: Knowledge,
    change: Change,
    readings: Sequence[Reading],
    *,
    off_topic: str | None,
) -> LinearClassifier:
    """Return the linear model with a correction for the change."""
    trained = known.ranker.scorer.classifier
    vocabulary = extend_vocabulary(trained.vocabulary, readings)

    def lines(chosen: Sequence[Reading], labels: Sequence[int]) -> Lines:
        vectors = tuple(vocabulary.vectorize(reading) for reading in chosen)
        return Lines(vectors=vectors, labels=tuple(labels))

    def examples(places: Sequence[int]) -> Lines:
        labels = change.label_of[[known.example_labels[place] for place in places]]
        return lines(_read(known, places), labels.tolist())

    teaching = _spread(range(len(readings)), _TEACHING)
    leaving = _spread(change.removed, _TEACHING)
    changed = [*(readings[place] for place in teaching), *_read(known, leaving)]
    return replace(
        trained,
        vocabulary=vocabulary,
        correction=fit_correction(
            trained,
            columns=change.columns,
            removed=examples(leaving),
            added=lines(
                [readings[place] for place in teaching],
                [change.added[place][0] for place in teaching],
            ),
            near=examples(
                sorted(
                    {
                        *_near(known, changed, gone=change.gone),
                        *_sample(known, off_topic, gone=change.gone),
                    }
                )
            ),
            led=change.labels.index(off_topic) if off_topic in change.labels else None,
        ),
    )


def _read(known: Knowledge, places: Sequence[int]) -> list[Reading]:
    """Return examples as the model sees them."""
    return [known.parser.parse(known.examples[place]).reading for place in places]


def _near(
    known: Knowledge, readings: Sequence[Reading], *, gone: NDArray[np.bool_]
) -> list[int]:
    """Return examples that look like changed lines and stay."""
    each = max(_NEAR_EACH, _NEAR // max(len(readings), 1))
    found: set[int] = set()
    for reading in readings:
        neighbours = known.ranker.scorer.index.find(reading.compact).examples.tolist()
        found.update([place for place in neighbours if not gone[place]][:each])
    return _spread(sorted(found), _NEAR)


def _sample(
    known: Knowledge, intent: str | None, *, gone: NDArray[np.bool_]
) -> list[int]:
    """Return some examples of an intent that stay, spread over all of them.

    What is outside the business is of every kind: examples near a line do not stand for it.
    """
    if intent not in known.labels:
        return []
    is_own = np.array(known.example_labels) == known.labels.index(intent)
    return _spread((is_own & ~gone).nonzero()[0].tolist(), _OUTSIDE)


def _spread(places: Sequence[int], most: int) -> list[int]:
    """Return at most so many places, spread over all of them."""
    if len(places) <= most:
        return list(places)
    return [places[number * len(places) // most] for number in range(most)]


def _second_opinion(
    known: Knowledge, change: Change, readings: Sequence[Reading]
) -> SecondOpinion | None:
    """Return the second stage with columns for the intents as they are now."""
    second = known.ranker.second
    if second is None:
        return None
    is_new = change.is_new
    before = change.columns[~is_new]
    weights = np.zeros((second.encoder.size, len(change.labels)), dtype=np.float32)
    weights[:, ~is_new] = second.model.weights[:, before]
    bias = np.full(len(change.labels), _SILENT, dtype=np.float32)
    bias[~is_new] = second.model.bias[before]
    lines = [place for place, (label, _) in enumerate(change.added) if is_new[label]]
    if lines:
        vectors = second.encoder.encode([readings[place].text for place in lines])
        labels = np.array([change.added[place][0] for place in lines], dtype=np.intp)
        scale = _find_scale(known, second)
        for label in np.unique(labels).tolist():
            weights[:, label], bias[label] = scale.column(vectors[labels == label])
    model = SentenceModel(weights=weights, bias=bias, share=second.model.share)
    return replace(second, model=model)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Scale:
    """How a sentence model scores what it was trained on."""

    middle: NDArray[np.float32]
    """The mean vector."""
    own: float
    """Log-odds of a line's own label."""
    other: float
    """Log-odds of any other."""

    def column(self, vectors: Vectors) -> tuple[NDArray[np.float32], float]:
        """Return weights and bias of a new label that scores its lines alike."""
        direction = vectors.mean(axis=0) - self.middle
        length = float(direction @ direction) or 1.0
        weights = direction * np.float32((self.own - self.other) / length)
        return weights, self.other - float(weights @ self.middle)


def _find_scale(known: Knowledge, second: SecondOpinion) -> _Scale:
    """Return how the sentence model scores some examples, spread over all."""
    places = _spread(range(len(known.examples)), _SAMPLE)
    vectors = second.encoder.encode([reading.text for reading in _read(known, places)])
    scores = vectors @ second.model.weights + second.model.bias
    own = np.arange(len(places)), [known.example_labels[place] for place in places]
    is_other = np.ones_like(scores, dtype=np.bool_)
    is_other[own] = False
    return _Scale(
        middle=vectors.mean(axis=0),
        own=float(np.median(scores[own])),
        other=float(np.median(scores[is_other])) if is_other.any() else _SILENT,
    )
