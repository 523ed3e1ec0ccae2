"""What decides about an ask, and what it can lead to: the values of the ladder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.bargaining.asks import Ask, Table
from bot.bargaining.policy import (
    CouponPool,
    Link,
    OrderChange,
    Policy,
    Redemption,
    RungKind,
)


class Tactic(StrEnum):
    """How a buyer bargains; a pack declares it of its intents."""

    PLAIN = "plain"
    PROMISE = "promise"
    COMPARISON = "comparison"
    ULTIMATUM = "ultimatum"
    BUDGET = "budget"


class Outcome(StrEnum):
    """What an ask leads to."""

    ACCEPT = "accept"
    """What was asked for is granted."""
    AT_LIST = "at_list"
    """The asked price is the list price or more: nothing to grant."""
    STANDING = "standing"
    """The offer on the table gives it already."""
    AGREED = "agreed"
    """The buyer takes the offer on the table, at its price."""
    OFFER = "offer"
    """Not that, but the rung just reached."""
    REFUSE = "refuse"
    RESERVE = "reserve"
    """The buyer has too little now: ask when they can."""
    AUTHORITY = "authority"
    """Only a person may go further down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOffer:
    """What is on the table."""

    offer_id: int
    kind: RungKind
    rung: int
    """Position on the ladder, from 1; 0: for a quantity."""
    quantity: int
    price_fen: int
    """Of one order of that many pieces."""
    cost_fen: int
    counted_fen: int
    """Of the budgets, by it and by all that it took the place of."""
    valid_until: datetime
    name: str = ""
    coupon: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far one buyer has come on one item, in all conversations."""

    rung: int = 0
    """Position reached on the ladder; 0: none."""
    rounds: int = 0
    """Refused asks since then."""
    version: int = 0
    """Counts changes; 0: nothing is stored yet."""
    offer: OpenOffer | None = None
    """None: nothing is on the table, or its time is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What can be redeemed now."""

    coupons: Mapping[str, int] = field(default_factory=dict)
    """Codes left by pool."""
    can_change_orders: bool = False
    """A person is on duty with the minutes that it takes."""

    def can(self, redeem: Redemption) -> bool:
        """Return whether something is redeemed this way now."""
        match redeem:
            case CouponPool(pool=pool):
                return self.coupons.get(pool, 0) > 0
            case Link(url=url):
                return url != ""
            case OrderChange():
                return self.can_change_orders


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything that decides."""

    policy: Policy
    list_fen: int
    floor_fen: int
    """Of one piece, as the list price."""
    tactic: Tactic
    ask: Ask
    standing: Standing
    means: Means
    budget_fen: int
    """Left of the conversation's and the day's, whichever is less."""
    is_person_there: bool = False
    """Somebody may be asked who has more authority."""

    @property
    def list_total(self) -> int:
        """Return what the asked quantity costs by the list."""
        return self.list_fen * self.ask.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What is given, with everything that its redemption needs."""

    kind: RungKind
    rung: int
    quantity: int
    list_fen: int
    """Of all pieces."""
    price_fen: int
    """Of all pieces: what the buyer pays for the goods."""
    cost_fen: int
    charge_fen: int
    """Of the budgets; only the difference to what it takes the place of."""
    redeem: Redemption
    name: str = ""
    replaces: int | None = None
    """Id of the offer it takes the place of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an ask leads to, and where the ladder stands after it."""

    outcome: Outcome
    rung: int
    rounds: int
    grant: Grant | None = None


def table_of(list_fen: int, standing: Standing) -> Table:
    """Return what is on the table, for the reading of an ask."""
    offer = standing.offer
    if offer is None:
        return Table(list_fen=list_fen)
    return Table(
        list_fen=list_fen,
        offer_fen=offer.price_fen,
        offer_quantity=offer.quantity,
    )
