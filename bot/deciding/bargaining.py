"""How is a bargaining turn answered where a policy covers the item?

Without a policy, an item or its list price everything stays as it is for any intent: the
scripts of bargaining intents concede nothing and name no figure.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.actions import (
    GrantOffer,
    HandOver,
    HandOverReason,
    OpenTicket,
    RecordAsk,
)
from bot.bargaining.asks import Ask, AskKind, read_ask
from bot.bargaining.known import Bargaining
from bot.bargaining.ladder import answer_ask
from bot.bargaining.policy import Link, OrderChange
from bot.bargaining.situation import (
    Answer,
    Grant,
    Means,
    OpenOffer,
    Outcome,
    Situation,
    Standing,
    table_of,
)
from bot.deciding.case import Case
from bot.deciding.consequences import open_ticket
from bot.deciding.draft import Draft, Said
from bot.deciding.state import REMEMBERED, TurnContext
from bot.facts import Item
from bot.replying.render import OFFER_COUPON, format_time
from bot.replying.values import format_fen
from bot.scripts import Effect, Use

_FRAGMENT: Final = 6
"""Characters of a text that is hardly more than a figure."""
_AS_TODAY: Final = frozenset({Outcome.REFUSE})
"""Outcomes that the replies of the intents themselves are made for, unless a script
with ``use: offer`` fits better."""


def reads_ask(case: Case, intent_id: str) -> bool:
    """Return whether the words themselves ask for something under a policy.

    Which tactic it is may then be doubtful, that it is bargaining is not.
    """
    situation = _situation(case, intent_id)
    return situation is not None and situation.ask.kind is not AskKind.PLAIN


def goes_on_bargaining(case: Case) -> str | None:
    """Return the bargaining intent that a bare figure goes on with: 51呢.

    None: the buyer has not just bargained, or the text is more than that.
    """
    past = case.context.conversation.past
    text = case.understanding.folded.text
    if not past or len(text) > _FRAGMENT or not any(map(str.isdigit, text)):
        return None
    last = case.library.pack.intents.get(past[0].intent_id)
    if last is None or Effect.BARGAIN not in last.effects:
        return None
    if case.context.now - past[0].handled_at > REMEMBERED:
        return None
    situation = _situation(case, last.intent_id)
    if situation is None or situation.ask.price_fen is None:
        return None
    return last.intent_id


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
    said = _say(case, draft, intent_id, situation, answer)
    if said is not Said.SPOKEN and answer.grant is not None:
        # What cannot be said is not given.
        standing = situation.standing
        answer = Answer(
            outcome=Outcome.REFUSE, rung=standing.rung, rounds=standing.rounds + 1
        )
        said = _say(case, draft, intent_id, situation, answer)
    _act(case, draft, intent_id, situation, answer)
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


def _say(
    case: Case, draft: Draft, intent_id: str, situation: Situation, answer: Answer
) -> Said:
    """Say it with the best script for the outcome; a refusal has the intent's own."""
    given = answer.grant or situation.standing.offer
    shown = given if answer.grant or answer.outcome is Outcome.STANDING else None
    said = draft.say_offer(
        intent_id,
        situation=replace(
            case.situation,
            outcome=answer.outcome.value,
            rung=None if shown is None else shown.kind.value,
            tactic=situation.tactic.value,
        ),
        values=_values(case, situation, answer),
    )
    if said is Said.SPOKEN or answer.outcome not in _AS_TODAY:
        return said
    return draft.say_script(intent_id, Use.REPLY, with_ticket=False)


def _values(case: Case, situation: Situation, answer: Answer) -> Mapping[str, str]:
    """Return the placeholders of an offer that have a value."""
    values = {"offer.list": format_fen(situation.list_total)}
    if situation.ask.price_fen is not None:
        values["offer.ask"] = format_fen(situation.ask.price_fen)
    if situation.ask.quantity > 1:
        values["offer.quantity"] = f"{situation.ask.quantity}件"
    if answer.grant is not None:
        values |= _grant_values(case, answer.grant)
    elif answer.outcome is Outcome.STANDING and situation.standing.offer is not None:
        values |= _offer_values(case, situation.standing.offer, situation.list_total)
    return values


