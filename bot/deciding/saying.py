"""How does the assistant speak in a turn? Scripts, offers, fixed texts, suggestions."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bot.actions import PlanFollowUp, Reply, Suggest
from bot.deciding.bands import Placement
from bot.deciding.draft import NOTHING_DEFERRED, Draft, Said
from bot.deciding.mood import Mood
from bot.replying.names import FOLLOW_UP_PLACEHOLDER, OFFER_COUPON, TICKET_PLACEHOLDERS
from bot.replying.select import Situation
from bot.scripts import Effect, Script, Use

_COUPON_DEFERRED = frozenset({OFFER_COUPON})
_OPENED_TEXTS = frozenset(
    {"fallback", "hand_over", "after_hours", "busy", "please_wait"}
)
"""Fixed texts that a feeling may stand before; the others are feeling enough."""

REST: Final = timedelta(minutes=10)
"""Who waits for a person, has read every wording, and writes on, reads one again after so
long without a word."""


def welcome(draft: Draft) -> bool:
    """Say once in a conversation that this is automatic; return whether it was now."""
    if draft.case.context.conversation.is_greeted or not draft.case.can_speak:
        return False
    draft.is_welcomed = say_text(draft, "welcome") is Said.SPOKEN
    return draft.is_welcomed


def say_script(
    draft: Draft,
    intent_id: str,
    use: Use,
    *,
    with_ticket: bool,
    follow_up: PlanFollowUp | None = None,
    may_ask: bool = True,
) -> Said:
    """Reply with the best script for an intent that can be filled and may leave.

    A script that promises a later message is fit only with the ``follow_up``, one that
    asks the buyer for something only where it ``may_ask``.
    """
    scripts = draft.case.scripts(intent_id, use)
    if not may_ask:
        scripts = tuple(it for it in scripts if not it.asks)
    intent = draft.case.library.intent(intent_id)
    return draft.say(
        scripts,
        deferred=TICKET_PLACEHOLDERS if with_ticket else NOTHING_DEFERRED,
        is_figureless=Effect.BARGAIN in intent.effects,
        reply=Reply(text="", intent_id=intent_id),
        planned=_planned_values(draft, follow_up),
        is_opened=(
            use is not Use.RECEIPT and intent_id not in draft.case.library.wishless
        ),
    )


def say_offer(
    draft: Draft, intent_id: str, *, situation: Situation, values: Mapping[str, str]
) -> Said:
    """Reply with what a bargaining policy leads to.

    The code of a coupon stays open until the transaction has taken one, unless
    ``values`` has it.
    """
    is_known = OFFER_COUPON in values
    return draft.say(
        draft.case.library.offers,
        deferred=NOTHING_DEFERRED if is_known else _COUPON_DEFERRED,
        is_figureless=False,
        reply=Reply(text="", intent_id=intent_id),
        planned=values,
        situation=situation,
        is_opened=True,
    )


def _planned_values(draft: Draft, follow_up: PlanFollowUp | None) -> Mapping[str, str]:
    if follow_up is None:
        return {}
    plan = draft.case.library.pack.follow_ups[follow_up.plan_id]
    return {FOLLOW_UP_PLACEHOLDER: plan.zh}


def say_text(
    draft: Draft, name: str, *, buttons: tuple[str, ...] = (), with_ticket: bool = False
) -> Said:
    """Reply with one of the pack's fixed texts, by the name of its field."""
    variants = getattr(draft.case.library.pack.texts, name)
    return say_variants(
        draft,
        f"text:{name}",
        variants,
        buttons=buttons,
        with_ticket=with_ticket,
        is_opened=(name in _OPENED_TEXTS and draft.case.mood.mood is not Mood.POLITE),
    )


def say_seldom(draft: Draft, name: str, *, with_ticket: bool = False) -> Said:
    """Reply with a fixed text to whoever waits and writes on.

    Each wording once; from then on only when nothing was said for ``REST``, or to the
    last ``KEPT_TURNS`` turns, so that the same words do not come at each message. What is
    not said then is no failure: who waits has been told.
    """
    conversation = draft.case.context.conversation
    text = _fixed(f"text:{name}", getattr(draft.case.library.pack.texts, name))
    deferred = TICKET_PLACEHOLDERS if with_ticket else NOTHING_DEFERRED
    first = next(iter(draft.choices((text,), deferred=deferred)), None)
    read = conversation.used_variants.get(text.script_id, ())
    since = draft.case.context.now - REST
    has_heard = any(
        it.last_said_id > 0 and it.handled_at > since for it in conversation.past
    )
    if has_heard and first is not None and first.variant in read:
        draft.explain("买家在等，刚说过，这次不重复")
        return Said.SPOKEN
    return say_text(draft, name, with_ticket=with_ticket)


def say_variants(
    draft: Draft,
    script_id: str,
    variants: tuple[str, ...],
    *,
    buttons: tuple[str, ...] = (),
    with_ticket: bool = False,
    is_opened: bool = False,
) -> Said:
    """Reply with one of some fixed texts, in turn; ``script_id`` names them.

    Where the assistant may not write, what it notes is noted in silence.
    """
    if not draft.case.can_speak:
        return Said.SPOKEN
    return draft.say(
        (_fixed(script_id, variants),),
        deferred=TICKET_PLACEHOLDERS if with_ticket else NOTHING_DEFERRED,
        is_figureless=False,
        reply=Reply(text="", buttons=buttons),
        is_opened=is_opened,
    )


def _fixed(script_id: str, variants: tuple[str, ...]) -> Script:
    return Script(script_id=script_id, intent_id="", variants=variants)


def suggest(draft: Draft, placement: Placement) -> None:
    """Offer the full script of an intent to the agents, when it can be filled.

    While an incident concerns it, what the buyers are told of that.
    """
    incident = draft.case.incident_for(placement.intent_id)
    if incident is not None:
        whole = ((0, len(incident.text)),)
        verdict = draft.case.judge(incident.text, spans=whole)
        if verdict.is_sendable:
            draft.add(
                Suggest(
                    text=verdict.outgoing(incident.text),
                    intent_id=placement.intent_id,
                    confidence=placement.confidence,
                )
            )
        return
    scripts = draft.case.scripts(placement.intent_id, Use.REPLY)
    for choice in draft.choices(scripts, deferred=NOTHING_DEFERRED):
        text = draft.checked(choice)
        if text is not None:
            draft.add(
                Suggest(
                    text=text,
                    intent_id=placement.intent_id,
                    confidence=placement.confidence,
                    script_id=choice.script.script_id,
                )
            )
            return
