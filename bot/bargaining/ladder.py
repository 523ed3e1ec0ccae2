"""What does an ask lead to? A deterministic machine without clock, memory or person.

The situation that decides is item (its ladder), quantity, tactic, round, ask, rung and
the budget left, and what can be redeemed now. Who the buyer is is no part of it.

Prices. The price of a rung is what the buyer pays for the goods of one order at it: the
list price of all pieces less ``off_fen`` at a coupon or money off, the list price at a
gift or free postage, whose worth stands beside the price. Nothing is added up: an offer
takes the place of the one before. No rung is used whose price is below the floor.

Rounds. Every ask that is not accepted uses one. When as many are used as the policy
wants, the next ask reaches the next rung, in the policy's order, that can be redeemed,
lies within the assistant's authority and the budget, and is worth more than what is on
the table; rungs that are not so now are passed for good. An asked price is accepted when
it is not below the price of the rung so reached.
"""

from dataclasses import replace
from typing import Final

from bot.bargaining.asks import Ask, AskKind
from bot.bargaining.policy import (
    MONEY,
    OrderChange,
    QuantityOffer,
    RungKind,
)
from bot.bargaining.rungs import (
    charge,
    is_above_floor,
    may_be_given,
    needs_person,
    next_rung,
    replaced,
    rung_grant,
)
from bot.bargaining.situation import (
    Answer,
    Grant,
    Outcome,
    Situation,
    Standing,
    Tactic,
)


def answer_ask(situation: Situation) -> Answer:
    """Return what an ask leads to; equal situations have equal answers."""
    standing = situation.standing
    if situation.ask.kind is AskKind.ACCEPT and standing.offer is not None:
        return _stay(standing, Outcome.AGREED)
    if _is_given(situation):
        return _stay(standing, Outcome.STANDING)
    asked = _asked_for_goods(situation)
    if asked is not None and asked >= situation.list_total:
        return _stay(standing, Outcome.AT_LIST)
    return _answer_below_list(situation, asked)


def _answer_below_list(situation: Situation, asked: int | None) -> Answer:
    """Return what an ask leads to that only a concession meets."""
    standing = situation.standing
    reached = next_rung(situation)
    met = None if reached is None else _meet(situation, reached, asked)
    if met is not None:
        return Answer(outcome=Outcome.ACCEPT, rung=met.rung, rounds=0, grant=met)
    met = _accept_again(situation, asked) or _meet_quantity(situation, asked)
    if met is not None:
        return replace(_stay(standing, Outcome.ACCEPT), grant=met)
    if reached is None or _is_short(situation):
        return _refuse(standing, _refusal(situation))
    return Answer(outcome=Outcome.OFFER, rung=reached.rung, rounds=1, grant=reached)


def _is_short(situation: Situation) -> bool:
    """Return whether the buyer says how little they have: below the current rung."""
    return situation.tactic is Tactic.BUDGET and situation.ask.price_fen is not None


def _refusal(situation: Situation) -> Outcome:
    """Return which way an ask is refused."""
    if _is_short(situation):
        return Outcome.RESERVE
    if situation.is_person_there and needs_person(situation):
        return Outcome.AUTHORITY
    return Outcome.REFUSE


def _asked_for_goods(situation: Situation) -> int | None:
    """Return what is asked for the goods alone; None: no price, or not to be known.

    A price with postage in it is less for the goods by what postage is.
    """
    ask = situation.ask
    if ask.price_fen is None or not ask.with_postage:
        return ask.price_fen
    postage = situation.policy.postage_fen
    return None if postage is None else ask.price_fen - postage


def _is_given(situation: Situation) -> bool:
    """Return whether the offer on the table gives what is asked for."""
    offer, ask = situation.standing.offer, situation.ask
    if offer is None:
        return False
    if ask.price_fen is None:
        return _gives(offer.kind, ask) and offer.quantity == ask.quantity
    if offer.kind is RungKind.FREE_POSTAGE:
        return ask.with_postage and ask.price_fen >= situation.list_total
    asked = _asked_for_goods(situation)
    return (
        asked is not None
        and offer.kind in MONEY
        and offer.quantity == ask.quantity
        and asked >= offer.price_fen
    )


