"""Tables: the shop's own chat window, and what happens to conversations."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.states import ConversationEventKind
from storage.tables.base import Base, belongs_to, row_id, shop_column
from storage.types import ByValue


class DeviceRow(Base):
    """One browser of a buyer in the chat window; the token itself is only there."""

    __tablename__ = "chat_devices"
    __table_args__ = (Index(None, "shop_id", "buyer_id"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    buyer_id: Mapped[int] = belongs_to("buyers")
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    """SHA-256 of the device's token."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class MediaRow(Base):
    """One picture a buyer sent, re-encoded; its file lies under ``var/media``."""

    __tablename__ = "media"
    __table_args__ = (
        Index(None, "shop_id", "buyer_id"),
        Index(None, "created_at"),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    buyer_id: Mapped[int] = belongs_to("buyers")
    name: Mapped[str] = mapped_column(unique=True)
    """The file's unguessable name with its suffix; whoever knows it may see it."""
    content_type: Mapped[str]
    size: Mapped[int]
    """Bytes of the file."""
    width: Mapped[int]
    height: Mapped[int]
    sha256: Mapped[bytes]
    created_at: Mapped[datetime]


class RatingRow(Base):
    """What a buyer thought of a conversation when it ended."""

    __tablename__ = "ratings"
    __table_args__ = (Index(None, "shop_id", "conversation_id"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    conversation_id: Mapped[int] = belongs_to("conversations")
    person_id: Mapped[int | None] = belongs_to("people")
    """Who served last; None: only the assistant did."""
    stars: Mapped[int]
    reason: Mapped[str]
    created_at: Mapped[datetime]


class ConversationEventRow(Base):
    """One thing that happened to a conversation besides its messages."""

    __tablename__ = "conversation_events"
    __table_args__ = (
        Index(None, "shop_id", "id"),
        Index(None, "conversation_id", "id"),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    conversation_id: Mapped[int] = belongs_to("conversations")
    kind: Mapped[ConversationEventKind] = mapped_column(ByValue(ConversationEventKind))
    person_id: Mapped[int | None] = belongs_to("people")
    """Who did it; None: the program, or the buyer."""
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class ForgottenBuyerRow(Base):
    """What stays of a buyer who was forgotten: that, when and by whom; no identity."""

    __tablename__ = "forgotten_buyers"
    __table_args__ = (Index(None, "shop_id", "ref_hash"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    ref_hash: Mapped[bytes]
    """Keyed hash of the platform's id; the same on every connector, as opting out is."""
    phone_hash: Mapped[bytes | None]
    is_suppressed: Mapped[bool]
    """They had opted out: whoever comes back with this hash stays opted out."""
    person_id: Mapped[int | None] = belongs_to("people")
    at: Mapped[datetime]
