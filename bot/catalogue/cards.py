"""What is known of one thing the shop sells, beyond its title and price?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.catalogue.checking import WrongFactError
from bot.catalogue.validity import check_span


class NoReasonReturn(StrEnum):
    """May the buyer return it within seven days without a reason?"""

    YES = "yes"
    NO = "no"
    """The law itself leaves it out (消费者权益保护法 第二十五条第一款)."""
    CONFIRMED_EXCLUDED = "confirmed_excluded"
    """Unsuitable by nature; only where the buyer confirmed it at the purchase."""


class ReturnReason(StrEnum):
    """Why the right to return without a reason is left out.

    The first four are 消费者权益保护法 第二十五条第一款, the others
    网络购买商品七日无理由退货暂行办法 第七条, which need the buyer's confirmation.
    """

    CUSTOM_MADE = "custom_made"
    PERISHABLE = "perishable"
    DIGITAL = "digital"
    PERIODICAL = "periodical"
    UNSEALED_CHANGES = "unsealed_changes"
    """Safety, health or quality changes once it is unsealed."""
    USED_LOSES_VALUE = "used_loses_value"
    """Activated or tried, it loses much of its value."""
    DECLARED_DEFECT = "declared_defect"
    """Sold as near its date or with a named fault."""


REASONS: Mapping[NoReasonReturn, frozenset[ReturnReason]] = {
    NoReasonReturn.YES: frozenset(),
    NoReasonReturn.NO: frozenset(
        {
            ReturnReason.CUSTOM_MADE,
            ReturnReason.PERISHABLE,
            ReturnReason.DIGITAL,
            ReturnReason.PERIODICAL,
        }
    ),
    NoReasonReturn.CONFIRMED_EXCLUDED: frozenset(
        {
            ReturnReason.UNSEALED_CHANGES,
            ReturnReason.USED_LOSES_VALUE,
            ReturnReason.DECLARED_DEFECT,
        }
    ),
}
"""Which reasons a class may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """From ``low`` to ``high``, both of them in it."""

    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse a range without a value."""
        if not 0 <= self.low <= self.high < math.inf:
            raise WrongFactError("low", "must not be below 0 or above high")

    def holds(self, value: float) -> bool:
        """Return whether a value lies in it."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeRow:
    """Whom or what one size is for."""

    size: str
    height_cm: Range | None = None
    weight_jin: Range | None = None
    """A jin (斤) is half a kilogram."""
    measures: Mapping[str, Range] = field(default_factory=dict)
    """Other measures by name, such as 胸围 (厘米)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeChart:
    """The sizes of one item, the smallest first."""

    rows: tuple[SizeRow, ...]

    def __post_init__(self) -> None:
        """Refuse an empty chart and a size that stands there twice."""
        sizes = [row.size for row in self.rows]
        if not sizes or not all(size.strip() for size in sizes):
            raise WrongFactError("rows", "needs sizes with names")
        if len(set(sizes)) < len(sizes):
            raise WrongFactError("rows", "a size stands there twice")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCard:
    """What agents and the assistant may say of an item; empty parts are not known."""

    valid_from: datetime | None = None
    valid_until: datetime | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    """By name, in the order in which they are told: 面料 → 雪纺."""
    size_chart: SizeChart | None = None
    compatible: tuple[str, ...] = ()
    """Models that it fits."""
    care: tuple[str, ...] = ()
    """Steps, in order."""
    installation: tuple[str, ...] = ()
    """Steps, in order."""
    photos: tuple[str, ...] = ()
    """Addresses of true photographs."""
    no_reason_return: NoReasonReturn | None = None
    """None: nobody has said; then the assistant promises and refuses nothing."""
    return_reason: ReturnReason | None = None

    def __post_init__(self) -> None:
        """Refuse a span without a moment, and a class whose reason is missing or wrong."""
        check_span(self.valid_from, self.valid_until)
        allowed = (
            frozenset()
            if self.no_reason_return is None
            else REASONS[self.no_reason_return]
        )
        if allowed and self.return_reason not in allowed:
            names = ", ".join(sorted(allowed))
            raise WrongFactError(
                "return_reason", f"no_reason_return {self.no_reason_return}: {names}"
            )
        if not allowed and self.return_reason is not None:
            raise WrongFactError("return_reason", "nothing is left out: no reason")
