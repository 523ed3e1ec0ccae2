"""A flow in one turn: the next question, or what follows from its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.actions import (
    Band,
    HandOver,
    HandOverReason,
    OpenTicket,
    Submission,
    UpdateDialogue,
)
from bot.deciding.case import Case
from bot.deciding.consequences import open_ticket
from bot.deciding.draft import Draft, Said
from bot.deciding.flow_saying import say_answered, say_flow
from bot.deciding.hand_over import hand_over_turn
from bot.deciding.saying import say_text
from bot.deciding.state import OpenTicketRef
from bot.flows.correcting import Corrected
from bot.flows.facts import facts_of
from bot.flows.flow import DECLINED, Ask, End, Flow
from bot.flows.state import DialogueEnd
from bot.flows.walking import walk
from bot.flows.wording import flow_values, summary_of
from bot.replying.render import format_time

MOST_TRIES = 2
"""A question is put so often; then a person is needed."""
_SUMMARY_LENGTH = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowTurn:
    """A flow with everything that is known after what the buyer wrote."""

    flow: Flow
    intent_id: str
    """That started it."""
    slots: Mapping[str, str]
    new: Mapping[str, str]
    """Of these, what this turn told."""
    dialogue_id: int | None = None
    """None: it begins with this turn."""
    step: str | None = None
    """Whose question waits; None: none does."""
    tries: int = 0
    ticket: OpenTicketRef | None = None
    """The open ticket that it is recorded on."""
    corrected: Corrected = field(default_factory=dict)
    """What the buyer has taken back; None: to be told anew."""
    reason: str | None = field(default=None)
    """Why the goods are wrong, where a flow before this one found it out."""


def next_step(case: Case, turn: FlowTurn) -> Ask | End:
    """Return where a flow stands."""
    context = case.context
    rules = case.library.pack.flow_rules
    own = context.authority
    facts = facts_of(
        context.facts,
        slots=turn.slots,
        authority=rules.authority if own is None else own,
        is_staffed=case.is_staffed,
        now=context.now,
        holidays=context.calendar.holidays,
    )
    return walk(turn.flow, slots=turn.slots, facts=facts)


def proceed(case: Case, draft: Draft, turn: FlowTurn) -> Band:
    """Ask for the next thing that is not known, or settle the matter."""
    step = next_step(case, turn)
    if isinstance(step, Ask):
        return _ask(case, draft, turn, step)
    if step.goes_on is not None:
        return proceed(case, draft, _handed_on(case, draft, turn, step))
    return _end(case, draft, turn, step)


def update(
    case: Case,
    turn: FlowTurn,
    *,
    step: str,
    tries: int = 0,
    closed: DialogueEnd | None = None,
    end: End | None = None,
) -> UpdateDialogue:
    """Return the action that remembers where a flow stands."""
    opened = () if end is None or end.ticket is None else (end.ticket,)
    return UpdateDialogue(
        dialogue_id=turn.dialogue_id,
        flow_id=turn.flow.flow_id,
        intent_id=turn.intent_id,
        step=step,
        slots=tuple(turn.slots.items()),
        tries=tries,
        closed=closed,
        ticket_type=turn.flow.ticket,
        collected=_collected(case, turn, end),
        writes_to=tuple(dict.fromkeys((turn.flow.ticket, *opened))),
        submission=None if end is None else _submission(case, turn.flow, end),
    )


def _submission(case: Case, flow: Flow, end: End) -> Submission | None:
    """Return how an end that is a claim hands its ticket in for approval."""
    approval = case.library.pack.flow_rules.approval
    if not end.is_claim or approval is None:
        return None
    states = case.library.pack.workflow.states.values()
    return Submission(
        ticket_type=flow.ticket if end.ticket is None else end.ticket,
        state=approval,
        from_states=frozenset(it.state_id for it in states if approval in it.to),
    )


def give_up(case: Case, draft: Draft, turn: FlowTurn, reason: DialogueEnd) -> Band:
    """Give the matter to a person, with what was collected."""
    hand_over_turn(case, draft, reason=HandOverReason.UNTOLD, placement=None)
    step = turn.flow.start if turn.step is None else turn.step
    draft.add(update(case, turn, step=step, tries=turn.tries, closed=reason))
    draft.misses = 0
    return Band.HAND_OVER


def _ask(case: Case, draft: Draft, turn: FlowTurn, step: Ask) -> Band:
    said = say_flow(
        draft,
        f"{turn.flow.flow_id}.{step.step_id}",
        step.texts,
        intent_id=turn.intent_id,
        values=flow_values(turn.flow, turn.slots),
        buttons=step.buttons,
        is_opened=_is_opened(turn),
    )
    if said is not Said.SPOKEN:
        return give_up(case, draft, turn, DialogueEnd.REFUSED)
    draft.has_asked = True
    tries = turn.tries + 1 if turn.step == step.step_id else 1
    draft.add(update(case, turn, step=step.step_id, tries=tries))
    draft.explain(f"流程“{turn.flow.zh}”：问{turn.flow.slots[step.slot].zh}")
    return _band(case)


def _end(case: Case, draft: Draft, turn: FlowTurn, step: End) -> Band:
    kind = turn.flow.ticket if step.ticket is None else step.ticket
    values = flow_values(turn.flow, turn.slots)
    is_known = not draft.opens(kind) and kind == turn.flow.ticket
    if is_known and turn.ticket is not None:
        values |= _ticket_values(case, turn.ticket)
    elif not draft.opens(kind):
        draft.add(_opening(case, turn, kind))
    opened = kind if draft.opens(kind) else None
    _say_end(case, draft, turn, step, values, ticket_type=opened)
    draft.add(update(case, turn, step=step.step_id, closed=DialogueEnd.DONE, end=step))
    draft.explain(f"流程“{turn.flow.zh}”：到了“{step.step_id}”")
    if step.needs_person:
        draft.add(HandOver(reason=HandOverReason.SETTLED, intent_id=turn.intent_id))
        return Band.HAND_OVER
    return _band(case)


def _say_end(
    case: Case,
    draft: Draft,
    turn: FlowTurn,
    step: End,
    values: Mapping[str, str],
    *,
    ticket_type: str | None,
) -> None:
    said = Said.NO_SCRIPT
    if step.is_answered:
        said = say_answered(case, draft, turn.intent_id, ticket_type=ticket_type)
    else:
        said = say_flow(
            draft,
            f"{turn.flow.flow_id}.{step.step_id}",
            step.texts,
            intent_id=turn.intent_id,
            values=values,
            ticket_type=ticket_type,
            is_opened=_is_opened(turn),
        )
    if said is not Said.SPOKEN:
        say_text(draft, "please_wait", with_ticket=ticket_type is not None)


def _is_opened(turn: FlowTurn) -> bool:
    """Return whether a feeling may stand before a text: not beside the flow's own."""
    return turn.dialogue_id is not None or not turn.flow.opening


