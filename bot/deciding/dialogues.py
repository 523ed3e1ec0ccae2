"""A flow is open: does this turn go on with it, leave it for a while, or end it?"""

from dataclasses import replace

from bot.actions import Band, UpdateDialogue
from bot.deciding.answering import is_courtesy
from bot.deciding.bands import Placement
from bot.deciding.case import Case
from bot.deciding.draft import Draft
from bot.deciding.flow_beside import answer_beside, is_own_again
from bot.deciding.flow_correcting import apply, corrected_in, say_corrected
from bot.deciding.flow_start import flow_of, heard, is_fresh, telling_of
from bot.deciding.flow_turn import (
    MOST_TRIES,
    FlowTurn,
    give_up,
    proceed,
    update,
)
from bot.deciding.mood import Mood
from bot.deciding.saying import welcome
from bot.flows.flow import DECLINED, Ask, Flow, SlotKind
from bot.flows.hearing import asks_something_else, is_only_no, says_option
from bot.flows.phrases import says_any
from bot.flows.state import DialogueEnd, DialogueState
from bot.scripts import Effect
from bot.understanding.fragments import FRAGMENT_CONFIDENCE
from bot.understanding.short_answers import LONGEST


def go_on(
    case: Case, draft: Draft, placed: tuple[Placement, ...]
) -> tuple[Band, str] | None:
    """Go on with the open flow of a conversation.

    Args:
        case: The turn.
        draft: Grows.
        placed: The turn's intents; empty for a picture without words.

    Returns:
        Who answers and the flow's intent; None when the turn is to be handled like any
        other, whether or not the flow has taken something from it.
    """
    state = case.context.conversation.dialogue
    if state is None or not state.is_open:
        return None
    flow = case.library.pack.flows.get(state.flow_id)
    if flow is None:
        _close_unknown(draft, state)
        return None
    placed = _without_alike(case, flow, state, placed)
    turn = _turn(case, flow, state, placed)
    if not is_fresh(flow, state, case):
        draft.add(_closed(case, turn, state, DialogueEnd.EXPIRED))
        return None
    if not case.can_speak:
        if turn.new:
            draft.add(_kept(case, turn, state))
        return None
    if _wants_person(case, turn, placed):
        draft.add(_closed(case, turn, state, DialogueEnd.PERSON))
        return None
    if turn.corrected:
        band: Band | None = _proceed(case, draft, _not_asked_again(turn))
    else:
        band = _answer(case, draft, turn, state, placed)
    return None if band is None else (band, state.intent_id)


def _without_alike(
    case: Case, flow: Flow, state: DialogueState, placed: tuple[Placement, ...]
) -> tuple[Placement, ...]:
    """Return the intents of a turn without those that its answer is only like.

    Who asks something wants it.
    """
    if telling_of(case).is_question:
        return placed
    step = flow.steps.get(state.step)
    alike = flow.slots[step.slot].alike if isinstance(step, Ask) else ()
    return tuple(one for one in placed if one.intent_id not in alike)


def _answer(
    case: Case,
    draft: Draft,
    turn: FlowTurn,
    state: DialogueState,
    placed: tuple[Placement, ...],
) -> Band | None:
    """Take what the buyer said as the answer, a refusal, or as something else."""
    step = turn.flow.steps.get(state.step)
    asked = step.slot if isinstance(step, Ask) else None
    is_other = _is_other_wish(case, turn.flow, placed)
    if turn.new and asked not in turn.new:
        turn = _not_asked_again(turn)
    if (asked is not None and asked in turn.new) or (turn.new and not is_other):
        return _proceed_beside(case, draft, turn, placed)
    if is_other and is_own_again(case, turn.flow, placed):
        return _proceed_beside(case, draft, turn, placed)
    is_refused = asked is not None and _is_refusal(case, is_other=is_other)
    if is_other and not is_refused:
        _leave(case, draft, turn, state, placed)
        return None
    if is_refused and isinstance(step, Ask) and step.without is not None:
        told = {**turn.slots, step.slot: DECLINED}
        return _proceed(case, draft, _with(turn, told, {step.slot: DECLINED}))
    is_courteous = placed and all(is_courtesy(case, one) for one in placed)
    if is_courteous and not is_refused:
        return None
    return _again(case, draft, turn)


def _not_asked_again(turn: FlowTurn) -> FlowTurn:
    """Return a turn whose question is put once more without counting as a try.

    The buyer told something that counts, though not what was asked.
    """
    return replace(turn, tries=max(0, turn.tries - 1))


def _proceed(case: Case, draft: Draft, turn: FlowTurn) -> Band:
    welcome(draft)
    draft.misses = 0
    if turn.corrected:
        say_corrected(case, draft, turn)
    return proceed(case, draft, turn)


def _proceed_beside(
    case: Case, draft: Draft, turn: FlowTurn, placed: tuple[Placement, ...]
) -> Band:
    """Go on, and answer what is wanted beside the flow before its next question."""
    others = tuple(it for it in placed if _is_other_wish(case, turn.flow, (it,)))
    is_again = is_own_again(case, turn.flow, placed)
    if not is_again and not telling_of(case).is_question:
        return _proceed(case, draft, turn)
    answered = answer_beside(case, draft, turn, others)
    band = _proceed(case, draft, turn)
    return Band.HAND_OVER if Band.HAND_OVER in {answered, band} else band


