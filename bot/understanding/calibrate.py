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
        return self.shares(scores, top=self.confidence(scores, similarity=similarity))

    def shares(self, scores: Floats, *, top: float) -> Floats:
        """Return what :meth:`probabilities` does, for the confidence in the best label."""
        raw = softmax(scores, sharpness=self.sharpness)
        best = int(raw.argmax())
        if raw.size == 1:
            return raw
        rest = max(1.0 - float(raw[best]), 1e-12)
        shares = np.minimum(raw * ((1.0 - top) / rest), top)
        shares[best] = top
        return shares

    def confidence(self, scores: Floats, *, similarity: float) -> float:
        """Return what :meth:`probabilities` would give the best label."""
        if scores.size == 1:
            return 1.0
        powers = np.exp((scores - scores[scores.argmax()]) * self.sharpness)
        whole = float(powers.sum())
        powers.partition(-2)
        second, best = powers[-2:].tolist()
        parts = evidence(best / whole, second / whole, similarity=similarity)
        value = sum(map(mul, self.coefficients, parts))
        probability = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, value))))
        return min(max(probability, _EDGE), 1.0 - _EDGE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcomes:
    """How unseen phrasings were scored, one row each."""

    scores: Floats
    """Phrasings × labels."""
    similarities: Floats
    """Phrasings × labels: likeness of the nearest example of each label."""
    labels: NDArray[np.intp]
    """The right ones."""

    def __len__(self) -> int:
        """Return how many phrasings there are."""
        return int(self.labels.size)

    def part(self, chosen: Sequence[int]) -> "Outcomes":
        """Return the ``chosen`` phrasings."""
        rows = list(chosen)
        return Outcomes(
            scores=self.scores[rows],
            similarities=self.similarities[rows],
            labels=self.labels[rows],
        )

    def likeness(self) -> Floats:
        """Return for each phrasing the likeness of the best label's nearest example."""
        best = self.scores.argmax(axis=1)
        found: Floats = self.similarities[np.arange(len(self)), best]
        return found


def softmax(scores: Floats, *, sharpness: float) -> Floats:
    """Return ``scores`` as shares that sum to 1 along the last axis."""
    powers: Floats = np.exp((scores - scores.max(axis=-1, keepdims=True)) * sharpness)
    shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def evidence(
    best: float, second: float, *, similarity: float
) -> tuple[float, float, float, float]:
    """Return what speaks for the best label: constant, log-odds, lead, likeness.

    Args:
        best: Its share.
        second: Share of the next one.
        similarity: Of the nearest example of the best label, 0 to 1.
    """
    bounded = min(max(best, _EDGE), 1.0 - _EDGE)
    return 1.0, math.log(bounded / (1.0 - bounded)), best - second, similarity


def fit_calibration(outcomes: Outcomes) -> Calibration:
    """Return the calibration that explains ``outcomes`` best; the default for none."""
    if len(outcomes) == 0 or outcomes.scores.shape[1] == 1:
        return Calibration()
    sharpness, _ = fit_sharpness(outcomes)
    raw = softmax(outcomes.scores, sharpness=sharpness)
    leading = np.partition(raw, -2, axis=-1)[:, -2:].tolist()
    parts = [
        evidence(best, second, similarity=similarity)
        for (second, best), similarity in zip(
            leading, outcomes.likeness().tolist(), strict=True
        )
    ]
    hits = raw.argmax(axis=1) == outcomes.labels
    fitted = _fit_logistic(np.array(parts), hits.astype(np.float64))
    return Calibration(
        sharpness=sharpness,
        coefficients=(fitted[0], fitted[1], fitted[2], fitted[3]),
    )


def fit_sharpness(outcomes: Outcomes) -> tuple[float, float]:
    """Return the sharpness that explains ``outcomes`` best, and what it costs.

    The cost is the mean negative log-probability of the right labels.
    """
    own = np.arange(len(outcomes)), outcomes.labels
    costs = [
        -float(
            np.log(
                softmax(outcomes.scores, sharpness=float(value))[own].clip(_EDGE)
            ).mean()
        )
        for value in _TEMPERATURES
    ]
    best = int(np.argmin(costs))
    return float(_TEMPERATURES[best]), costs[best]


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
