"""How are phrasings scored that the model has not learnt from?

What calibrates: the library's held-out phrasings, or, where there are too few, the examples
themselves, each judged by a model without its neighbours.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.understanding.calibrate import Floats, Outcomes
from bot.understanding.features import Reading
from bot.understanding.ranking import SentenceModel
from bot.understanding.recall import RecallIndex
from bot.understanding.scoring import Scorer
from bot.understanding.sentences import Vectors

FOLDS: Final = 5
_ALIKE: Final = 0.75
"""Likeness from which two examples are judged by the same model: the one would give the
other away."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Material:
    """Labelled phrasings, read."""

    readings: tuple[Reading, ...]
    targets: tuple[int, ...]
    label_count: int
    vectors: Vectors | None
    """Phrasings × numbers of a vector; None without an encoder."""

    def part(self, chosen: Sequence[int]) -> "Material":
        """Return the ``chosen`` phrasings."""
        return Material(
            readings=tuple(self.readings[index] for index in chosen),
            targets=tuple(self.targets[index] for index in chosen),
            label_count=self.label_count,
            vectors=None if self.vectors is None else self.vectors[list(chosen)],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """What was learnt from examples, before calibration."""

    scorer: Scorer
    sentences: SentenceModel | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judgement:
    """How both stages scored unseen phrasings."""

    first: Outcomes
    second: Floats | None
    """Phrasings × labels: what the sentence model adds at share 1."""

    def with_share(self, share: float) -> Outcomes:
        """Return the outcomes of both stages together."""
        if self.second is None:
            return self.first
        return Outcomes(
            scores=self.first.scores + share * self.second,
            similarities=self.first.similarities,
            labels=self.first.labels,
        )


def fit_stages(material: Material) -> Stages:
    """Return both stages, learnt from ``material``."""
    from bot.understanding.fitting import (  # noqa: PLC0415 - slow to import
        fit_classifier,
        fit_sentences,
    )

    readings, targets = material.readings, material.targets
    count = material.label_count

    def learn_sentences() -> SentenceModel | None:
        if material.vectors is None:
            return None
        return fit_sentences(material.vectors, targets, label_count=count)

    with ThreadPoolExecutor(max_workers=2) as beside:
        # Both compute without the interpreter's lock: a second core halves the wait.
        sentences = beside.submit(learn_sentences)
        classifier = beside.submit(fit_classifier, readings, targets, label_count=count)
        index = RecallIndex([reading.compact for reading in readings], targets)
        return Stages(
            scorer=Scorer(
                classifier=classifier.result(), index=index, label_count=count
            ),
            sentences=sentences.result(),
        )


def judge(stages: Stages, material: Material) -> Judgement:
    """Return how ``stages`` score phrasings that they have not learnt from."""
    scores = [stages.scorer.score(reading) for reading in material.readings]
    shape = (len(scores), material.label_count)
    second = None
    if stages.sentences is not None and material.vectors is not None:
        second = stages.sentences.score(material.vectors)
    return Judgement(
        first=Outcomes(
            scores=np.array([one.total for one in scores]).reshape(shape),
            similarities=np.array([one.similarities for one in scores]).reshape(shape),
            labels=np.array(material.targets, dtype=np.intp),
        ),
        second=second,
    )


def cross_validate(material: Material) -> Judgement:
    """Return how each example is scored by a model that has not seen its like."""
    fold_of = fold_examples(
        [reading.compact for reading in material.readings], material.targets
    )
    judgements = []
    for fold in range(FOLDS):
        chosen = (fold_of != fold).nonzero()[0].tolist()
        left = (fold_of == fold).nonzero()[0].tolist()
        if chosen and left:
            stages = fit_stages(material.part(chosen))
            judgements.append(judge(stages, material.part(left)))
    return _joined(judgements, label_count=material.label_count)


def fold_examples(compacts: Sequence[str], targets: Sequence[int]) -> NDArray[np.intp]:
    """Return a fold, 0 to 4, for each example; examples alike share theirs."""
    index = RecallIndex(compacts, targets)
    leader = list(range(len(compacts)))
    for example, compact in enumerate(compacts):
        near = index.find(compact)
        for other in near.examples[near.similarities >= _ALIKE].tolist():
            _join(leader, example, other)
    # Examples of a label stand together, so every fifth group samples each label.
    number_of: dict[int, int] = {}
    groups = [
        number_of.setdefault(_first(leader, example), len(number_of))
        for example in range(len(compacts))
    ]
    folds: NDArray[np.intp] = np.array(groups, dtype=np.intp) % FOLDS
    return folds


def _join(leader: list[int], one: int, other: int) -> None:
    """Put two examples, and all that go with them, into one group."""
    first, second = sorted((_first(leader, one), _first(leader, other)))
    leader[second] = first


def _first(leader: list[int], example: int) -> int:
    """Return the first example of a group, and shorten the way to it."""
    while leader[example] != example:
        leader[example] = leader[leader[example]]
        example = leader[example]
    return example


def _joined(judgements: Iterable[Judgement], *, label_count: int) -> Judgement:
    """Return several judgements as one."""
    parts = list(judgements)
    nothing = np.zeros((0, label_count))
    seconds = [part.second for part in parts if part.second is not None]
    return Judgement(
        first=Outcomes(
            scores=np.vstack([nothing, *(part.first.scores for part in parts)]),
            similarities=np.vstack(
                [nothing, *(part.first.similarities for part in parts)]
            ),
            labels=np.concatenate(
                [np.zeros(0, dtype=np.intp), *(part.first.labels for part in parts)]
            ),
        ),
        second=np.vstack([nothing, *seconds]) if seconds else None,
    )
