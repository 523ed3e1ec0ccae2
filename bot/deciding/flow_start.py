"""Which flow does a wish start, and what is known of it already?"""

from bot.deciding.bands import confidence_of
from bot.deciding.case import Case
from bot.deciding.draft import Draft
from bot.deciding.flow_saying import say_flow
from bot.deciding.flow_turn import FlowTurn, shared, ticket_of
from bot.flows.flow import DECLINED, Flow, SlotKind
from bot.flows.hearing import Telling, hear
from bot.flows.picture_links import picture_links
from bot.flows.state import DialogueEnd, DialogueState
from bot.replying.masking import mask_personal
from bot.scripts import Intent
from bot.understanding.fragments import FRAGMENT_CONFIDENCE

_CARRIED = frozenset({SlotKind.ORDER, SlotKind.PICTURE})
"""What one flow may take from another that the buyer left."""


def start_flow(case: Case, draft: Draft, intent: Intent) -> FlowTurn | None:
    """Return the flow that an intent starts; None when it starts none here.

    A conversation has one open flow at most: while one is, an intent starts none, but
    for its own, which goes on.
    """
    if intent.flow is None or not case.can_speak or _has_begun(draft):
        return None
    flow = case.library.pack.flows[intent.flow]
    carried = _carried(case, flow)
    known = {name: value for name, value in carried.items() if value != DECLINED}
    state = _still_open(case, draft)
    if state is not None and state.flow_id != flow.flow_id:
        return None
    if state is None and _was_refused(case, flow):
        return None
    new = heard(case, flow, known=known, asked=None, is_own=True)
    if flow.starts_with is not None and flow.starts_with not in new:
        return None
    return FlowTurn(
        flow=flow,
        intent_id=intent.intent_id,
        slots={**carried, **new},
        new=new,
        dialogue_id=None if state is None else state.dialogue_id,
        step=None if state is None else state.step,
        tries=0 if state is None else state.tries,
        ticket=ticket_of(case, flow.ticket),
    )


def _was_refused(case: Case, flow: Flow) -> bool:
    """Return whether the buyer would not tell what just this flow asks for.

    A person has the ticket; the same questions are not put again while it is open.
    """
    old = case.context.conversation.dialogue
    return (
        old is not None
        and old.flow_id == flow.flow_id
        and old.closed is DialogueEnd.REFUSED
        and not _pictures(case)
        and is_fresh(flow, old, case)
        and any(it.ticket_id == old.ticket_id for it in case.context.buyer.open_tickets)
    )


def flow_of(case: Case, intent: Intent) -> str | None:
    """Return the flow that an intent starts with these words; None: none.

    A flow that ``starts_with`` a slot does not start without it.
    """
    flow = case.library.pack.flows.get(intent.flow or "")
    if flow is None or flow.starts_with is None:
        return intent.flow
    new = hear(flow, telling_of(case), known={}, asked=None, is_own=True)
    return flow.flow_id if flow.starts_with in new else None


def _has_begun(draft: Draft) -> bool:
    """Return whether a flow of this turn waits for an answer."""
    return any(it.closed is None for it in draft.dialogues())


def _still_open(case: Case, draft: Draft) -> DialogueState | None:
    """Return the open flow of the conversation, unless this turn closes it."""
    state = case.context.conversation.dialogue
    if state is None or not state.is_open:
        return None
    closes = any(it.dialogue_id == state.dialogue_id for it in draft.dialogues())
    return None if closes else state


def say_opening(draft: Draft, turn: FlowTurn) -> bool:
    """Say what a flow begins with; return whether there was anything to say."""
    if not turn.flow.opening:
        return False
    say_flow(
        draft,
        f"{turn.flow.flow_id}.opening",
        turn.flow.opening,
        intent_id=turn.intent_id,
    )
    return True


def heard(
    case: Case, flow: Flow, *, known: dict[str, str], asked: str | None, is_own: bool
) -> dict[str, str]:
    """Return what this turn tells a flow, personal data in own words masked."""
    telling = telling_of(case)
    new = hear(flow, telling, known=known, asked=asked, is_own=is_own)
    name = case.context.facts.buyer_name
    return {
        slot: mask_personal(value, name=name)
        if flow.slots[slot].kind is SlotKind.TEXT and not flow.slots[slot].is_needed
        else value
        for slot, value in new.items()
    }


def telling_of(case: Case) -> Telling:
    """Return the turn as what it may tell a flow: its probable intents count."""
    understanding = case.understanding
    return Telling(
        understanding=understanding,
        pictures=_pictures(case),
        order_ref=case.order_ref,
        intents=frozenset(
            name
            for name in (*understanding.intents, understanding.best.intent_id)
            if confidence_of(understanding, name) >= FRAGMENT_CONFIDENCE
        ),
        words=case.library.pack.answer_words,
    )


def _pictures(case: Case) -> int:
    """Return how many pictures came: as such, or as links in the words."""
    own = case.turn.image_urls
    links = [it for it in picture_links(case.turn.text) if it not in own]
    return len(own) + len(links)


def is_fresh(flow: Flow, dialogue: DialogueState, case: Case) -> bool:
    """Return whether a flow was spoken of so lately that it can be gone on with."""
    return case.context.now - dialogue.updated_at <= flow.open_for


def _carried(case: Case, flow: Flow) -> dict[str, str]:
    """Return what the newest flow knows that need not be asked again.

    In the same flow that is also what the buyer would not tell; it may be told now.
    """
    old = case.context.conversation.dialogue
    if old is None or old.flow_id not in case.library.pack.flows:
        return {}
    before = case.library.pack.flows[old.flow_id]
    is_open = any(
        it.ticket_id == old.ticket_id for it in case.context.buyer.open_tickets
    )
    is_other_order = (
        case.order_ref is not None
        and old.slots.get("order", case.order_ref) != case.order_ref
    )
    if not is_open or is_other_order or not is_fresh(before, old, case):
        return {}
    known = {name: it for name, it in old.slots.items() if name in before.slots}
    if flow.flow_id == old.flow_id:
        return {name: value for name, value in known.items() if name in flow.slots}
    return {
        name: value
        for name, value in shared(before, flow, known).items()
        if flow.slots[name].kind in _CARRIED and value != DECLINED
    }