def _gives(kind: RungKind, ask: Ask) -> bool:
    """Return whether this is what is asked for without a figure."""
    return _KIND_OF.get(ask.kind) is kind


_KIND_OF: Final = {
    AskKind.FREE_POSTAGE: RungKind.FREE_POSTAGE,
    AskKind.GIFT: RungKind.GIFT,
    AskKind.QUANTITY: RungKind.QUANTITY,
}


def _meet(situation: Situation, grant: Grant, asked: int | None) -> Grant | None:
    """Return the grant that meets the ask, None when the rung reached does not."""
    ask = situation.ask
    if ask.price_fen is None:
        return grant if _gives(grant.kind, ask) else None
    if grant.kind is RungKind.FREE_POSTAGE and ask.with_postage:
        return grant if ask.price_fen >= situation.list_total else None
    if asked is None or grant.kind not in MONEY or asked < grant.price_fen:
        return None
    return _at_asked_price(situation, grant, asked)


def _at_asked_price(situation: Situation, grant: Grant, asked: int) -> Grant:
    """Return the grant at the asked price where a person sets it; else as it is.

    A coupon or link has its own price, which is not above the asked one.
    """
    if not isinstance(grant.redeem, OrderChange) or asked <= grant.price_fen:
        return grant
    cost_fen = max(0, grant.cost_fen - (asked - grant.price_fen))
    return replace(
        grant,
        price_fen=asked,
        cost_fen=cost_fen,
        charge_fen=charge(situation, cost_fen),
    )


def _accept_again(situation: Situation, asked: int | None) -> Grant | None:
    """Return the open offer's own rung at a lower price that it still allows.

    An accepted price may lie above its rung's; until the rung's own price is reached,
    lower asks are accepted, as they are not below the current rung.
    """
    offer = situation.standing.offer
    if offer is None or asked is None or offer.rung == 0:
        return None
    if offer.rung > len(situation.policy.rungs):
        return None
    rung = situation.policy.rungs[offer.rung - 1]
    if rung.kind not in MONEY or not isinstance(rung.redeem, OrderChange):
        return None
    if not is_above_floor(situation, rung.off_fen):
        return None
    grant = rung_grant(situation, offer.rung, rung)
    if grant is None or asked < grant.price_fen:
        return None
    return _at_asked_price(situation, grant, asked)


def _meet_quantity(situation: Situation, asked: int | None) -> Grant | None:
    """Return what the asked quantity gives, when it is not less than was asked for."""
    grant = _quantity_grant(situation)
    if grant is None or asked is None:
        return grant
    if asked < grant.price_fen:
        return None
    return _at_asked_price(situation, grant, asked)


def _quantity_grant(situation: Situation) -> Grant | None:
    """Return the best offer for the asked quantity that can be given now."""
    policy, ask = situation.policy, situation.ask
    if policy.rounds_per_rung == 0 or policy.authority.assistant == 0:
        return None
    fitting = [one for one in policy.quantity_offers if ask.quantity >= one.at_least]
    for one in sorted(fitting, key=lambda it: -it.off_fen):
        if is_above_floor(situation, one.off_fen):
            grant = _for_quantity(situation, one)
            if may_be_given(situation, grant):
                return grant
    return None


def _for_quantity(situation: Situation, one: QuantityOffer) -> Grant:
    return Grant(
        kind=RungKind.QUANTITY,
        rung=0,
        quantity=situation.ask.quantity,
        list_fen=situation.list_total,
        price_fen=situation.list_total - one.off_fen,
        cost_fen=one.cost_fen,
        charge_fen=charge(situation, one.cost_fen),
        redeem=OrderChange(),
        replaces=replaced(situation),
    )


def _stay(standing: Standing, outcome: Outcome) -> Answer:
    return Answer(outcome=outcome, rung=standing.rung, rounds=standing.rounds)


def _refuse(standing: Standing, outcome: Outcome) -> Answer:
    return Answer(outcome=outcome, rung=standing.rung, rounds=standing.rounds + 1)
