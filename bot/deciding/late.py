"""A flow is over, and its ticket open: a picture or a correction that comes still counts."""

from bot.actions import Band, Reply
from bot.deciding.answering import is_courtesy
from bot.deciding.bands import Placement
from bot.deciding.case import Case
from bot.deciding.draft import Draft
from bot.deciding.flow_correcting import (
    apply,
    band_of_flow,
    corrected_in,
    say_corrected,
)
from bot.deciding.flow_saying import say_flow
from bot.deciding.flow_start import flow_of, is_fresh, telling_of
from bot.deciding.flow_turn import FlowTurn, update
from bot.deciding.saying import say_seldom, welcome
from bot.deciding.state import OpenTicketRef
from bot.flows.flow import Flow, SlotKind
from bot.flows.hearing import hear
from bot.flows.state import DialogueEnd, DialogueState
from bot.scripts import Effect

_STILL_COUNTS = frozenset({DialogueEnd.DONE, DialogueEnd.REFUSED, DialogueEnd.PERSON})


def take_late(
    case: Case, draft: Draft, placed: tuple[Placement, ...]
) -> tuple[Band, str] | None:
    """Put a late picture, or a correction, onto the ticket of the flow that asked for it.

    Args:
        case: The turn.
        draft: Grows.
        placed: The turn's intents; empty for a picture without words.

    Returns:
        Who answers and the flow's intent; None when the words beside it want something
        that is to be answered, or nothing of it was late.
    """
    found = _settled(case, draft)
    if found is None:
        return None
    flow, state, ticket = found
    if _is_another_matter(case, flow, placed):
        return None
    turn = _turn(case, flow, state, ticket)
    if not turn.new and not turn.corrected:
        return None
    draft.add(
        update(case, turn, step=state.step, tries=state.tries, closed=state.closed)
    )
    if not case.can_speak or _wants_answer(case, turn, placed):
        return None
    welcome(draft)
    draft.misses = 0
    if turn.corrected:
        say_corrected(case, draft, turn)
    else:
        _say_received(case, draft, turn, ticket)
    if not draft.does(Reply):
        say_seldom(draft, "please_wait")
    return band_of_flow(case), state.intent_id


def _settled(
    case: Case, draft: Draft
) -> tuple[Flow, DialogueState, OpenTicketRef] | None:
    """Return the flow that is over and whose ticket waits still."""
    state = case.context.conversation.dialogue
    if state is None or state.closed not in _STILL_COUNTS or draft.dialogues():
        return None
    flow = case.library.pack.flows.get(state.flow_id)
    ticket = next(
        (
            it
            for it in case.context.buyer.open_tickets
            if it.ticket_id == state.ticket_id
        ),
        None,
    )
    if flow is None or ticket is None or not is_fresh(flow, state, case):
        return None
    is_other_order = case.order_ref is not None and ticket.order_ref not in (
        None,
        case.order_ref,
    )
    return None if is_other_order else (flow, state, ticket)


def _turn(
    case: Case, flow: Flow, state: DialogueState, ticket: OpenTicketRef
) -> FlowTurn:
    """Return the flow with the pictures and corrections of this turn, nothing else."""
    known = {name: it for name, it in state.slots.items() if name in flow.slots}
    corrected = corrected_in(case, flow, known)
    told = hear(flow, telling_of(case), known=known, asked=None, is_own=False)
    pictures = {
        name: value
        for name, value in told.items()
        if flow.slots[name].kind is SlotKind.PICTURE
    }
    turn = FlowTurn(
        flow=flow,
        intent_id=state.intent_id,
        slots={**known, **pictures},
        new=pictures,
        dialogue_id=state.dialogue_id,
        step=state.step,
        tries=state.tries,
        ticket=ticket,
    )
    return apply(turn, corrected, known=known) if corrected else turn


def _is_another_matter(case: Case, flow: Flow, placed: tuple[Placement, ...]) -> bool:
    """Return whether the words surely start a flow about something else."""
    started = {
        flow_of(case, case.library.intent(one.intent_id))
        for one in placed
        if one.confidence >= case.library.pack.bands.auto
    }
    others = [case.library.pack.flows[name] for name in started if name is not None]
    return any(it.ticket != flow.ticket for it in others)


def _wants_answer(case: Case, turn: FlowTurn, placed: tuple[Placement, ...]) -> bool:
    """Return whether the words beside it ask something, or for somebody."""
    if turn.corrected:
        return False
    if telling_of(case).is_question:
        return any(not one.is_miss and not is_courtesy(case, one) for one in placed)
    return any(
        not one.is_miss
        and not {Effect.HAND_OVER, Effect.STOP_CONTACT}.isdisjoint(
            case.library.intent(one.intent_id).effects
        )
        for one in placed
    )


def _say_received(
    case: Case, draft: Draft, turn: FlowTurn, ticket: OpenTicketRef
) -> None:
    texts = case.library.pack.flow_rules.corrections.late_texts
    if not texts:
        return
    say_flow(
        draft,
        "late",
        texts,
        intent_id=turn.intent_id,
        values={"ticket.number": ticket.number},
    )
    draft.explain(f"流程“{turn.flow.zh}”已经登记过，补来的照片记到{ticket.number}")
