"""What may not wait for anything else that a turn says: an emergency, say?"""

from bot.actions import Band, Decision
from bot.deciding.bands import Placement, confidence_of
from bot.deciding.case import Case
from bot.deciding.consequences import open_ticket
from bot.deciding.draft import Draft, Said
from bot.deciding.hand_over import queue_intent, say_who_comes
from bot.deciding.saying import say_script, suggest
from bot.deciding.state import ShopMode
from bot.flows.phrases import denies, says_plainly
from bot.scripts import Effect, Intent, Use


def said_at_once(case: Case) -> Placement | None:
    """Return what a turn says that comes before all else; None when it says none of it.

    Its phrases say it however the turn is understood: a likeness may be missed, and what
    endangers people may not.
    """
    pack = case.library.pack
    if case.context.shop_mode is ShopMode.OFF:
        return None
    intents = [pack.intents[name] for name in pack.with_effect(Effect.AT_ONCE)]
    plain = [it for it in intents if _is_said(case, it)]
    likely = plain or [it for it in intents if _is_likely(case, it)]
    first = max(likely, key=lambda it: it.urgency, default=None)
    if first is None:
        return None
    confidence = confidence_of(case.understanding, first.intent_id)
    return Placement(
        intent_id=first.intent_id,
        confidence=max(confidence, pack.bands.assist),
        band=Band.HAND_OVER,
    )


def answer_at_once(case: Case, placement: Placement) -> Decision:
    """Return a decision that says what to do now, before any welcome, and calls a person."""
    draft = Draft(case)
    band = _answer(case, draft, placement)
    return draft.finish(
        band, intent_id=placement.intent_id, confidence=placement.confidence
    )


def _answer(case: Case, draft: Draft, placement: Placement) -> Band:
    suggest(draft, placement)
    intent = case.library.intent(placement.intent_id)
    if not case.can_speak:
        if intent.ticket is not None and case.is_served:
            draft.add(open_ticket(case, ticket_type=intent.ticket, intent=intent))
        elif not case.is_served:
            queue_intent(case, draft, placement)
        return Band.ASSIST
    said = say_script(
        draft,
        intent.intent_id,
        Use.RECEIPT,
        with_ticket=intent.ticket is not None,
    )
    if said is not Said.SPOKEN or not case.is_staffed:
        say_who_comes(case, draft)
    queue_intent(case, draft, placement)
    draft.misses = 0
    return Band.HAND_OVER


def _is_said(case: Case, intent: Intent) -> bool:
    text = case.understanding.folded.text
    return says_plainly(text, intent.phrases, unless=intent.unless)


def _is_likely(case: Case, intent: Intent) -> bool:
    """Return whether a turn is understood so, and does not say the contrary."""
    understanding = case.understanding
    if denies(understanding.folded.text, intent.phrases):
        return False
    names = (*understanding.intents, understanding.best.intent_id)
    confidence = confidence_of(understanding, intent.intent_id)
    return intent.intent_id in names and confidence >= case.library.pack.bands.assist
