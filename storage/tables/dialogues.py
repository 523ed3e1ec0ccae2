"""Table: flows of several turns, and where each stands in its conversation."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.flows.state import DialogueEnd
from storage.tables.base import Base, belongs_to, row_id, shop_column
from storage.types import ByValue

OPEN_DIALOGUE = text("closed_at IS NULL")


class DialogueRow(Base):
    """One flow of one conversation; at most one is open."""

    __tablename__ = "dialogues"
    __table_args__ = (
        Index(
            "uq_dialogues_open",
            "shop_id",
            "conversation_id",
            unique=True,
            sqlite_where=OPEN_DIALOGUE,
            postgresql_where=OPEN_DIALOGUE,
        ),
        Index(None, "shop_id", "conversation_id", "id"),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    conversation_id: Mapped[int] = belongs_to("conversations")
    flow_id: Mapped[str]
    intent_id: Mapped[str]
    """That started it."""
    step: Mapped[str]
    slots: Mapped[dict[str, Any]]
    """What the buyer told, by slot; text of theirs is masked."""
    tries: Mapped[int]
    """How often the open question was asked."""
    ticket_id: Mapped[int | None] = belongs_to("tickets")
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_reason: Mapped[DialogueEnd | None] = mapped_column(ByValue(DialogueEnd))
    version: Mapped[int]
