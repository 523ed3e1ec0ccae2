"""Something else is wanted in a turn that a flow goes on with: what is said of it?"""

from bot.actions import Band
from bot.deciding.answering import answer_intents
from bot.deciding.bands import Placement
from bot.deciding.case import Case
from bot.deciding.draft import Draft, Said
from bot.deciding.flow_saying import say_answered
from bot.deciding.flow_start import flow_of
from bot.deciding.flow_turn import FlowTurn
from bot.deciding.saying import welcome
from bot.flows.flow import Flow
from bot.scripts import Use


def answer_beside(
    case: Case, draft: Draft, turn: FlowTurn, others: tuple[Placement, ...]
) -> Band:
    """Answer what can be answered in one text; return who answers.

    What is part of the flow, needs a person, or has a flow of its own is left out. What
    would ask for something that the flow has heard is answered as if it had been told.
    """
    welcome(draft)
    left = tuple(
        it
        for it in others
        if _is_beside(case, turn.flow, it) and not _say_told(case, draft, turn, it)
    )
    return answer_intents(case, draft, left) if left else Band.AUTO


def is_own_again(case: Case, flow: Flow, placed: tuple[Placement, ...]) -> bool:
    """Return whether the flow's own wish is said again, beside nothing that ends it."""
    intents = [case.library.intent(one.intent_id) for one in placed]
    names = {
        it.flow if it.flow == flow.flow_id else flow_of(case, it) for it in intents
    }
    needs_person = any(one.band is Band.HAND_OVER and not one.is_miss for one in placed)
    return flow.flow_id in names and not (names - {None, flow.flow_id} or needs_person)


def _is_beside(case: Case, flow: Flow, placement: Placement) -> bool:
    told = {
        name
        for slot in flow.slots.values()
        for option in slot.options
        for name in option.intents
    }
    return (
        placement.intent_id not in told
        and placement.band is not Band.HAND_OVER
        and flow_of(case, case.library.intent(placement.intent_id)) is None
    )


def _say_told(case: Case, draft: Draft, turn: FlowTurn, placement: Placement) -> bool:
    """Say the answer to what the flow has heard; return whether there is one."""
    options = [
        turn.flow.slots[name].option(value) for name, value in turn.slots.items()
    ]
    told = {word for option in options if option is not None for word in option.words}
    asked = {
        word
        for script in case.library.scripts.scripts(placement.intent_id, Use.REPLY)
        for ask in script.asks
        for word in ask.words
    }
    if told.isdisjoint(asked) or placement.band is not Band.AUTO:
        return False
    said = say_answered(case, draft, placement.intent_id, ticket_type=None)
    return said is Said.SPOKEN
