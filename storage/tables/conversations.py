"""Tables: conversations, their messages, deliveries and suggestions."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.actions import Band
from bot.deciding.mood import Mood
from bot.messages import Sender
from storage.states import ConversationPhase, DeliveryState, Direction
from storage.tables.base import Base, belongs_to, row_id, shop_column
from storage.types import ByValue, Id

UNHANDLED = text("handled_at IS NULL AND direction = 'incoming'")
UNDELIVERED = text("state IN ('pending', 'sending')")
SERVED = text("state = 'served'")
WAITING = text("state = 'handed_over'")


class ConversationRow(Base):
    """All messages of one buyer on one connector, and where they stand."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("shop_id", "buyer_id"),
        Index(
            "ix_conversations_served_until",
            "served_until",
            sqlite_where=SERVED,
            postgresql_where=SERVED,
        ),
        Index(None, "shop_id", "state", "last_buyer_at", "id"),
        Index(
            "ix_conversations_waiting",
            "shop_id",
            "handed_over_at",
            "id",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    buyer_id: Mapped[int] = belongs_to("buyers")
    connector: Mapped[str]
    buyer_ref: Mapped[str]
    """As on the buyer, so that a reply can be addressed without a look-up."""
    version: Mapped[int]
    """Grows with each change that a decision depends on."""
    state: Mapped[ConversationPhase] = mapped_column(ByValue(ConversationPhase))
    served_by: Mapped[int | None] = belongs_to("people")
    served_until: Mapped[datetime | None]
    """The take-over is released then, unless the agent writes before."""
    release_told_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    """In the agents' queue since then; None: not waiting for a person."""
    misses: Mapped[int]
    is_greeted: Mapped[bool]
    last_intent: Mapped[str | None]
    used_variants: Mapped[list[Any]]
    """Pairs of script id and variants used, oldest script first."""
    question_id: Mapped[str | None]
    question_ticket_id: Mapped[int | None] = mapped_column(Id)
    question_review_id: Mapped[int | None] = mapped_column(Id)
    question_follow_up_id: Mapped[int | None] = mapped_column(Id)
    asked_at: Mapped[datetime | None]
    last_buyer_at: Mapped[datetime | None]
    last_item_ref: Mapped[str | None]
    last_order_ref: Mapped[str | None]
    mood: Mapped[Mood] = mapped_column(ByValue(Mood))
    """Of the buyer in the last turn."""
    stretch_at: Mapped[datetime | None]
    """When the buyer began to talk: after a long silence it begins anew."""
    created_at: Mapped[datetime]


class MessageRow(Base):
    """One message in either direction."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("shop_id", "connector", "platform_message_id"),
        Index(None, "conversation_id", "id"),
        Index(
            "ix_messages_unhandled",
            "id",
            sqlite_where=UNHANDLED,
            postgresql_where=UNHANDLED,
        ),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    conversation_id: Mapped[int] = belongs_to("conversations")
    sender: Mapped[Sender] = mapped_column(ByValue(Sender))
    direction: Mapped[Direction] = mapped_column(ByValue(Direction))
    text: Mapped[str]
    search_text: Mapped[str]
    """The text with personal data masked: the copy that is searched and logged."""
    image_url: Mapped[str | None]
    connector: Mapped[str]
    platform_message_id: Mapped[str | None]
    """Of incoming ones; makes intake idempotent. An agent's own id of their message has
    line breaks, which no platform's has."""
    is_verified: Mapped[bool]
    order_ref: Mapped[str | None]
    item_ref: Mapped[str | None]
    person_id: Mapped[int | None] = belongs_to("people")
    """The agent who wrote it."""
    intent_id: Mapped[str | None]
    confidence: Mapped[float | None]
    band: Mapped[Band | None] = mapped_column(ByValue(Band))
    script_id: Mapped[str | None]
    variant: Mapped[int | None]
    buttons: Mapped[list[Any] | None]
    attachments: Mapped[list[Any] | None]
    turn_first_id: Mapped[int | None] = mapped_column(Id)
    """First message of the turn that this one belongs to, or answers."""
    sent_at: Mapped[datetime]
    """By the platform's clock when it told one."""
    created_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    """Set on an incoming message by the turn that answered it."""


class DeliveryRow(Base):
    """An outgoing message's way to the platform: one row a message."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("message_id"),
        Index(
            "ix_deliveries_due",
            "next_at",
            sqlite_where=UNDELIVERED,
            postgresql_where=UNDELIVERED,
        ),
        Index(
            "ix_deliveries_order",
            "conversation_id",
            "id",
            sqlite_where=UNDELIVERED,
            postgresql_where=UNDELIVERED,
        ),
        Index(None, "shop_id", "state", "id"),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    conversation_id: Mapped[int] = belongs_to("conversations")
    message_id: Mapped[int] = belongs_to("messages")
    state: Mapped[DeliveryState] = mapped_column(ByValue(DeliveryState))
    attempts: Mapped[int]
    next_at: Mapped[datetime]
    """Due then: the first try, the next try, or the end of the lease."""
    lease_owner: Mapped[str | None]
    last_error: Mapped[str | None]
    delivered_at: Mapped[datetime | None]
    follow_up_id: Mapped[int | None] = mapped_column(Id)


class SuggestionRow(Base):
    """A reply offered to the agents of a conversation."""

    __tablename__ = "suggestions"
    __table_args__ = (Index(None, "shop_id", "conversation_id", "id"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    conversation_id: Mapped[int] = belongs_to("conversations")
    turn_first_id: Mapped[int | None] = mapped_column(Id)
    """First message of the turn it answers; None for a withheld follow-up."""
    text: Mapped[str]
    intent_id: Mapped[str | None]
    confidence: Mapped[float | None]
    script_id: Mapped[str | None]
    created_at: Mapped[datetime]
