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
CLAUSE_SURE: Final = 0.9
"""The same for a clause beside the whole text, which only adds a wish …"""
CLAUSE_LOST: Final = 0.4
"""… and adds none that the first stage gives less than this. Of 2,212 texts of our own four
have other wishes for it, and a quarter fewer vectors are asked for."""


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

    def rank(self, texts: Sequence[Sequence[Reading]]) -> list[list[Ranking]]:
        """Return how the labels rank for the readings of each text.

        What is unsure is encoded together, which costs half of one after the other.

        Args:
            texts: Of each the whole first, then its clauses, where there are several.
        """
        found = [[self.rank_first(reading) for reading in text] for text in texts]
        second = self.second
        if second is None:
            return found
        unsure = [
            (text, place)
            for text, rankings in enumerate(found)
            for place, ranking in enumerate(rankings)
            if texts[text][place].text and _is_unsure(ranking, is_clause=place > 0)
        ]
        if not unsure:
            return found
        vectors = second.encoder.encode([texts[it][place].text for it, place in unsure])
        opinions = second.model.score(vectors)
        for (text, place), opinion in zip(unsure, opinions, strict=True):
            first = found[text][place]
            found[text][place] = _ranking(
                first.scores, first.total + opinion, calibration=second.calibration
            )
        return found

    def rank_first(self, reading: Reading) -> Ranking:
        """Return how the labels rank by the first stage alone."""
        scores = self.scorer.score(reading)
        return _ranking(scores, scores.total, calibration=self.calibration)


def _is_unsure(ranking: Ranking, *, is_clause: bool) -> bool:
    """Tell whether vectors are asked about what the first stage ranked so."""
    if is_clause:
        return CLAUSE_LOST <= ranking.confidence < CLAUSE_SURE
    return ranking.confidence < SURE


def _ranking(scores: Scores, total: Floats, *, calibration: Calibration) -> Ranking:
    """Return a ranking by ``total``."""
    similarity = float(scores.similarities[int(total.argmax())])
    return Ranking(
        scores=scores,
        total=total,
        calibration=calibration,
        confidence=calibration.confidence(total, similarity=similarity),
    )
