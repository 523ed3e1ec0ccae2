"""Which rungs of a ladder can be given now? By rounds, floor, budget and redemption."""

from collections.abc import Iterator

from bot.bargaining.policy import MONEY, Rung, RungKind
from bot.bargaining.situation import Grant, OpenOffer, Situation


def next_rung(situation: Situation) -> Grant | None:
    """Return the rung that this ask reaches by rounds.

    None when no rung is due, or none is left that can be given by the assistant now.
    """
    if not _is_due(situation):
        return None
    authority = situation.policy.authority.assistant
    for position, rung in _rungs_after(situation):
        grant = rung_grant(situation, position, rung)
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
            return rung_grant(situation, position, rung)
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
        if position > reached and is_above_floor(situation, rung.off_fen):
            yield position, rung


def rung_grant(situation: Situation, position: int, rung: Rung) -> Grant | None:
    """Return a rung as it can be given now, None when it cannot."""
    grant = Grant(
        kind=rung.kind,
        rung=position,
        quantity=situation.ask.quantity,
        list_fen=situation.list_total,
        price_fen=situation.list_total - rung.off_fen,
        cost_fen=rung.cost_fen,
        charge_fen=charge(situation, rung.cost_fen),
        redeem=rung.redeem,
        name=rung.name,
        replaces=replaced(situation),
    )
    return grant if may_be_given(situation, grant) else None


def may_be_given(situation: Situation, grant: Grant) -> bool:
    """Return whether budget, redemption and what is on the table allow a grant."""
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


def charge(situation: Situation, cost_fen: int) -> int:
    """Return what an offer adds to the budgets: the difference to the open one."""
    offer = situation.standing.offer
    counted = 0 if offer is None else offer.counted_fen
    return max(0, cost_fen - counted)


def replaced(situation: Situation) -> int | None:
    """Return the id of the open offer, whose place a grant takes."""
    offer = situation.standing.offer
    return None if offer is None else offer.offer_id


def is_above_floor(situation: Situation, off_fen: int) -> bool:
    """Return whether so much off all pieces leaves the floor or more."""
    quantity = situation.ask.quantity
    return situation.list_total - off_fen >= situation.floor_fen * quantity