def _grant_values(case: Case, grant: Grant) -> dict[str, str]:
    values = {
        "offer.price": format_fen(grant.price_fen),
        "offer.off": format_fen(grant.list_fen - grant.price_fen),
        "offer.name": grant.name,
        "offer.valid_until": _moment(case, _valid_until(case)),
    }
    if grant.replaces is not None:
        values["offer.instead"] = case.library.pack.bargaining.instead
    if isinstance(grant.redeem, Link):
        values["offer.link"] = grant.redeem.url
    return values


def _offer_values(case: Case, offer: OpenOffer, list_total: int) -> dict[str, str]:
    values = {
        "offer.price": format_fen(offer.price_fen),
        "offer.off": format_fen(list_total - offer.price_fen),
        "offer.name": offer.name,
        "offer.valid_until": _moment(case, offer.valid_until),
        OFFER_COUPON: "" if offer.coupon is None else offer.coupon,
    }
    if offer.link is not None:
        values["offer.link"] = offer.link
    return values


def _moment(case: Case, at: datetime) -> str:
    return format_time(at, timezone=case.context.facts.timezone, now=case.context.now)


def _valid_until(case: Case) -> datetime:
    bargaining = case.context.bargaining
    minutes = 0 if bargaining is None else bargaining.policy.valid_minutes
    return case.context.now + timedelta(minutes=minutes)


def _act(
    case: Case, draft: Draft, intent_id: str, situation: Situation, answer: Answer
) -> None:
    """Add what follows: the offer, the ticket of who carries it out, the ask itself."""
    item = case.context.facts.item
    item_id = "" if item is None else item.item_id
    grant = answer.grant
    if grant is not None:
        draft.add(
            GrantOffer(
                item_id=item_id,
                policy=situation.policy,
                grant=grant,
                valid_until=_valid_until(case),
                day_began_at=day_began_at(
                    case.context.now, timezone=case.context.facts.timezone
                ),
            )
        )
        if isinstance(grant.redeem, OrderChange):
            draft.add(_ticket(case, intent_id, grant))
    draft.add(
        RecordAsk(
            item_id=item_id,
            policy=situation.policy,
            tactic=situation.tactic,
            ask=situation.ask,
            answer=answer,
            expected_version=situation.standing.version,
        )
    )
    if answer.outcome is Outcome.AUTHORITY:
        draft.add(HandOver(reason=HandOverReason.AUTHORITY, intent_id=intent_id))
    draft.explain(_reason(situation.standing, answer))


def day_began_at(now: datetime, *, timezone: str) -> datetime:
    """Return when the day of a moment began in a time zone, aware UTC."""
    local = now.astimezone(ZoneInfo(timezone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return midnight.astimezone(UTC)


def _ticket(case: Case, intent_id: str, grant: Grant) -> OpenTicket:
    """Return the ticket for the person who changes the order."""
    ticket_type = case.library.pack.bargaining.ticket
    item = case.context.facts.item
    if ticket_type is None or item is None:
        raise AssertionError("nothing is redeemed by a person without a ticket for it")
    opening = open_ticket(
        case, ticket_type=ticket_type, intent=case.library.intent(intent_id)
    )
    kind = case.library.pack.ticket_types[ticket_type]
    words = (
        f"{kind.zh}：{item.title}×{grant.quantity}，{_task(grant)}，"
        f"有效期至{_moment(case, _valid_until(case))}"
    )
    if grant.replaces is not None:
        words += f"；{case.library.pack.bargaining.instead}"
    due_at = min(opening.first_answer_due_at, _valid_until(case))
    return replace(opening, summary=words, first_answer_due_at=due_at)


def _task(grant: Grant) -> str:
    """Return in words what is to be done with the order."""
    if grant.price_fen < grant.list_fen:
        return f"商品总价{format_fen(grant.list_fen)}改为{format_fen(grant.price_fen)}"
    return f"赠送{grant.name}" if grant.name else "免邮费"


def _reason(standing: Standing, answer: Answer) -> str:
    """Return for managers what the ladder did."""
    return (
        f"bargaining: {answer.outcome.value},"
        f" rung {standing.rung}->{answer.rung},"
        f" rounds {standing.rounds}->{answer.rounds}"
    )
