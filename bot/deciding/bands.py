"""Who answers an intent: the assistant, the assistant with a person, or a person?"""

from dataclasses import dataclass

from bot.actions import Band
from bot.scripts import Bands, Effect, Intent, Risk
from bot.utterances import Understanding


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One intent of a turn with the band it falls into."""

    intent_id: str
    confidence: float
    band: Band
    is_miss: bool = False
    """Too improbable to act on at all: a missed utterance."""
    is_unsure: bool = False
    """Could be answered automatically if it were more probable: ask, do not answer."""


def band_of(
    understanding: Understanding,
    *,
    intent: Intent,
    bands: Bands,
    is_verified: bool = False,
    facts_filled: bool = False,
    is_last_miss: bool = False,
) -> Placement:
    """Return the band of one intent in an utterance.

    Args:
        understanding: Gives the calibrated probability, and the margin of a lone intent.
        intent: One of ``understanding.intents``, or its best guess.
        bands: The pack's thresholds.
        is_verified: The buyer is who they say.
        facts_filled: Every fact that the intent's full script needs is known.
        is_last_miss: One more miss goes to a person.
    """
    confidence = confidence_of(understanding, intent.intent_id)
    band = Band.ASSIST
    is_miss = is_unsure = False
    is_sure = confidence >= bands.auto and (
        len(understanding.intents) > 1 or understanding.margin >= bands.auto_margin
    )
    if confidence < bands.assist:
        is_miss = True
        band = Band.HAND_OVER if is_last_miss else Band.ASSIST
    elif intent.risk is Risk.HUMAN or Effect.HAND_OVER in intent.effects:
        band = Band.HAND_OVER
    elif intent.risk is Risk.AUTO:
        is_unsure = not is_sure
        band = Band.AUTO if is_sure else Band.ASSIST
    elif is_sure and is_verified and facts_filled:
        band = Band.AUTO
    return Placement(
        intent_id=intent.intent_id,
        confidence=confidence,
        band=band,
        is_miss=is_miss,
        is_unsure=is_unsure,
    )


def confidence_of(understanding: Understanding, intent_id: str) -> float:
    """Return the calibrated probability of an intent, 0 when it was not guessed."""
    if intent_id in understanding.clause_guesses:
        return understanding.clause_guesses[intent_id]
    return next(
        (
            guess.confidence
            for guess in understanding.guesses
            if guess.intent_id == intent_id
        ),
        0.0,
    )
