"""Tables: how anonymous buyers show that an order is theirs."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, belongs_to, row_id, shop_column
from storage.types import Id


class IdentityCheckRow(Base):
    """One question for an order's number and phone, and what has come of it.

    The newest of a conversation is the one that waits for its answer.
    """

    __tablename__ = "identity_checks"
    __table_args__ = (Index(None, "shop_id", "conversation_id", "id"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    conversation_id: Mapped[int] = belongs_to("conversations")
    intent_id: Mapped[str]
    """What the buyer wanted; gone on with once they are known."""
    asked_at: Mapped[datetime]
    order_ref: Mapped[str | None]
    """The number that was told; of a verified one the order."""
    digits_enc: Mapped[bytes | None]
    """Sealed digits that were told before the number; gone once they are compared."""
    verified_at: Mapped[datetime | None]
    verified_until: Mapped[datetime | None]
    """Until then this order, and no other, is spoken of."""
    closed_at: Mapped[datetime | None]
    """Nothing waits for an answer any more."""


class IdentityTryRow(Base):
    """One comparison: limits are counted by these rows, so that they outlive a restart."""

    __tablename__ = "identity_tries"
    __table_args__ = (
        UniqueConstraint("shop_id", "message_id"),
        Index(None, "shop_id", "conversation_id", "at"),
        Index(None, "shop_id", "order_hash", "at"),
        Index(None, "at"),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    conversation_id: Mapped[int] = belongs_to("conversations")
    message_id: Mapped[int] = mapped_column(Id)
    """First message of the turn: a turn that is decided again tries once."""
    order_hash: Mapped[bytes]
    """Keyed hash of the number that was told, known to us or not."""
    is_right: Mapped[bool]
    at: Mapped[datetime]
