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
from bot.deciding.telling import tell_incident
from bot.scripts import Use


def hand_over_flow(
    case: Case, draft: Draft, placement: Placement, turn: FlowTurn
) -> None:
    """Give the matter to a person, and collect meanwhile what they will need."""
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
    proceed(case, draft, turn)


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
