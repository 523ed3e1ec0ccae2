"""Tables: who is logged in, and who looked at what was masked."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, belongs_to, row_id, shop_column


class SessionRow(Base):
    """One login of one person; the token itself is only in their browser."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "person_id"), Index(None, "expires_at"))

    id: Mapped[int] = row_id()
    person_id: Mapped[int] = belongs_to("people")
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    """SHA-256 of the cookie's value."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class RevealRow(Base):
    """One look at a buyer's data without the mask, with the reason given for it."""

    __tablename__ = "reveals"
    __table_args__ = (Index(None, "shop_id", "id"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    person_id: Mapped[int] = belongs_to("people")
    buyer_id: Mapped[int] = belongs_to("buyers")
    field: Mapped[str]
    """What was looked at: ``phone``, ``address``, ``message:17`` …"""
    reason: Mapped[str]
    at: Mapped[datetime]
