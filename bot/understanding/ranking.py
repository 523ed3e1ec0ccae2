"""In which order may a reading mean the intents, and how sure is that?

A cascade: the linear model and the recalled examples judge every reading; only where they
are not sure does a sentence vector have its say as well, with a calibration of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.understanding.calibrate import Calibration, Floats
from bot.understanding.features import Reading
from bot.understanding.scoring import Scorer, Scores
from bot.understanding.sentences import SentenceEncoder, Vectors

SURE: Final = 0.97
"""Confidence from which a reading is not encoded: on the e-commerce pack's held-out
phrasings 45 in 100 are, and asking the vectors about the others changes no figure."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SentenceModel:
    """A linear model over sentence vectors."""

    weights: NDArray[np.float32]
    """Numbers of a vector × labels."""
    bias: NDArray[np.float32]
    share: float = 1.0
    """What a log-odd of this model counts beside a margin of the linear one."""

    def score(self, vectors: Vectors) -> Floats:
        """Return vectors × labels."""
        return (vectors @ self.weights + self.bias).astype(np.float64) * self.share


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondOpinion:
    """What judges the readings that the first stage is unsure of."""

    encoder: SentenceEncoder
    model: SentenceModel
    calibration: Calibration
    """Of the sum of both stages, fitted on phrasings that the first was unsure of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """How one reading was ranked."""

    scores: Scores
    """Of the first stage."""
    total: Floats
    """One per label: of all stages that were asked."""
    calibration: Calibration
    """Which turns ``total`` into probabilities."""
    confidence: float
    """That the best label is right."""

    @property
    def best(self) -> int:
        """Return the best label."""
        return int(self.total.argmax())

    def leaders(self, count: int) -> tuple[list[int], list[float]]:
        """Return the best labels, best first, and the probability of each."""
        order = (-self.total).argsort(kind="stable")[:count]
        shares = self.calibration.shares(self.total, top=self.confidence)
        return order.tolist(), shares.take(order).tolist()


class Ranker:
    """Ranks readings with one model; immutable, safe in several threads."""

    def __init__(
        self,
        scorer: Scorer,
        *,
        calibration: Calibration,
        second: SecondOpinion | None = None,
    ) -> None:
        self.scorer = scorer
        self.calibration = calibration
        self.second = second

    def rank(self, readings: Sequence[Reading]) -> list[Ranking]:
        """Return how the labels rank for each reading.

        What is unsure is encoded together, which costs half of one after the other.
        """
        rankings = [self.rank_first(reading) for reading in readings]
        second = self.second
        if second is None:
            return rankings
        unsure = [
            place
            for place, ranking in enumerate(rankings)
            if ranking.confidence < SURE and readings[place].text
        ]
        if not unsure:
            return rankings
        vectors = second.encoder.encode([readings[place].text for place in unsure])
        for place, opinion in zip(unsure, second.model.score(vectors), strict=True):
            first = rankings[place]
            rankings[place] = _ranking(
                first.scores, first.total + opinion, calibration=second.calibration
            )
        return rankings

    def rank_first(self, reading: Reading) -> Ranking:
        """Return how the labels rank by the first stage alone."""
        scores = self.scorer.score(reading)
        return _ranking(scores, scores.total, calibration=self.calibration)


def _ranking(scores: Scores, total: Floats, *, calibration: Calibration) -> Ranking:
    """Return a ranking by ``total``."""
    similarity = float(scores.similarities[int(total.argmax())])
    return Ranking(
        scores=scores,
        total=total,
        calibration=calibration,
        confidence=calibration.confidence(total, similarity=similarity),
    )
