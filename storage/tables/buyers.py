"""Tables: buyers, what they agreed to, and who must not be written to."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from storage.tables.base import Base, belongs_to, row_id, shop_column


class BuyerRow(Base):
    """One person as one platform knows them."""

    __tablename__ = "buyers"
    __table_args__ = (
        UniqueConstraint("shop_id", "connector", "buyer_ref"),
        Index(None, "shop_id", "buyer_ref"),
        Index(None, "shop_id", "phone_hash"),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    connector: Mapped[str]
    buyer_ref: Mapped[str]
    name: Mapped[str | None]
    phone_enc: Mapped[bytes | None]
    phone_hash: Mapped[bytes | None]
    """Keyed hash of the digits, to find a buyer by phone."""
    address_enc: Mapped[bytes | None]
    is_professional_reviewer: Mapped[bool]
    """Suspected; flagged by a person, never contacted about reviews."""
    created_at: Mapped[datetime]


class ConsentRow(Base):
    """One change of a buyer's consent; the newest by ``changed_at`` holds."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "shop_id", "buyer_id", "purpose", "changed_at"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    buyer_id: Mapped[int] = belongs_to("buyers")
    purpose: Mapped[str]
    is_given: Mapped[bool]
    source: Mapped[str]
    changed_at: Mapped[datetime]


class SuppressionRow(Base):
    """A buyer who wants no more messages, on any connector.

    Removed only when a manager lifts it, with a newer consent to show for it.
    """

    __tablename__ = "suppressions"
    __table_args__ = (UniqueConstraint("shop_id", "buyer_id"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    buyer_id: Mapped[int] = belongs_to("buyers")
    words: Mapped[str]
    """What they said, with personal data masked."""
    created_at: Mapped[datetime]
