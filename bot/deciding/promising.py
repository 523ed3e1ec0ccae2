"""What do the replies of a turn promise to the buyer?"""

from collections.abc import Mapping

from bot.actions import RecordPromise
from bot.deciding.case import Case
from bot.promises.finding import FoundPromise
from bot.promises.keeping import facts_of, kept_since


def record_promises(
    case: Case, replies: Mapping[int, str]
) -> tuple[RecordPromise, ...]:
    """Return the actions that write down what is promised, each thing once a turn.

    Args:
        case: Of the turn.
        replies: Those that may promise, by their place among the turn's replies.
    """
    found: dict[str, RecordPromise] = {}
    for index, text in replies.items():
        for promise in promised_in(case, text):
            found.setdefault(promise.kind.about, _action(case, promise, index))
    return tuple(found.values())


def promised_in(case: Case, text: str) -> tuple[FoundPromise, ...]:
    """Return what a reply promises that is still to be kept."""
    context = case.context
    order = context.facts.order
    found = case.library.promises.find(
        text,
        now=context.now,
        calendar=context.calendar,
        is_person=False,
        has_order=order is not None,
    )
    if not found or order is None:
        return found
    facts = facts_of(order, told_at=context.now)
    return tuple(one for one in found if kept_since(one.kind, facts) is None)


def _action(case: Case, promise: FoundPromise, reply: int) -> RecordPromise:
    kind = promise.kind
    return RecordPromise(
        reply=reply,
        kind=kind.kind_id,
        about=kind.about,
        words=promise.words,
        due_at=promise.due_at,
        lead=kind.lead,
        amount_fen=promise.amount_fen,
        order_ref=case.order_ref,
    )
