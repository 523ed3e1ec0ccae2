"""How is a bargaining turn answered where a policy covers the item?

Without a policy, an item or its list price everything stays as it is for any intent: the
scripts of bargaining intents concede nothing and name no figure.
"""

from datetime import timedelta
from typing import Final

from bot.bargaining.asks import Ask, AskKind, read_ask
from bot.bargaining.known import Bargaining
from bot.bargaining.ladder import answer_ask
from bot.bargaining.situation import (
    Answer,
    Means,
    Outcome,
    Situation,
    table_of,
)
from bot.deciding.bargaining_effects import act_on, say_answer
from bot.deciding.case import Case
from bot.deciding.draft import Draft, Said
from bot.deciding.state import REMEMBERED, TurnContext
from bot.facts import Item
from bot.scripts import Effect

_FRAGMENT: Final = 6
"""Characters of a text that is hardly more than a figure."""
_OK_AND_FIGURE: Final = 12
"""Characters of an OK with a figure in it: 好的那就50吧."""


def reads_ask(case: Case, intent_id: str) -> bool:
    """Return whether the words themselves ask for something under a policy.

    Which tactic it is may then be doubtful, that it is bargaining is not.
    """
    situation = _situation(case, intent_id)
    return situation is not None and situation.ask.kind is not AskKind.PLAIN


def goes_on_bargaining(case: Case, *, is_courtesy: bool) -> str | None:
    """Return the bargaining intent that a turn goes on with: 51呢, 行，52就52.

    None: the buyer has not just bargained, or the text is more than a figure, or than
    that they take the offer.

    Args:
        case: The turn.
        is_courtesy: It is read as an OK: 好的那就50吧 is an ask all the same.
    """
    past = case.context.conversation.past
    if not past or case.context.now - past[0].handled_at > REMEMBERED:
        return None
    last = case.library.pack.intents.get(past[0].intent_id)
    if last is None or Effect.BARGAIN not in last.effects:
        return None
    situation = _situation(case, last.intent_id)
    if situation is None:
        return None
    if situation.ask.kind is AskKind.ACCEPT:
        return last.intent_id
    text = case.understanding.folded.text
    longest = _OK_AND_FIGURE if is_courtesy else _FRAGMENT
    is_figure = len(text) <= longest and any(map(str.isdigit, text))
    is_ask = is_figure and situation.ask.price_fen is not None
    return last.intent_id if is_ask else None


def bargain(case: Case, draft: Draft, intent_id: str) -> Said | None:
    """Answer an ask: the reply, what is granted, and that it was asked.

    Returns:
        None when it is none, or no policy covers it: answer it as any intent.
    """
    situation = _situation(case, intent_id)
    if situation is None:
        return None
    if draft.has_bargained:
        return Said.SPOKEN
    draft.has_bargained = True
    answer = answer_ask(situation)
    said = say_answer(case, draft, intent_id, situation, answer)
    if said is not Said.SPOKEN and answer.grant is not None:
        # What cannot be said is not given.
        standing = situation.standing
        answer = Answer(
            outcome=Outcome.REFUSE, rung=standing.rung, rounds=standing.rounds + 1
        )
        said = say_answer(case, draft, intent_id, situation, answer)
    act_on(case, draft, intent_id, situation, answer)
    return said


def can_change_orders(context: TurnContext, *, act_minutes: int) -> bool:
    """Return whether a person is on duty with so many minutes before hours end."""
    if context.agents_on_duty == 0:
        return False
    closes_at = context.calendar.closes_at(context.now)
    left = timedelta() if closes_at is None else closes_at - context.now
    return left >= timedelta(minutes=act_minutes)


def _situation(case: Case, intent_id: str) -> Situation | None:
    """Return everything that decides about an ask; None: it is none, or not covered."""
    intent = case.library.intent(intent_id)
    bargaining, item = case.context.bargaining, case.context.facts.item
    if bargaining is None or item is None or intent.tactic is None:
        return None
    if not case.can_speak or case.understanding.answers == intent_id:
        return None
    floor_fen = bargaining.policy.floor_of(item)
    if item.list_fen is None or floor_fen is None:
        return None
    ask = _ask(case, bargaining, item)
    if Effect.BARGAIN not in intent.effects and not _is_ask(ask, bargaining):
        return None
    context = case.context
    return Situation(
        policy=bargaining.policy,
        list_fen=item.list_fen,
        floor_fen=floor_fen,
        tactic=intent.tactic,
        ask=ask,
        standing=bargaining.standing,
        means=means_of(case, bargaining),
        budget_fen=bargaining.budget_fen,
        is_person_there=case.is_staffed and not context.conversation.is_handed_over,
    )


def means_of(case: Case, bargaining: Bargaining) -> Means:
    """Return what can be redeemed now."""
    return Means(
        coupons=bargaining.coupons,
        can_change_orders=case.library.pack.bargaining.ticket is not None
        and can_change_orders(case.context, act_minutes=bargaining.policy.act_minutes),
    )


def _ask(case: Case, bargaining: Bargaining, item: Item) -> Ask:
    return read_ask(
        case.understanding,
        words=case.library.pack.bargaining.words,
        table=table_of(item.list_fen or 0, bargaining.standing),
    )


def _is_ask(ask: Ask, bargaining: Bargaining) -> bool:
    """Return whether a question that is no bargaining by itself names a figure."""
    if ask.kind is AskKind.QUANTITY:
        return bool(bargaining.policy.quantity_offers)
    return ask.price_fen is not None
