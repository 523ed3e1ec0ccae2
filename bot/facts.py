"""What is true: items, orders, reviews and policies that a reply may speak of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.catalogue.cards import ProductCard
from bot.catalogue.catalogue import Catalogue


class OrderState(StrEnum):
    """Where an order stands."""

    UNPAID = "unpaid"
    PAID = "paid"
    SHIPPED = "shipped"
    SIGNED = "signed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing the shop sells."""

    item_id: str
    title: str
    list_fen: int | None = None
    floor_fen: int | None = None
    """Never shown to a buyer, never filled into a template."""
    stock: int | None = None
    """Pieces; 0 means sold out, None means unknown."""
    category: str | None = None
    restock_at: datetime | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    """attributes, size_chart, usage, compatible: phrases for the placeholders."""
    card: ProductCard | None = None
    """Typed; where it speaks of something, the phrase in ``details`` does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One line of an order."""

    item_id: str
    title: str | None = None
    quantity: int = 1
    price_fen: int | None = None
    is_exclusion_confirmed: bool | None = None
    """Whether the buyer confirmed at this purchase that the item is left out of returns
    without a reason; None: nothing is recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order as the shop's system told it last; times are aware UTC."""

    order_id: str
    """The shop's own number."""
    buyer_ref: str
    state: OrderState
    lines: tuple[OrderLine, ...] = ()
    paid_at: datetime | None = None
    promised_ship_at: datetime | None = None
    shipped_at: datetime | None = None
    courier: str | None = None
    tracking_no: str | None = None
    latest_track: str | None = None
    signed_at: datetime | None = None
    refund: str | None = None
    """State of a refund, None when there is none."""
    dispute: str | None = None
    """State of a dispute, None when there is none."""
    province: str | None = None
    """Where it goes, by the short name: 浙江."""
    city: str | None = None
    phone: str | None = field(default=None, repr=False)
    """Digits of the receiver's phone as they are told; stored sealed, never read back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One review of one order."""

    review_id: str
    order_id: str
    stars: int
    """1 to 5."""
    text: str
    created_at: datetime


NAMELESS: Final = "您好"
"""``{buyer.name}`` without a name, in a pack that says nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known for one turn."""

    policies: Mapping[str, str]
    """By placeholder, such as ``shop.name``; the shop's own over the pack's defaults."""
    buyer_name: str | None = None
    nameless: str = NAMELESS
    """What the trade calls somebody whose name is not known."""
    item: Item | None = None
    order: Order | None = None
    """The order the turn is about; only of a verified buyer."""
    open_order_count: int = 0
    timezone: str = "Asia/Shanghai"
    catalogue: Catalogue = field(default_factory=Catalogue)
    """What the shop has said of itself in typed facts."""
