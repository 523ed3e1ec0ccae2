"""How likely is a ranking right? Scores become probabilities fitted on unseen phrasings."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_EDGE: Final = 1e-4
"""No phrasing is certain: probabilities stay this far from 0 and 1."""
_TEMPERATURES: Final = np.geomspace(0.5, 20.0, 60)
_STEPS: Final = 30
"""Newton steps; a dozen converge."""
_RIDGE: Final = 0.5
"""Keeps the few coefficients sane when nearly every phrasing was ranked right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Turns scores into probabilities; fitted once at training."""

    sharpness: float = 4.0
    """Multiplies scores before the softmax (inverse temperature)."""
    coefficients: tuple[float, float, float, float] = (0.0, 1.0, 0.0, 0.0)
    """Constant, log-odds of the best, lead over the second, nearest example's likeness."""

    def probabilities(self, scores: Floats, *, similarity: float) -> Floats:
        """Return one probability per label, summing to 1.

        Args:
            scores: One per label.
            similarity: Of the nearest example of the best label, 0 to 1.
        """
        raw = softmax(scores, sharpness=self.sharpness)
        best = int(raw.argmax())
        if raw.size == 1:
            return raw
        top = self._confidence(raw, similarity=similarity)
        rest = max(1.0 - float(raw[best]), 1e-12)
        shares = np.minimum(raw * ((1.0 - top) / rest), top)
        shares[best] = top
        return shares

    def confidence(self, scores: Floats, *, similarity: float) -> float:
        """Return what :meth:`probabilities` would give the best label."""
        raw = softmax(scores, sharpness=self.sharpness)
        if raw.size == 1:
            return float(raw[0])
        return self._confidence(raw, similarity=similarity)

    def _confidence(self, raw: Floats, *, similarity: float) -> float:
        """Return the probability that the best label is right."""
        value = sum(map(mul, self.coefficients, evidence(raw, similarity=similarity)))
        probability = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, value))))
        return min(max(probability, _EDGE), 1.0 - _EDGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one unseen phrasing was scored."""

    scores: Floats
    similarities: Floats
    """Likeness of the nearest example of each label."""
    label: int
    """The right one."""


def softmax(scores: Floats, *, sharpness: float) -> Floats:
    """Return ``scores`` as shares that sum to 1."""
    powers: Floats = np.exp((scores - scores.max()) * sharpness)
    shares: Floats = powers / powers.sum()
    return shares


def evidence(raw: Floats, *, similarity: float) -> tuple[float, float, float, float]:
    """Return what speaks for the best label: constant, log-odds, lead, likeness."""
    ranked = raw.copy()
    ranked.partition(-2)
    second, best = ranked[-2:].tolist()
    bounded = min(max(best, _EDGE), 1.0 - _EDGE)
    return 1.0, math.log(bounded / (1.0 - bounded)), best - second, similarity


def fit_calibration(outcomes: Sequence[Outcome]) -> Calibration:
    """Return the calibration that explains ``outcomes`` best; the default for none."""
    if not outcomes:
        return Calibration()
    sharpness = min(_TEMPERATURES, key=lambda value: _loss(outcomes, float(value)))
    parts = []
    hits = []
    for outcome in outcomes:
        raw = softmax(outcome.scores, sharpness=float(sharpness))
        best = int(raw.argmax())
        if raw.size > 1:
            parts.append(evidence(raw, similarity=float(outcome.similarities[best])))
            hits.append(float(best == outcome.label))
    if not parts:
        return Calibration()
    fitted = _fit_logistic(np.array(parts), np.array(hits))
    return Calibration(
        sharpness=float(sharpness),
        coefficients=(fitted[0], fitted[1], fitted[2], fitted[3]),
    )


def _loss(outcomes: Sequence[Outcome], sharpness: float) -> float:
    """Return the mean negative log-probability of the right labels."""
    return -sum(
        math.log(
            max(softmax(outcome.scores, sharpness=sharpness)[outcome.label], _EDGE)
        )
        for outcome in outcomes
    ) / len(outcomes)


def _fit_logistic(parts: Floats, hits: Floats) -> tuple[float, ...]:
    """Return coefficients of a logistic regression, by Newton steps.

    Evidence may only raise the probability, so a coefficient that comes out negative
    (small held-out sets do that) is fixed at 0 and the others are fitted again.
    """
    active = [True] * parts.shape[1]
    while True:
        columns = np.flatnonzero(active)
        fitted = np.zeros(parts.shape[1])
        fitted[columns] = _newton(parts[:, columns], hits)
        negative = [int(column) for column in columns[1:] if fitted[column] < 0]
        if not negative:
            return tuple(float(value) for value in fitted)
        active[min(negative, key=lambda column: fitted[column])] = False


def _newton(parts: Floats, hits: Floats) -> Floats:
    """Return the coefficients that maximise the ridge-penalised likelihood."""
    fitted: Floats = np.zeros(parts.shape[1])
    penalty = _RIDGE * np.eye(parts.shape[1])
    for _ in range(_STEPS):
        predicted = 1.0 / (1.0 + np.exp(-np.clip(parts @ fitted, -30, 30)))
        gradient = parts.T @ (hits - predicted) - penalty @ fitted
        curvature = (parts.T * (predicted * (1.0 - predicted))) @ parts + penalty
        fitted = fitted + np.linalg.solve(curvature, gradient)
    return fitted
