"""Down to which price may the item in question be spoken of?"""

from collections.abc import Iterable

from bot.bargaining.policy import MONEY, Policy, Rung, policy_for
from bot.facts import Item
from bot.guarding.prices import PriceLimit


def limit_of(item: Item | None, policies: Iterable[Policy] = ()) -> PriceLimit | None:
    """Return the limit of an item; None without an item, or when it has no floor.

    The bargaining policy in force for it says how far each person may go: down to the
    lowest price of the rungs within their authority, so with an authority of 0 down to
    the list price. Without a policy only the item's own floor holds.

    Args:
        item: What the text is about.
        policies: Of the shop; the most specific one that covers the item is in force.
    """
    if item is None:
        return None
    policy = policy_for(policies, item)
    floor_fen = None if policy is None else policy.floor_of(item)
    floor_fen = item.floor_fen if floor_fen is None else floor_fen
    if floor_fen is None:
        return None
    if policy is None or item.list_fen is None:
        return PriceLimit(
            item_id=item.item_id,
            list_fen=item.list_fen,
            floor_fen=floor_fen,
            title=item.title,
        )
    authority = policy.authority
    agent_fen = _lowest(item.list_fen, policy.rungs[: authority.agent], floor_fen)
    manager_fen = _lowest(item.list_fen, policy.rungs[: authority.manager], floor_fen)
    return PriceLimit(
        item_id=item.item_id,
        list_fen=item.list_fen,
        floor_fen=floor_fen,
        agent_floor_fen=agent_fen,
        manager_floor_fen=min(agent_fen, manager_fen),
        title=item.title,
        quantity_off=tuple(
            (one.at_least, one.off_fen) for one in policy.quantity_offers
        ),
    )


def _lowest(list_fen: int, rungs: tuple[Rung, ...], floor_fen: int) -> int:
    """Return the lowest price of one piece on these rungs; none is below the floor."""
    prices = [list_fen - rung.off_fen for rung in rungs if rung.kind in MONEY]
    return min([list_fen, *(price for price in prices if price >= floor_fen)])
