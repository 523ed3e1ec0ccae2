"""What does an amount of money stand for, and how low may it be?"""

from dataclasses import dataclass
from enum import StrEnum


class PriceRole(StrEnum):
    """What an amount in a text stands for."""

    ITEM_PRICE = "item_price"
    DISCOUNT = "discount"
    """Money off, a share of the price, or a coupon."""
    QUANTITY_PRICE = "quantity_price"
    """Of several pieces together: 两件100元, 第二件半价."""
    POSTAGE = "postage"
    REFUND = "refund"
    DIFFERENCE = "difference"
    THRESHOLD = "threshold"
    """Of a promotion: both amounts of 满300减30."""
    DEPOSIT = "deposit"
    OTHER = "other"
    """Nothing that is paid for the item: a gift's worth, the amount of an invoice."""
    DECLINED = "declined"
    """A price that the text refuses: 80元做不了."""
    UNKNOWN = "unknown"


JUDGED = frozenset((PriceRole.ITEM_PRICE, PriceRole.DISCOUNT, PriceRole.QUANTITY_PRICE))
"""Roles of an amount that says what a piece of the item costs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """One amount or discount in a text; positions are code points of that text."""

    role: PriceRole
    start: int
    end: int
    fen: int | None = None
    """The amount in fen; None of a share."""
    share: float | None = None
    """The share of the price that is still paid: 0.8 for 八折."""
    pieces: int = 1
    """Of a quantity price: for so many together."""
    ordinal: int | None = None
    """The amount is for the n-th piece: 2 for 第二件."""
    is_further: bool = False
    """It comes on top of the discount before it: 打九折再减10元."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLimit:
    """How low the price of one item may be said to be; amounts in fen."""

    item_id: str
    list_fen: int | None
    """None: not known, so that no discount can be judged."""
    floor_fen: int
    """Nobody goes below."""
    agent_floor_fen: int | None = None
    """An agent needs approval below; None: the floor."""
    manager_floor_fen: int | None = None
    """No person may go below; None: the floor."""
    title: str = ""
    """What the item is called: an amount after its name is its price."""
    quantity_off: tuple[tuple[int, int], ...] = ()
    """From how many pieces on how much is off the order, whoever of the shop says so."""

    def authority_fen(self, *, is_manager: bool, pieces: int = 1) -> float:
        """Return down to which price of one piece a person may go by themselves."""
        own = self.manager_floor_fen if is_manager else self.agent_floor_fen
        if own is None:
            return self.floor_fen
        offered = [
            self.list_fen - off / pieces
            for at_least, off in self.quantity_off
            if pieces >= at_least and self.list_fen is not None
        ]
        return max(min([own, *offered]), self.floor_fen)
