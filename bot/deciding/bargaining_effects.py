"""What is said of an ask's answer, and what follows: offer, ticket, the ask itself."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.actions import GrantOffer, HandOver, HandOverReason, OpenTicket, RecordAsk
from bot.bargaining.policy import Link, OrderChange
from bot.bargaining.situation import (
    Answer,
    Grant,
    OpenOffer,
    Outcome,
    Situation,
    Standing,
)
from bot.deciding.case import Case
from bot.deciding.consequences import open_ticket
from bot.deciding.draft import Draft, Said
from bot.deciding.saying import say_offer, say_script
from bot.replying.names import OFFER_COUPON
from bot.replying.render import format_time
from bot.replying.values import format_fen
from bot.scripts import Use

_ON_THE_TABLE: Final = frozenset({Outcome.STANDING, Outcome.AGREED})
"""Outcomes that speak of the open offer."""
_AS_TODAY: Final = frozenset({Outcome.REFUSE})
"""Outcomes that the replies of the intents themselves are made for, unless a script
with ``use: offer`` fits better."""


def say_answer(
    case: Case, draft: Draft, intent_id: str, situation: Situation, answer: Answer
) -> Said:
    """Say it with the best script for the outcome; a refusal has the intent's own."""
    given = answer.grant or situation.standing.offer
    shown = given if answer.grant or answer.outcome in _ON_THE_TABLE else None
    said = say_offer(
        draft,
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
    return say_script(draft, intent_id, Use.REPLY, with_ticket=False)


def _values(case: Case, situation: Situation, answer: Answer) -> Mapping[str, str]:
    """Return the placeholders of an offer that have a value."""
    values = {"offer.list": format_fen(situation.list_total)}
    if situation.ask.price_fen is not None:
        values["offer.ask"] = format_fen(situation.ask.price_fen)
    if situation.ask.quantity > 1:
        values["offer.quantity"] = f"{situation.ask.quantity}件"
    if answer.grant is not None:
        values |= _grant_values(case, answer.grant)
    elif answer.outcome in _ON_THE_TABLE and situation.standing.offer is not None:
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


def act_on(
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
