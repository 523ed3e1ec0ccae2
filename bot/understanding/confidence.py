"""How sure may the stages be, and from when is a text none of the shop's business?

Settled on phrasings that neither stage has learnt from.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.understanding.calibrate import (
    Calibration,
    Outcomes,
    fit_calibration,
    fit_sharpness,
)
from bot.understanding.ranking import SURE
from bot.understanding.unseen import Judgement

_SHARES: Final = (0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.3)
"""Of the sentence model beside the linear one; the best on unseen phrasings is taken."""
_LEADS: Final = (0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05)
"""What "outside the business" may get on top of its score, in margins."""
_TURNED_AWAY: Final = 0.015
"""At most this part of the business phrasings may be taken for chat: a buyer who is turned
away is worse than small talk that is answered with a question. Of the values from 0.007
to 0.024 this one gets most held-out phrasings right; these are harder than a shop's day."""
_UNSURE_ENOUGH: Final = 100
"""Fewer unseen phrasings that the first stage is unsure of calibrate the second badly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """How sure the stages are."""

    first: Calibration
    both: Calibration
    share: float
    """Of the sentence model."""
    lead: float
    """Of the label outside the business."""


def fit_confidence(unseen: Judgement, *, off_topic: int | None) -> Confidence:
    """Return what makes probabilities of the stages' scores.

    Args:
        unseen: How they scored phrasings they have not learnt from.
        off_topic: Label of the texts outside the business, if there is one.
    """
    share = _fit_share(unseen)
    lead = _fit_lead(unseen.with_share(share), off_topic=off_topic)
    alone = _led(unseen.first, lead=lead, label=off_topic)
    first = fit_calibration(alone)
    if unseen.second is None:
        return Confidence(first=first, both=first, share=share, lead=lead)
    both = _led(unseen.with_share(share), lead=lead, label=off_topic)
    unsure = _unsure(alone, calibration=first)
    chosen = both if len(unsure) < _UNSURE_ENOUGH else both.part(unsure)
    return Confidence(first=first, both=fit_calibration(chosen), share=share, lead=lead)


def _fit_share(unseen: Judgement) -> float:
    """Return the share at which both stages explain the phrasings best."""
    if unseen.second is None or len(unseen.first) == 0:
        return 0.0
    return min(_SHARES, key=lambda value: fit_sharpness(unseen.with_share(value))[1])


def _fit_lead(outcomes: Outcomes, *, off_topic: int | None) -> float:
    """Return the largest lead that turns hardly any buyer away."""
    if off_topic is None:
        return 0.0
    business = outcomes.labels != off_topic
    if not business.any() or business.all():
        return 0.0
    for lead in _LEADS:
        best = _led(outcomes, lead=lead, label=off_topic).scores.argmax(axis=1)
        if float((best[business] == off_topic).mean()) <= _TURNED_AWAY:
            return lead
    return 0.0


def _led(outcomes: Outcomes, *, lead: float, label: int | None) -> Outcomes:
    """Return the outcomes with a lead given to one label."""
    if label is None or lead == 0:
        return outcomes
    scores = np.array(outcomes.scores)
    scores[:, label] += lead
    return Outcomes(
        scores=scores, similarities=outcomes.similarities, labels=outcomes.labels
    )


def _unsure(outcomes: Outcomes, *, calibration: Calibration) -> list[int]:
    """Return the phrasings that the first stage hands on."""
    return [
        row
        for row, likeness in enumerate(outcomes.likeness().tolist())
        if calibration.confidence(outcomes.scores[row], similarity=likeness) < SURE
    ]
