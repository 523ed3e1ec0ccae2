"""A wish that starts a flow: what is said and done in its first turn?"""

from bot.actions import Band
from bot.deciding.bands import Placement
from bot.deciding.case import Case
from bot.deciding.consequences import open_ticket, plan_follow_up
from bot.deciding.draft import Draft, Said
from bot.deciding.flow_start import say_opening
from bot.deciding.flow_turn import FlowTurn, proceed
from bot.deciding.hand_over import queue_intent, say_who_comes
from bot.deciding.saying import say_script, suggest, welcome
from bot.deciding.taking_on import take_on
from bot.deciding.telling import tell_incident
from bot.scripts import Use


def hand_over_flow(
    case: Case,
    draft: Draft,
    placement: Placement,
    turn: FlowTurn,
    *,
    others: tuple[Placement, ...] = (),
) -> None:
    """Give the matter to a person, and collect meanwhile what they will need.

    ``others`` are taken on beside it, before its first question.
    """
    intent = case.library.intent(placement.intent_id)
    welcome(draft)
    follow_up = plan_follow_up(case, intent, has_ticket=True)
    tell_incident(case, draft, placement.intent_id)
    if not say_opening(draft, turn):
        say_script(
            draft, intent.intent_id, Use.RECEIPT, with_ticket=True, follow_up=follow_up
        )
    if not case.is_staffed and not draft.has_said_when:
        say_who_comes(case, draft)
    suggest(draft, placement)
    queue_intent(case, draft, placement)
    _open(case, draft, turn)
    if follow_up is not None:
        draft.add(follow_up)
    take_on(case, draft, _not_told(turn, others))
    proceed(case, draft, turn)


def _not_told(turn: FlowTurn, others: tuple[Placement, ...]) -> tuple[Placement, ...]:
    """Return the wishes without those that tell the flow something: 退款 as the choice."""
    told = {
        name
        for slot in turn.flow.slots.values()
        for option in slot.options
        for name in option.intents
    }
    return tuple(one for one in others if one.intent_id not in told)


def answer_flow(case: Case, draft: Draft, placement: Placement, turn: FlowTurn) -> Said:
    """Answer a wish with the first question of its flow, on a ticket."""
    intent = case.library.intent(placement.intent_id)
    say_opening(draft, turn)
    _open(case, draft, turn)
    follow_up = plan_follow_up(case, intent, has_ticket=True)
    if follow_up is not None:
        draft.add(follow_up)
    if placement.band is not Band.AUTO:
        suggest(draft, placement)
    proceed(case, draft, turn)
    return Said.SPOKEN


def _open(case: Case, draft: Draft, turn: FlowTurn) -> None:
    """Open the ticket that everything is collected on."""
    kind = turn.flow.ticket
    if not draft.opens(kind):
        intent = case.library.intent(turn.intent_id)
        draft.add(open_ticket(case, ticket_type=kind, intent=intent))
