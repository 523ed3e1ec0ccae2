"""Is every phrase understood as the pack says it must be?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.scripts import NearPhrase, Pack
from bot.utterances import Understanding

Understand = Callable[[str], Understanding]
"""Reads one text: a trained matcher with a day."""


class Broken(StrEnum):
    """Which rule a phrase breaks."""

    MUST_HIT = "must_hit"
    """It is not understood as its intent."""
    MUST_NOT_HIT = "must_not_hit"
    """It is understood as an intent that it only lies near."""
    OTHER = "other"
    """It does not hit the near intent, but neither the one it belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseFailure:
    """A phrase that is not understood as it must be."""

    broken: Broken
    intent_id: str
    """Whose phrase it is."""
    text: str
    wanted: str
    """The intent that it belongs to."""
    understood: str
    confidence: float
    """Calibrated probability of what was understood."""

    @property
    def stops(self) -> bool:
        """Return whether a library with it must not be published."""
        return self.broken is not Broken.OTHER


def check_phrases(pack: Pack, understand: Understand) -> tuple[PhraseFailure, ...]:
    """Return every phrase that fails, in the order of the pack.

    A turn may want several things, so a phrase hits when its intent is among them; it
    hits a near one only when that is the best guess.
    """
    return tuple(_failures(pack, understand))


def new_failures(
    before: tuple[PhraseFailure, ...], after: tuple[PhraseFailure, ...]
) -> tuple[PhraseFailure, ...]:
    """Return the failures that stop a publication: what was right, or not there, before.

    What fails in the version that is served already is no reason to keep it.
    """
    known = {(one.broken, one.intent_id, one.text) for one in before}
    return tuple(
        one
        for one in after
        if one.stops and (one.broken, one.intent_id, one.text) not in known
    )


def _failures(pack: Pack, understand: Understand) -> Iterator[PhraseFailure]:
    for intent_id, phrases in pack.phrases.items():
        for text in phrases.must_hit:
            understood = understand(text)
            best = understood.best
            if intent_id not in {best.intent_id, *understood.intents}:
                yield PhraseFailure(
                    broken=Broken.MUST_HIT,
                    intent_id=intent_id,
                    text=text,
                    wanted=intent_id,
                    understood=best.intent_id,
                    confidence=best.confidence,
                )
        for near in phrases.must_not_hit:
            yield from _near_failure(intent_id, near, understand(near.text))


def _near_failure(
    intent_id: str, near: NearPhrase, understood: Understanding
) -> Iterator[PhraseFailure]:
    best = understood.best
    is_hit = best.intent_id == intent_id
    if is_hit or near.intent_id not in {best.intent_id, *understood.intents}:
        yield PhraseFailure(
            broken=Broken.MUST_NOT_HIT if is_hit else Broken.OTHER,
            intent_id=intent_id,
            text=near.text,
            wanted=near.intent_id,
            understood=best.intent_id,
            confidence=best.confidence,
        )