def _again(case: Case, draft: Draft, turn: FlowTurn) -> Band:
    """Put the question once more; then, or to an angry buyer, a person is needed."""
    is_angry = case.mood.mood is Mood.ANGRY
    if turn.tries >= MOST_TRIES or is_angry:
        draft.explain(f"流程“{turn.flow.zh}”：买家没有说，转给同事")
        return give_up(case, draft, turn, DialogueEnd.REFUSED)
    return _proceed(case, draft, turn)


def _leave(
    case: Case,
    draft: Draft,
    turn: FlowTurn,
    state: DialogueState,
    placed: tuple[Placement, ...],
) -> None:
    """Let another wish be answered; another flow takes this one's place."""
    flows = {flow_of(case, case.library.intent(one.intent_id)) for one in placed}
    if flows - {None, state.flow_id}:
        draft.add(_closed(case, turn, state, DialogueEnd.CHANGED))
    elif turn.new:
        draft.add(_kept(case, turn, state))


def _turn(
    case: Case, flow: Flow, state: DialogueState, placed: tuple[Placement, ...]
) -> FlowTurn:
    """Return the flow with what this turn tells it."""
    known = {name: it for name, it in state.slots.items() if name in flow.slots}
    step = flow.steps.get(state.step)
    asked = step.slot if isinstance(step, Ask) else None
    new = heard(
        case,
        flow,
        known=known,
        asked=asked,
        is_own=_is_own(case, flow, asked, placed),
    )
    tickets = case.context.buyer.open_tickets
    turn = FlowTurn(
        flow=flow,
        intent_id=state.intent_id,
        slots={**known, **new},
        new=new,
        dialogue_id=state.dialogue_id,
        step=state.step,
        tries=state.tries,
        ticket=next((it for it in tickets if it.ticket_id == state.ticket_id), None),
    )
    corrected = {
        name: value
        for name, value in corrected_in(case, flow, known).items()
        if name != asked
    }
    return apply(turn, corrected, known=known) if corrected else turn


def _with(turn: FlowTurn, slots: dict[str, str], new: dict[str, str]) -> FlowTurn:
    return replace(turn, slots=slots, new=new)


def _is_own(
    case: Case, flow: Flow, asked: str | None, placed: tuple[Placement, ...]
) -> bool:
    """Return whether a turn may be read for what the flow needs.

    It may when nothing else is surely wanted, or what is wanted is an answer that an
    option names.
    """
    if not _is_other_wish(case, flow, placed):
        return True
    if asked is None:
        return False
    if says_option(flow.slots[asked], telling_of(case)):
        return True
    options = flow.slots[asked].options
    named = {name for option in options for name in option.intents}
    is_text = flow.slots[asked].kind is SlotKind.TEXT
    best = max((one.confidence for one in placed), default=0.0)
    if is_text and best < case.library.pack.bands.auto:
        return True
    return any(one.intent_id in named for one in placed)


def _is_other_wish(case: Case, flow: Flow, placed: tuple[Placement, ...]) -> bool:
    """Return whether a turn surely wants something outside the flow."""
    library = case.library
    return any(
        not one.is_miss
        and not one.is_unsure
        and one.confidence >= FRAGMENT_CONFIDENCE
        and one.intent_id not in library.wishless
        and not is_courtesy(case, one)
        and library.intent(one.intent_id).flow != flow.flow_id
        for one in placed
    )


def _wants_person(case: Case, turn: FlowTurn, placed: tuple[Placement, ...]) -> bool:
    """Return whether a person is wanted besides what the flow is about.

    Who names one of the options has answered: 本人 asks for nobody.
    """
    step = turn.flow.steps.get(turn.step or "")
    is_chosen = (
        isinstance(step, Ask)
        and step.slot in turn.new
        and bool(turn.flow.slots[step.slot].options)
    )
    return not is_chosen and any(
        not one.is_miss
        and case.library.intent(one.intent_id).flow != turn.flow.flow_id
        and Effect.HAND_OVER in case.library.intent(one.intent_id).effects
        for one in placed
    )


def _is_refusal(case: Case, *, is_other: bool) -> bool:
    """Return whether the buyer will not, or cannot, tell what was asked.

    Who asks another thing beside it has not refused: 昨天忘了，你们从哪发货.
    """
    text = case.understanding.folded.text
    if len(text) > LONGEST:
        return False
    refusals = case.library.pack.flow_rules.refusals
    if is_other and asks_something_else(telling_of(case), refusals):
        return False
    return is_only_no(text) or says_any(text, refusals)


def _kept(case: Case, turn: FlowTurn, state: DialogueState) -> UpdateDialogue:
    """Return the action that remembers what was told, with the question still open."""
    return update(case, turn, step=state.step, tries=state.tries)


def _closed(
    case: Case, turn: FlowTurn, state: DialogueState, reason: DialogueEnd
) -> UpdateDialogue:
    return update(case, turn, step=state.step, tries=state.tries, closed=reason)


def _close_unknown(draft: Draft, state: DialogueState) -> None:
    """Close a flow that the pack does not have any more."""
    draft.add(
        UpdateDialogue(
            dialogue_id=state.dialogue_id,
            flow_id=state.flow_id,
            intent_id=state.intent_id,
            step=state.step,
            slots=tuple(state.slots.items()),
            tries=state.tries,
            closed=DialogueEnd.GONE,
        )
    )
