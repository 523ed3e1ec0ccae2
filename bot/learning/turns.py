"""How was a turn served, and was it understood? Everything masked."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.actions import Band
from bot.scripts import Bands, Effect, Intent, Risk


class Reason(StrEnum):
    """Why a turn is one to learn from."""

    MISSED = "missed"
    """Nothing was probable enough to act on."""
    UNSURE = "unsure"
    """Could have been answered at once, had it been surer."""
    OUTSIDE = "outside"
    """Taken for chat outside the business, and yet a person answered it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A reply that agents were offered for a turn."""

    script_id: str | None
    intent_id: str | None
    text: str
    """Masked, as the answers are."""
    is_sent: bool = False
    """A person sent exactly this first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedTurn:
    """One handled turn of a buyer's."""

    text: str
    """Its fragments with personal data masked, joined by line breaks."""
    conversation_id: int
    at: datetime
    connector: str
    intent_id: str
    confidence: float
    band: Band
    offered: tuple[Offered, ...] = ()
    answers: tuple[str, ...] = ()
    """What people wrote before the buyer wrote again; masked."""

    @property
    def sent(self) -> Offered | None:
        """Return the offer that was sent as it was."""
        return next((one for one in self.offered if one.is_sent), None)


def reason_of(
    intent: Intent | None,
    *,
    band: Band,
    confidence: float,
    bands: Bands,
    is_answered: bool,
) -> Reason | None:
    """Return why a turn is one to learn from; None: it was understood.

    Args:
        intent: What it was taken for; None: an intent that is gone.
        band: Who was to answer.
        confidence: Of the intent.
        bands: The pack's thresholds.
        is_answered: A person wrote something to it.
    """
    if confidence < bands.assist:
        return Reason.MISSED
    if intent is None:
        return None
    if Effect.OFF_TOPIC in intent.effects and is_answered:
        return Reason.OUTSIDE
    is_open = band is Band.ASSIST and intent.risk is Risk.AUTO
    return Reason.UNSURE if is_open and confidence < bands.auto else None
