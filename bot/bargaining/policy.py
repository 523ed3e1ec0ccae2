"""What may a shop give away when a buyer bargains? The terms of one item or more.

All amounts are integer fen. A 0 is a value everywhere: no round, no rung, no budget.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.facts import Item

_WHOLE: Final = 100
"""Per cent of the whole price."""


class RungKind(StrEnum):
    """What a rung of the ladder gives."""

    GIFT = "gift"
    COUPON = "coupon"
    FREE_POSTAGE = "free_postage"
    MONEY_OFF = "money_off"
    QUANTITY = "quantity"
    """Not a rung of its own: money off for whoever takes several."""


MONEY: Final = frozenset({RungKind.COUPON, RungKind.MONEY_OFF, RungKind.QUANTITY})
"""Kinds that lower the price of the goods; the others leave it as it is."""


class RedeemKind(StrEnum):
    """How policies name the ways of redemption."""

    COUPON_POOL = "coupon_pool"
    LINK = "link"
    ORDER_CHANGE = "order_change"


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponPool:
    """Redeemed with a code; each is one buyer's, and there are only so many."""

    pool: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Redeemed behind an http(s) address at which the price stands already."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange:
    """Redeemed by a person on duty who changes the order before it is paid."""


Redemption = CouponPool | Link | OrderChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of the ladder."""

    kind: RungKind
    redeem: Redemption
    cost_fen: int
    """What it costs the shop; counted against the budgets."""
    off_fen: int = 0
    """Off the price of one order; 0 for a gift and for free postage."""
    name: str = ""
    """What is given with the goods; only gifts have one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityOffer:
    """Money off one order for whoever takes at least so many; a person sets the price."""

    at_least: int
    off_fen: int
    cost_fen: int


class ScopeKind(StrEnum):
    """How much a policy covers."""

    ITEM = "item"
    CATEGORY = "category"
    SHOP = "shop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a policy covers; an item's own goes before its category's and the shop's."""

    kind: ScopeKind
    ref: str = ""
    """The item's id, the category's name; empty for the shop."""

    def __str__(self) -> str:
        """Return the scope in one word: ``item:MUG-01``, ``shop``."""
        return f"{self.kind}:{self.ref}" if self.ref else self.kind.value

    def covers(self, item: Item) -> bool:
        """Return whether an item is in it."""
        match self.kind:
            case ScopeKind.ITEM:
                return item.item_id == self.ref
            case ScopeKind.CATEGORY:
                return item.category == self.ref
            case ScopeKind.SHOP:
                return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """How many rungs down each may go by themselves; 0 is none."""

    assistant: int
    agent: int
    manager: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The most that may be given away, as the sum of costs; 0 is nothing."""

    conversation_fen: int
    day_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything that decides about concessions on what it covers."""

    scope: Scope
    rungs: tuple[Rung, ...]
    rounds_per_rung: int
    """Refused asks before the next rung; 0: the assistant gives nothing at all."""
    authority: Authority
    budget: Budget
    valid_minutes: int
    act_minutes: int
    """A person who changes an order needs so many minutes before hours end."""
    floor_fen: int | None = None
    """Of one piece; of an item's own policy only."""
    floor_percent: int | None = None
    """Of the list price, 0 to 100; instead of ``floor_fen``."""
    quantity_offers: tuple[QuantityOffer, ...] = ()
    postage_fen: int | None = None
    """What buyers pay for postage; None: not known here, so that an asked price with
    free postage cannot be compared and counts as below."""

    def floor_of(self, item: Item) -> int | None:
        """Return the lowest price of one piece, None when the item has no list price.

        The higher of the policy's and the item's own floor holds; a share of the list
        price is rounded up.
        """
        if item.list_fen is None:
            return None
        floors = [item.floor_fen, self.floor_fen]
        if self.floor_percent is not None:
            floors.append(-(-item.list_fen * self.floor_percent // _WHOLE))
        return max((floor for floor in floors if floor is not None), default=None)


_ORDER: Final = tuple(ScopeKind)


def policy_for(policies: Iterable[Policy], item: Item) -> Policy | None:
    """Return the policy that holds for an item: its own, its category's, the shop's."""
    fitting = [policy for policy in policies if policy.scope.covers(item)]
    return min(
        fitting, key=lambda policy: _ORDER.index(policy.scope.kind), default=None
    )
