"""How do the answers of two libraries to one text differ, and which one is better?"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.actions import Band, Decision, HandOver, HandOverReason, Reply, Suggest
from bot.replaying.outcomes import Outcome, Served


class ChangeKind(StrEnum):
    """What is different, the gravest first: one answer is counted under one."""

    GUARDED = "guarded"
    """The outgoing guard does not let the new reply pass: a person is called instead."""
    INTENT = "intent"
    BAND = "band"
    SCRIPT = "script"
    REPLY = "reply"
    """The same script in other words."""


class Verdict(StrEnum):
    """Which answer is better, by what came of the one that was given."""

    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "unclear"
    """Nothing tells: somebody has to read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one library does about a text."""

    intent_id: str
    confidence: float
    band: Band
    scripts: tuple[str, ...]
    """Of what is said, or offered to agents where nothing is said."""
    text: str
    is_guarded: bool = False
    """There was a reply, and the guard has kept it back."""


_CAUTION: Final = (Band.AUTO, Band.ASSIST, Band.HAND_OVER)


def answer_of(decision: Decision) -> Answer:
    """Return what a decision says."""
    replies = [it for it in decision.actions if isinstance(it, Reply)]
    offers = [it for it in decision.actions if isinstance(it, Suggest)]
    said: list[Reply | Suggest] = [*replies] or [*offers]
    return Answer(
        intent_id=decision.intent_id,
        confidence=decision.confidence,
        band=decision.band,
        scripts=tuple(it.script_id for it in said if it.script_id is not None),
        text="\n".join(it.text for it in said),
        is_guarded=any(
            isinstance(it, HandOver) and it.reason is HandOverReason.GUARD
            for it in decision.actions
        ),
    )


def find_change(
    before: Answer, after: Answer, *, reworded: Collection[str] = ()
) -> ChangeKind | None:
    """Return what is different, None when nothing is.

    Args:
        before: Of the library that is served.
        after: Of the draft.
        reworded: Ids of scripts whose variants differ: a buyer may get another one than
            the first, which is what both answers hold.
    """
    differences = (
        (after.is_guarded and not before.is_guarded, ChangeKind.GUARDED),
        (before.intent_id != after.intent_id, ChangeKind.INTENT),
        (before.band is not after.band, ChangeKind.BAND),
        (before.scripts != after.scripts, ChangeKind.SCRIPT),
        (
            before.text != after.text or any(it in reworded for it in after.scripts),
            ChangeKind.REPLY,
        ),
    )
    return next((kind for is_so, kind in differences if is_so), None)


def judge_change(
    kind: ChangeKind, before: Answer, after: Answer, *, served: Served
) -> Verdict:
    """Return which answer is better, by what came of the one that was given.

    After a good outcome its intent is the right one, and answering with less caution is
    better; after a bad one it is the other way round.
    """
    if kind is ChangeKind.GUARDED:
        return Verdict.WORSE
    outcome = served.outcome
    if outcome is Outcome.UNKNOWN:
        return Verdict.UNCLEAR
    if kind is ChangeKind.INTENT:
        step = _is(after, served) - _is(before, served)
    elif kind is ChangeKind.BAND:
        step = _CAUTION.index(before.band) - _CAUTION.index(after.band)
    else:
        step = 0
    if step == 0:
        return Verdict.UNCLEAR
    is_nearer = step > 0
    return Verdict.BETTER if is_nearer == (outcome is Outcome.GOOD) else Verdict.WORSE


def _is(answer: Answer, served: Served) -> int:
    return int(answer.intent_id == served.intent_id)