def _opening(case: Case, turn: FlowTurn, kind: str) -> OpenTicket:
    """Return the action that opens the ticket of an end."""
    action = open_ticket(
        case, ticket_type=kind, intent=case.library.intent(turn.intent_id)
    )
    summary = summary_of(turn.flow, turn.slots)[:_SUMMARY_LENGTH]
    return replace(action, summary=summary)


def _handed_on(case: Case, draft: Draft, turn: FlowTurn, step: End) -> FlowTurn:
    """Return the turn as one of the flow that takes over."""
    if turn.dialogue_id is not None:
        draft.add(
            update(case, turn, step=step.step_id, closed=DialogueEnd.CHANGED, end=step)
        )
    flow = case.library.pack.flows[str(step.goes_on)]
    slots = shared(turn.flow, flow, turn.slots)
    kind = flow.ticket
    ticket = turn.ticket if kind == turn.flow.ticket else ticket_of(case, kind)
    if ticket is None and not draft.opens(kind):
        intent = case.library.intent(turn.intent_id)
        draft.add(open_ticket(case, ticket_type=kind, intent=intent))
    return FlowTurn(
        flow=flow,
        intent_id=turn.intent_id,
        slots=slots,
        new=slots,
        ticket=ticket,
        reason=step.reason if step.reason is not None else turn.reason,
    )


def shared(old: Flow, new: Flow, slots: Mapping[str, str]) -> dict[str, str]:
    """Return what one flow knows that another asks for, too."""
    return {
        name: value
        for name, value in slots.items()
        if name in new.slots and new.slots[name].kind is old.slots[name].kind
    }


def ticket_of(case: Case, kind: str) -> OpenTicketRef | None:
    """Return the buyer's open ticket of a type about the order of this turn."""
    return next(
        (
            it
            for it in reversed(case.context.buyer.open_tickets)
            if it.ticket_type == kind and it.order_ref in (None, case.order_ref)
        ),
        None,
    )


def _ticket_values(case: Case, ticket: OpenTicketRef) -> dict[str, str]:
    values = {"ticket.number": ticket.number}
    if ticket.due_at is not None:
        values["ticket.due_at"] = format_time(
            ticket.due_at, timezone=case.context.facts.timezone, now=case.context.now
        )
    return values


def _collected(
    case: Case, turn: FlowTurn, end: End | None
) -> tuple[tuple[str, str], ...]:
    """Return what is written on the ticket: the slots, the reason and who pays."""
    is_told = bool(turn.new or turn.corrected)
    if not is_told and end is None and turn.dialogue_id is not None:
        return ()
    reason = _reason(turn, end)
    payer = None
    if reason is not None:
        payer = case.library.pack.flow_rules.postage.get(reason)
    outcome = None if end is None or not end.outcome else end.outcome
    facts = {
        "flow": turn.flow.flow_id,
        "reason": reason,
        "postage": payer,
        "outcome": outcome,
    }
    known = {name: value for name, value in facts.items() if value is not None}
    void = {name: DECLINED for name, value in turn.corrected.items() if value is None}
    return tuple({**known, **turn.slots, **void}.items())


def _reason(turn: FlowTurn, end: End | None) -> str | None:
    found = None if end is None else end.reason
    return next(
        (it for it in (found, turn.reason, turn.flow.reason) if it is not None), None
    )


def _band(case: Case) -> Band:
    """Return who answers: a person is asked already, or nobody is needed."""
    is_waiting = case.context.conversation.is_handed_over
    return Band.ASSIST if is_waiting else Band.AUTO
