"""May we speak of this order? Ask an anonymous buyer, and judge what they tell."""

from dataclasses import replace

from bot.actions import (
    AskIdentity,
    Band,
    CheckIdentity,
    EndIdentity,
    HandOverReason,
)
from bot.deciding.bands import Placement
from bot.deciding.case import Case
from bot.deciding.draft import Draft
from bot.deciding.hand_over import hand_over_turn
from bot.deciding.saying import say_variants, welcome
from bot.identity.state import IdentityState, IdentityTexts, Outcome
from bot.scripts import Intent
from bot.utterances import Guess, Understanding

_WAITING = 0.95
"""Confidence of the wish that waited for the buyer to be known."""
ORDER_PREFIX = "order."


def take_claim(case: Case, draft: Draft) -> Band | None:
    """Judge what a buyer tells of their order; None when the turn goes on as usual."""
    identity, texts = case.context.identity, case.library.pack.identity
    if identity is None or texts is None or not case.can_speak:
        return None
    match identity.outcome:
        case Outcome.RIGHT:
            draft.add(_checked(identity, is_right=True))
            draft.explain("identity: right")
            return None
        case Outcome.WRONG:
            draft.add(_checked(identity, is_right=False))
            draft.explain("identity: wrong")
            return _say(draft, "wrong", texts.wrong)
        case Outcome.LIMITED:
            return _give_up(case, draft, identity, texts)
        case None:
            return _take_part(draft, identity, texts)


def asks_identity(
    case: Case, draft: Draft, placed: tuple[Placement, ...]
) -> Band | None:
    """Ask for number and digits when an order is wanted that may not be spoken of.

    Asked once: who wants it again and tells nothing is served as one who is not known.
    """
    identity, texts = case.context.identity, case.library.pack.identity
    is_open = identity is None or identity.check_id is not None
    if is_open or texts is None or identity is None or not case.can_speak:
        return None
    wish = next((one for one in placed if _wants_order(case, identity, one)), None)
    if wish is None or case.context.facts.order is not None:
        return None
    draft.add(
        AskIdentity(
            intent_id=wish.intent_id,
            order_ref=identity.order_ref,
            digits=identity.digits,
        )
    )
    draft.misses = 0
    if identity.order_ref is not None:
        return _say(draft, "ask_digits", texts.ask_digits)
    return _say(draft, "ask", texts.ask)


def goes_on(case: Case, understanding: Understanding) -> Understanding:
    """Return the wish that waited as this turn's, once the buyer is known.

    A wish that the turn says itself, and surely, is its own.
    """
    identity = case.context.identity
    if identity is None or identity.outcome is not Outcome.RIGHT:
        return understanding
    intents = case.library.pack.intents
    best = understanding.best
    is_own = (
        best.confidence >= case.library.pack.bands.auto
        and best.intent_id not in case.library.wishless
        and needs_order(intents[best.intent_id])
    )
    if is_own or identity.intent_id not in intents:
        return understanding
    waiting = str(identity.intent_id)
    return replace(
        understanding,
        guesses=(Guess(intent_id=waiting, confidence=_WAITING),),
        intents=(waiting,),
        clause_guesses={waiting: _WAITING},
        light=f"买家证明了订单是自己的，接着刚才的话题“{intents[waiting].zh}”",
    )


def needs_order(intent: Intent) -> bool:
    """Return whether an intent is answered in full only from an order."""
    return any(name.startswith(ORDER_PREFIX) for name in intent.facts_needed)


def _wants_order(case: Case, identity: IdentityState, placement: Placement) -> bool:
    if placement.is_miss or placement.is_unsure:
        return False
    intent = case.library.intent(placement.intent_id)
    if needs_order(intent):
        return True
    is_named = identity.order_ref is not None
    return is_named and intent.intent_id in case.library.ordering


def _take_part(
    draft: Draft, identity: IdentityState, texts: IdentityTexts
) -> Band | None:
    """Remember the part that was told, and ask for the other."""
    if identity.check_id is None or not identity.is_telling:
        return None
    draft.add(
        AskIdentity(
            intent_id=identity.intent_id,
            order_ref=identity.order_ref,
            digits=identity.digits,
            check_id=identity.check_id,
        )
    )
    draft.misses = 0
    if identity.order_ref is None:
        return _say(draft, "ask_order", texts.ask_order)
    return _say(draft, "ask_digits", texts.ask_digits)


def _give_up(
    case: Case, draft: Draft, identity: IdentityState, texts: IdentityTexts
) -> Band:
    """Let a person go on; nothing more is compared."""
    draft.add(EndIdentity(check_id=identity.check_id))
    draft.explain("identity: too many tries")
    _say(draft, "limited", texts.limited)
    hand_over_turn(case, draft, reason=HandOverReason.RISK, placement=None)
    return Band.HAND_OVER


def _checked(identity: IdentityState, *, is_right: bool) -> CheckIdentity:
    return CheckIdentity(
        check_id=identity.check_id,
        intent_id=identity.intent_id,
        order_ref=str(identity.order_ref),
        order_hash=b"" if identity.order_hash is None else identity.order_hash,
        is_right=is_right,
        limits=identity.limits,
    )


def _say(draft: Draft, name: str, variants: tuple[str, ...]) -> Band:
    welcome(draft)
    say_variants(draft, f"identity:{name}", variants)
    return Band.ASSIST
