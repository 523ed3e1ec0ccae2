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

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.bargaining.asks import Ask, AskKind
from bot.bargaining.policy import (
    MONEY,
    OrderChange,
    QuantityOffer,
    Rung,
    RungKind,
)
from bot.bargaining.situation import (
    Answer,
    Grant,
    OpenOffer,
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


def next_rung(situation: Situation) -> Grant | None:
    """Return the rung that this ask reaches by rounds.

    None when no rung is due, or none is left that can be given by the assistant now.
    """
    if not _is_due(situation):
        return None
    authority = situation.policy.authority.assistant
    for position, rung in _rungs_after(situation):
        grant = _rung_grant(situation, position, rung)
        if position <= authority and grant is not None:
            return grant
    return None


def give_rung(situation: Situation, position: int, *, authority: int) -> Grant | None:
    """Return a rung further down that a person gives by themselves.

    Rounds do not bind people; floor, budget, redemption and their authority do.
    """
    if position > authority:
        return None
    for further, rung in _rungs_after(situation):
        if further == position:
            return _rung_grant(situation, position, rung)
    return None


def needs_person(situation: Situation) -> bool:
    """Return whether a rung is due and left that only a person may give."""
    authority = situation.policy.authority
    highest = max(authority.agent, authority.manager)
    return _is_due(situation) and any(
        authority.assistant < position <= highest
        for position, _ in _rungs_after(situation)
    )


def _is_due(situation: Situation) -> bool:
    """Return whether enough asks were refused for a next rung; of 0 there is none."""
    wanted = situation.policy.rounds_per_rung
    return 0 < wanted <= situation.standing.rounds


def _rungs_after(situation: Situation) -> Iterator[tuple[int, Rung]]:
    """Yield position and rung of what lies further down, not below the floor."""
    reached = situation.standing.rung
    for position, rung in enumerate(situation.policy.rungs, start=1):
        if position > reached and _is_above_floor(situation, rung.off_fen):
            yield position, rung


def _rung_grant(situation: Situation, position: int, rung: Rung) -> Grant | None:
    """Return a rung as it can be given now, None when it cannot."""
    grant = Grant(
        kind=rung.kind,
        rung=position,
        quantity=situation.ask.quantity,
        list_fen=situation.list_total,
        price_fen=situation.list_total - rung.off_fen,
        cost_fen=rung.cost_fen,
        charge_fen=_charge(situation, rung.cost_fen),
        redeem=rung.redeem,
        name=rung.name,
        replaces=_replaced(situation),
    )
    return grant if _may_be_given(situation, grant) else None


def _may_be_given(situation: Situation, grant: Grant) -> bool:
    budget = situation.policy.budget
    return (
        min(budget.conversation_fen, budget.day_fen) > 0
        and situation.means.can(grant.redeem)
        and grant.charge_fen <= situation.budget_fen
        and _is_worth_more(situation.standing.offer, grant)
    )


def _is_worth_more(offer: OpenOffer | None, grant: Grant) -> bool:
    """Return whether an offer may take the place of the one on the table.

    Between two that lower the price it must lower it more. Otherwise the policy's order
    says what is more, and beside an offer for a quantity the cost does.
    """
    if offer is None:
        return True
    if offer.kind in MONEY and grant.kind in MONEY and offer.quantity == grant.quantity:
        return grant.price_fen < offer.price_fen
    if RungKind.QUANTITY in {offer.kind, grant.kind}:
        return grant.cost_fen > offer.cost_fen
    return True


def _charge(situation: Situation, cost_fen: int) -> int:
    """Return what an offer adds to the budgets: the difference to the open one."""
    offer = situation.standing.offer
    counted = 0 if offer is None else offer.counted_fen
    return max(0, cost_fen - counted)


def _replaced(situation: Situation) -> int | None:
    offer = situation.standing.offer
    return None if offer is None else offer.offer_id


def _is_above_floor(situation: Situation, off_fen: int) -> bool:
    quantity = situation.ask.quantity
    return situation.list_total - off_fen >= situation.floor_fen * quantity


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
        charge_fen=_charge(situation, cost_fen),
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
    if not _is_above_floor(situation, rung.off_fen):
        return None
    grant = _rung_grant(situation, offer.rung, rung)
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
        if _is_above_floor(situation, one.off_fen):
            grant = _for_quantity(situation, one)
            if _may_be_given(situation, grant):
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
        charge_fen=_charge(situation, one.cost_fen),
        redeem=OrderChange(),
        replaces=_replaced(situation),
    )


def _stay(standing: Standing, outcome: Outcome) -> Answer:
    return Answer(outcome=outcome, rung=standing.rung, rounds=standing.rounds)


def _refuse(standing: Standing, outcome: Outcome) -> Answer:
    return Answer(outcome=outcome, rung=standing.rung, rounds=standing.rounds + 1)
