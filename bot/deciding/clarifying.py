"""What was meant? Asked when an intent is understood, but not surely enough to answer.

The question is a reply like any other: its script id names what was asked about, so that
the answer is known by the conversation's last turn, in every process and after a restart,
and what was asked about once is never asked about again.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from bot.actions import Reply
from bot.clarifying import FIRST, SECOND, ClarifyingTexts
from bot.deciding.bands import Placement
from bot.deciding.case import Case, Clarified, make_case
from bot.deciding.draft import NOTHING_DEFERRED, Draft, Said
from bot.deciding.saying import welcome
from bot.deciding.state import PastTurn
from bot.deciding.thread import newest_said
from bot.messages import Turn
from bot.scripts import Effect, Script
from bot.understanding.short_answers import NO, YES, is_made_of
from bot.utterances import Guess, Understanding

_SCRIPT: Final = "clarify:"
"""How the ids of these questions begin; the intents asked about follow."""
_AND: Final = ":"
_SURE: Final = 0.95
"""Confidence of what the buyer has chosen."""
_SECOND: Final = 0.12
"""What is less probable is not offered beside the best guess."""
_MOST: Final = 2
_STRIPPED: Final = " ,，.。!！?？~～、;；:："
_ORDINALS: Final = (
    frozenset({"第一个", "第一", "前面那个", "前面的", "前一个", "前者"}),
    frozenset({"第二个", "第二", "后面那个", "后面的", "后一个", "后者", "2"}),
)
_NEITHER: Final = frozenset(
    {"都不是", "都不对", "不对", "不是这个", "不是这些", "不是这个意思", "也不是"}
)


def asks_meaning(case: Case, draft: Draft, placement: Placement) -> bool:
    """Ask which intent is meant; return whether there was anything to ask.

    Not twice in a row, and never about the same intent again: who declined it, or wrote
    something else instead, has not meant it.
    """
    content = case.library.pack.clarifying
    if content is None or case.is_asked_meaning or not case.can_speak:
        return False
    meant = tuple(_meant(case, placement, content))
    if not meant:
        return False
    welcome(draft)
    names = [content.names[intent_id] for intent_id in meant]
    said = draft.say(
        (_question(content, meant, asked=len(_asked_about(case))),),
        deferred=NOTHING_DEFERRED,
        is_figureless=False,
        reply=Reply(text="", intent_id=meant[0]),
        planned=dict(zip((FIRST, SECOND), names, strict=False)),
        is_opened=True,
    )
    if said is not Said.SPOKEN:
        return False
    draft.has_asked = True
    draft.explain(f"不够有把握，先问是不是“{'”还是“'.join(names)}”")
    return True


def is_asking(past: tuple[PastTurn, ...]) -> bool:
    """Return whether our newest words ask what the buyer meant."""
    return bool(past) and any(_intents_of(script_id) for script_id, _ in past[0].said)


def clarify(case: Case, *, read: Callable[[str], Understanding]) -> Case:
    """Return a case with what the turn says to a question of this kind, if it is one.

    What was told with the words that we asked about counts as told with the answer: the
    order, the reason, the photo.

    Args:
        case: The turn.
        read: Understands a text by itself.
    """
    asked = _asked_last(case)
    if not asked:
        return case
    case = replace(case, is_asked_meaning=True)
    content = case.library.pack.clarifying
    if content is None or case.understanding.is_opt_out:
        return case
    clarified = _read(case.understanding.folded.text, asked, content)
    if clarified is None:
        return case
    if clarified.intent_id is not None and case.context.asked_about is not None:
        case = _with_first_words(case, case.context.asked_about, read)
    understanding = _read_as(case, clarified, asked[0])
    return replace(case, clarified=clarified, understanding=understanding)


def _with_first_words(
    case: Case, first: Turn, read: Callable[[str], Understanding]
) -> Case:
    """Return the case of the words that we asked about, as if written only now.

    The mood stays that of the answer: nobody is angry twice by saying so once.
    """
    turn = replace(
        case.turn,
        text=first.text,
        image_urls=(*first.image_urls, *case.turn.image_urls),
        order_ref=_last(first.order_ref, case.turn.order_ref),
        item_ref=_last(first.item_ref, case.turn.item_ref),
    )
    made = make_case(
        case.library, turn, context=case.context, understanding=read(first.text)
    )
    situation = replace(made.situation, mood=case.mood.mood)
    return replace(made, mood=case.mood, situation=situation, is_asked_meaning=True)


def _last(first: str | None, later: str | None) -> str | None:
    return first if later is None else later


def _meant(case: Case, placement: Placement, content: ClarifyingTexts) -> Iterator[str]:
    """Yield the one or two intents to ask about, the likelier one first."""
    known = _asked_about(case)
    first = placement.intent_id
    if first in known or first not in content.names:
        return
    yield first
    for guess in case.understanding.guesses:
        name = content.names.get(guess.intent_id)
        is_other = name is not None and name != content.names[first]
        if is_other and guess.intent_id not in known and guess.confidence >= _SECOND:
            yield guess.intent_id
            return


def _question(
    content: ClarifyingTexts, meant: tuple[str, ...], *, asked: int
) -> Script:
    """Return the question as a script; another wording each time."""
    is_one = len(meant) < _MOST
    texts = content.one if is_one else content.two
    start = asked % len(texts)
    buttons = (content.yes,) if is_one else tuple(content.names[one] for one in meant)
    return Script(
        script_id=f"{_SCRIPT}{_AND.join(meant)}",
        intent_id=meant[0],
        variants=(*texts[start:], *texts[:start]),
        buttons=(*buttons, content.no),
    )


def _asked_about(case: Case) -> frozenset[str]:
    """Return every intent that this conversation was asked about."""
    return frozenset(
        intent_id
        for script_id in case.context.conversation.used_variants
        for intent_id in _intents_of(script_id)
    )


def _asked_last(case: Case) -> tuple[str, ...]:
    """Return the intents that our newest words ask about, as far as they exist."""
    said = newest_said(case.turn, case.context)
    return tuple(
        intent_id
        for script_id in said
        for intent_id in _intents_of(script_id)
        if intent_id in case.library.pack.intents
    )


def _intents_of(script_id: str) -> tuple[str, ...]:
    if not script_id.startswith(_SCRIPT):
        return ()
    return tuple(script_id.removeprefix(_SCRIPT).split(_AND))


def _read(
    text: str, asked: tuple[str, ...], content: ClarifyingTexts
) -> Clarified | None:
    """Return what a folded text answers; None: it is no answer to the question."""
    bare = text.strip(_STRIPPED)
    for intent_id, ordinal in zip(asked, _ORDINALS, strict=False):
        name = content.names.get(intent_id, "").lower()
        if bare == name or is_made_of(text, ordinal):
            return Clarified(intent_id=intent_id)
    if is_made_of(text, YES | {content.yes.lower()}):
        return Clarified(intent_id=asked[0])
    if is_made_of(text, NO | _NEITHER | {content.no.lower()}):
        return Clarified(intent_id=None)
    return None


def _read_as(case: Case, clarified: Clarified, asked: str) -> Understanding:
    """Return the turn's understanding as the wish that was chosen, or as a mere no."""
    quiet = case.library.pack.with_effect(Effect.ACKNOWLEDGE)
    meant = clarified.intent_id
    intent_id = (quiet[0] if quiet else asked) if meant is None else meant
    name = case.library.names.get(asked if meant is None else meant, asked)
    return replace(
        case.understanding,
        guesses=(Guess(intent_id=intent_id, confidence=_SURE),),
        intents=(intent_id,),
        clause_guesses={intent_id: _SURE},
        answers=None,
        light=f"小二问了是不是“{name}”，买家说{'不' if meant is None else ''}是",
    )
