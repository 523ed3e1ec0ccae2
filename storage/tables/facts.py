"""Tables: items, orders, their events and reviews, as the shop's systems told them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.facts import OrderState
from storage.states import ReviewState
from storage.tables.base import Base, belongs_to, row_id, shop_column
from storage.types import ByValue, Id, PlainJson

FINISHED_ORDER = text("state IN ('completed', 'cancelled', 'refunded')")
PHONED_ORDER = text("phone_enc IS NOT NULL")
WORDED_REVIEW = text("text <> ''")


class ItemRow(Base):
    """One thing the shop sells."""

    __tablename__ = "items"
    __table_args__ = (UniqueConstraint("shop_id", "item_id"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    item_id: Mapped[str]
    """The shop's own number."""
    title: Mapped[str]
    list_fen: Mapped[int | None] = mapped_column(Id)
    floor_fen: Mapped[int | None] = mapped_column(Id)
    stock: Mapped[int | None] = mapped_column(Id)
    category: Mapped[str | None]
    restock_at: Mapped[datetime | None]
    details: Mapped[dict[str, Any]]
    card: Mapped[dict[str, Any] | None] = mapped_column(PlainJson)
    """The typed product card; None: nobody has made one."""
    card_version: Mapped[int]
    """Counts the changes of the card; 0: none yet."""
    card_told_at: Mapped[datetime | None]
    told_at: Mapped[datetime]
    """By the shop's clock; an older telling never replaces a newer one."""


class OrderRow(Base):
    """One order as it was told last."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("shop_id", "order_id"),
        Index(None, "shop_id", "buyer_ref", "told_at"),
        Index(
            "ix_orders_finished",
            "told_at",
            sqlite_where=FINISHED_ORDER,
            postgresql_where=FINISHED_ORDER,
        ),
        Index(
            "ix_orders_phoned",
            "shop_id",
            sqlite_where=PHONED_ORDER,
            postgresql_where=PHONED_ORDER,
        ),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    order_id: Mapped[str]
    buyer_ref: Mapped[str]
    state: Mapped[OrderState] = mapped_column(ByValue(OrderState))
    lines: Mapped[list[Any]]
    paid_at: Mapped[datetime | None]
    promised_ship_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    courier: Mapped[str | None]
    tracking_no: Mapped[str | None]
    latest_track: Mapped[str | None]
    signed_at: Mapped[datetime | None]
    refund: Mapped[str | None]
    dispute: Mapped[str | None]
    phone_enc: Mapped[bytes | None]
    """Sealed digits of the receiver's phone; only compared, never shown."""
    phone_hash: Mapped[bytes | None]
    """Keyed hash of them."""
    province: Mapped[str | None]
    """Where it goes; no more of an address is kept."""
    city: Mapped[str | None]
    told_at: Mapped[datetime]


class OrderEventRow(Base):
    """One change of an order."""

    __tablename__ = "order_events"
    __table_args__ = (Index(None, "shop_id", "order_row_id", "id"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    order_row_id: Mapped[int] = belongs_to("orders")
    what: Mapped[str]
    """``created``, or the names of the fields that changed, joined by a comma."""
    data: Mapped[dict[str, Any]]
    """Field → [before, after]."""
    told_at: Mapped[datetime]


class ReviewRow(Base):
    """One review of one order, and how far the care for it has come."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("shop_id", "review_id"),
        Index(None, "shop_id", "buyer_id"),
        Index(None, "shop_id", "ticket_id"),
        Index(
            "ix_reviews_worded",
            "told_at",
            sqlite_where=WORDED_REVIEW,
            postgresql_where=WORDED_REVIEW,
        ),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    review_id: Mapped[str]
    order_id: Mapped[str]
    buyer_id: Mapped[int | None] = belongs_to("buyers")
    """None: the order is not known, so nobody can be contacted."""
    stars: Mapped[int]
    text: Mapped[str]
    created_at: Mapped[datetime]
    state: Mapped[ReviewState] = mapped_column(ByValue(ReviewState))
    cause: Mapped[str | None]
    refused_at: Mapped[datetime | None]
    contacted_at: Mapped[datetime | None]
    ticket_id: Mapped[int | None] = mapped_column(Id)
    told_at: Mapped[datetime]
