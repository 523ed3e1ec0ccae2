"""Tables: what may be given away, what was asked for, what was given."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.bargaining.policy import RungKind, ScopeKind
from bot.bargaining.situation import Outcome, Tactic
from storage.states import OfferState
from storage.tables.base import Base, belongs_to, row_id, shop_column
from storage.types import ByValue, Id

OPEN_OFFER = text("state = 'open'")
FREE_COUPON = text("offer_id IS NULL")


class BargainingPolicyRow(Base):
    """The policy of one item, one category or the shop; also the lock of its budget."""

    __tablename__ = "bargaining_policies"
    __table_args__ = (UniqueConstraint("shop_id", "scope_kind", "scope_ref"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    scope_kind: Mapped[ScopeKind] = mapped_column(ByValue(ScopeKind))
    scope_ref: Mapped[str]
    """Empty for the shop."""
    terms: Mapped[dict[str, Any]]
    """As :func:`bot.bargaining.reading.read_policy` reads them."""
    version: Mapped[int]
    updated_at: Mapped[datetime]


class BargainingStateRow(Base):
    """How far one buyer has come on one item."""

    __tablename__ = "bargaining_states"
    __table_args__ = (
        UniqueConstraint("shop_id", "buyer_id", "item_id"),
        Index(None, "updated_at"),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    buyer_id: Mapped[int] = belongs_to("buyers")
    item_id: Mapped[str]
    rung: Mapped[int]
    rounds: Mapped[int]
    version: Mapped[int]
    updated_at: Mapped[datetime]


class BargainingAskRow(Base):
    """One ask and what it led to."""

    __tablename__ = "bargaining_asks"
    __table_args__ = (
        Index(None, "shop_id", "buyer_id", "item_id"),
        Index(None, "shop_id", "conversation_id", "id"),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    buyer_id: Mapped[int] = belongs_to("buyers")
    conversation_id: Mapped[int] = belongs_to("conversations")
    message_id: Mapped[int] = mapped_column(Id)
    """Of the turn's first message; 0: a person gave something unasked."""
    item_id: Mapped[str]
    tactic: Mapped[Tactic] = mapped_column(ByValue(Tactic))
    kind: Mapped[str]
    asked_fen: Mapped[int | None] = mapped_column(Id)
    quantity: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(ByValue(Outcome))
    rung: Mapped[int]
    """Reached after it."""
    rounds: Mapped[int]
    created_at: Mapped[datetime]


class OfferRow(Base):
    """One concession that was granted."""

    __tablename__ = "offers"
    __table_args__ = (
        Index(
            "uq_offers_open",
            "shop_id",
            "buyer_id",
            "item_id",
            unique=True,
            sqlite_where=OPEN_OFFER,
            postgresql_where=OPEN_OFFER,
        ),
        Index(
            "ix_offers_expiring",
            "valid_until",
            sqlite_where=OPEN_OFFER,
            postgresql_where=OPEN_OFFER,
        ),
        Index(None, "shop_id", "conversation_id", "created_at"),
        Index(None, "shop_id", "scope", "created_at"),
        Index(None, "shop_id", "created_at"),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    buyer_id: Mapped[int] = belongs_to("buyers")
    conversation_id: Mapped[int] = belongs_to("conversations")
    item_id: Mapped[str]
    scope: Mapped[str]
    """Of the policy, in one word; its budget of the day is counted by it."""
    kind: Mapped[RungKind] = mapped_column(ByValue(RungKind))
    rung: Mapped[int]
    """Position on the ladder, from 1; 0: for a quantity."""
    name: Mapped[str]
    quantity: Mapped[int]
    list_fen: Mapped[int] = mapped_column(Id)
    """Of all pieces."""
    price_fen: Mapped[int] = mapped_column(Id)
    cost_fen: Mapped[int] = mapped_column(Id)
    counted_fen: Mapped[int] = mapped_column(Id)
    """Of the budgets, with everything that it took the place of."""
    charged_fen: Mapped[int] = mapped_column(Id)
    """Its own part of that: the difference."""
    link: Mapped[str | None]
    state: Mapped[OfferState] = mapped_column(ByValue(OfferState))
    valid_until: Mapped[datetime]
    message_id: Mapped[int | None] = mapped_column(Id)
    """The message that told the buyer."""
    granted_by: Mapped[int | None] = belongs_to("people")
    """None: the assistant."""
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class CouponRow(Base):
    """One code of a pool; it goes to one offer and, once shown, to no other."""

    __tablename__ = "coupons"
    __table_args__ = (
        UniqueConstraint("shop_id", "pool", "code"),
        Index(
            "ix_coupons_free",
            "shop_id",
            "pool",
            "id",
            sqlite_where=FREE_COUPON,
            postgresql_where=FREE_COUPON,
        ),
        Index(None, "shop_id", "offer_id"),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    pool: Mapped[str]
    code: Mapped[str]
    offer_id: Mapped[int | None] = belongs_to("offers")
    added_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
