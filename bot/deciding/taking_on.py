"""A turn wants more than is answered one by one, or than a person is called for: what then?

It is taken on in the same turn: its ticket is opened with what is known, and the buyer is
told so, behind the words that came first.
"""

from enum import StrEnum

from bot.actions import Band, RefuseReview
from bot.deciding.bands import Placement
from bot.deciding.case import Case
from bot.deciding.consequences import open_ticket, plan_follow_up, ticket_type_of
from bot.deciding.draft import Draft, Said
from bot.deciding.flow_start import start_flow
from bot.deciding.flow_turn import next_step, update
from bot.deciding.saying import say_script, say_text, suggest
from bot.deciding.telling import tell_incident
from bot.flows.flow import Ask
from bot.flows.state import DialogueEnd
from bot.scripts import Effect, Intent, Use

MOST_SAID = 1
"""Texts about other matters beside the one for a person; their tickets are all opened."""

_USES = {
    Band.AUTO: Use.REPLY,
    Band.ASSIST: Use.HOLDING,
    Band.HAND_OVER: Use.RECEIPT,
}


class _Taken(StrEnum):
    """What became of one more wish."""

    TOLD = "told"
    REGISTERED = "registered"
    """It has a ticket, and nothing was said of it."""
    KNOWN = "known"
    """No wish of its own, or on a ticket of this turn already."""
    LEFT = "left"


def take_on(
    case: Case,
    draft: Draft,
    others: tuple[Placement, ...],
    *,
    is_person_due: bool = True,
) -> tuple[Placement, ...]:
    """Open the tickets of what else a turn wants, and say so; answer what is surely known.

    Nothing is asked: who calls for a person, or wants many things at once, is not
    questioned by a program. What needs questions is written down as far as it is known,
    and the person asks the rest.

    Args:
        case: The turn.
        draft: Grows; the words for what came first stand in it.
        others: The turn's other intents, the most urgent first.
        is_person_due: Somebody is called, who calls back by themselves.

    Returns:
        What has neither a ticket nor words.
    """
    said = 0
    found: list[_Taken] = []
    for one in others:
        taken = _take(
            case, draft, one, may_say=said < MOST_SAID, is_person_due=is_person_due
        )
        said += taken is _Taken.TOLD
        found.append(taken)
    if _Taken.REGISTERED in found and not is_person_due:
        say_text(draft, "please_wait", with_ticket=True)
    return tuple(
        one for one, it in zip(others, found, strict=True) if it is _Taken.LEFT
    )


def _take(
    case: Case,
    draft: Draft,
    one: Placement,
    *,
    may_say: bool,
    is_person_due: bool,
) -> _Taken:
    if one.is_miss:
        return _Taken.KNOWN
    suggest(draft, one)
    if one.is_unsure:
        return _Taken.KNOWN
    intent = case.library.intent(one.intent_id)
    if Effect.REVIEW_REFUSED in intent.effects:
        draft.add(RefuseReview())
    kind = _own_ticket(case, one, intent, is_person_due=is_person_due)
    if kind is not None and draft.opens(kind):
        return _Taken.KNOWN
    is_told = (
        may_say and _is_sayable(one, intent, kind) and _say(case, draft, one, kind)
    )
    if kind is not None:
        draft.add(open_ticket(case, ticket_type=kind, intent=intent))
        _write_down(case, draft, intent)
        draft.explain(f"话里还有“{intent.zh}”，一并登记")
    if is_told:
        return _Taken.TOLD
    return _Taken.LEFT if kind is None else _Taken.REGISTERED


def _own_ticket(
    case: Case, placement: Placement, intent: Intent, *, is_person_due: bool
) -> str | None:
    """Return the type of ticket of a wish itself; a call-back is the person's who comes."""
    flow = case.library.pack.flows.get(intent.flow or "")
    kind = ticket_type_of(case, placement) if flow is None else flow.ticket
    is_call_back = kind == case.library.pack.hand_over_ticket
    return None if is_person_due and is_call_back else kind


def _is_sayable(placement: Placement, intent: Intent, kind: str | None) -> bool:
    """Return whether there is something true to say: it is registered, or answered."""
    is_answered = placement.band is Band.AUTO and Effect.BARGAIN not in intent.effects
    return kind is not None or is_answered


def _say(case: Case, draft: Draft, placement: Placement, kind: str | None) -> bool:
    """Say what would be said to the wish alone; return whether there were words for it."""
    intent = case.library.intent(placement.intent_id)
    follow_up = plan_follow_up(case, intent, has_ticket=kind is not None)
    said = tell_incident(case, draft, placement.intent_id)
    if said is not Said.SPOKEN:
        said = say_script(
            draft,
            placement.intent_id,
            _USES[placement.band],
            with_ticket=kind is not None,
            follow_up=follow_up,
            may_ask=placement.band is not Band.AUTO,
        )
    if said is Said.SPOKEN and follow_up is not None:
        draft.add(follow_up)
    return said is Said.SPOKEN


def _write_down(case: Case, draft: Draft, intent: Intent) -> None:
    """Write what a flow would have asked for, as far as it is told, onto its ticket.

    The flow is over with it: the person asks. Pictures that come later still count.
    """
    turn = start_flow(case, draft, intent)
    if turn is None or turn.dialogue_id is not None:
        return
    step = next_step(case, turn)
    name = step.step_id if isinstance(step, Ask) else turn.flow.start
    draft.add(update(case, turn, step=name, closed=DialogueEnd.PERSON))
