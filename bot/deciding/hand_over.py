"""A person is needed: what does the buyer read, and what finds the person?"""

from bot.actions import HandOver, HandOverReason
from bot.deciding.bands import Placement
from bot.deciding.case import Case
from bot.deciding.consequences import open_ticket, plan_follow_up, ticket_type_of
from bot.deciding.draft import Draft, Said
from bot.deciding.saying import say_script, say_seldom, say_text, suggest, welcome
from bot.deciding.telling import tell_incident
from bot.scripts import Effect, Use


def hand_over_intent(
    case: Case,
    draft: Draft,
    placement: Placement,
    *,
    reason: HandOverReason | None = None,
) -> None:
    """Give an intent to a person: receipt, suggestion, ticket, follow-up, queue.

    Without a ``reason`` the intent itself is the reason.
    """
    intent = case.library.intent(placement.intent_id)
    welcome(draft)
    ticket_type = ticket_type_of(case, placement)
    has_ticket = ticket_type is not None
    follow_up = plan_follow_up(case, intent, has_ticket=has_ticket)
    tell_incident(case, draft, placement.intent_id)
    said = say_script(
        draft,
        placement.intent_id,
        Use.RECEIPT,
        with_ticket=has_ticket,
        follow_up=follow_up,
    )
    is_untold = not case.is_staffed and not draft.has_said_when
    if said is not Said.SPOKEN or is_untold:
        say_who_comes(case, draft)
    suggest(draft, placement)
    if ticket_type is not None:
        draft.add(open_ticket(case, ticket_type=ticket_type, intent=intent))
    if follow_up is not None:
        draft.add(follow_up)
    _queue_intent(case, draft, placement, reason=reason)


def queue_intent(case: Case, draft: Draft, placement: Placement) -> None:
    """Give an intent to a person without a word to the buyer: ticket and queue."""
    ticket_type = ticket_type_of(case, placement)
    if ticket_type is not None:
        intent = case.library.intent(placement.intent_id)
        draft.add(open_ticket(case, ticket_type=ticket_type, intent=intent))
    _queue_intent(case, draft, placement)


def _queue_intent(
    case: Case,
    draft: Draft,
    placement: Placement,
    *,
    reason: HandOverReason | None = None,
) -> None:
    intent = case.library.intent(placement.intent_id)
    is_asked = Effect.HAND_OVER in intent.effects
    if reason is None:
        reason = HandOverReason.ASKED if is_asked else HandOverReason.RISK
    _queue(case, draft, reason=reason, intent_id=placement.intent_id)


def hand_over_turn(
    case: Case, draft: Draft, *, reason: HandOverReason, placement: Placement | None
) -> None:
    """Give a turn to a person that the assistant has no answer for."""
    welcome(draft)
    say_who_comes(case, draft)
    if placement is not None:
        suggest(draft, placement)
    _queue(
        case,
        draft,
        reason=reason,
        intent_id=None if placement is None else placement.intent_id,
    )


def say_who_comes(case: Case, draft: Draft) -> None:
    """Say that a person takes over, or when somebody will be there.

    Who waits already is not told so at each message; see ``say_seldom``.
    """
    is_waiting = case.context.conversation.is_handed_over
    if case.is_staffed:
        said = say_seldom(draft, "busy") if is_waiting else say_text(draft, "hand_over")
    elif is_waiting:
        said = say_seldom(draft, "after_hours", with_ticket=True)
    else:
        said = say_text(draft, "after_hours", with_ticket=True)
    if said is not Said.SPOKEN:
        # Not to be filled, or stopped by the shop's own rules: another true sentence.
        say_text(draft, "please_wait")


def _queue(
    case: Case, draft: Draft, *, reason: HandOverReason, intent_id: str | None
) -> None:
    """Put the conversation into the queue; with nobody there, open one call-back."""
    call_back = case.library.pack.hand_over_ticket
    if not case.is_staffed and not draft.opens(call_back):
        intent = None if intent_id is None else case.library.intent(intent_id)
        draft.add(open_ticket(case, ticket_type=call_back, intent=intent))
    draft.add(HandOver(reason=reason, intent_id=intent_id))
