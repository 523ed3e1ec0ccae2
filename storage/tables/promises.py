"""Tables: what was promised to buyers."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.promises.kinds import PromiseState
from storage.tables.base import Base, belongs_to, row_id, shop_column
from storage.types import ByValue, Id

UNSETTLED = text("state IN ('open', 'warned')")
UNFULFILLED = text("state IN ('open', 'warned', 'breached') AND kept_at IS NULL")


class PromiseRow(Base):
    """One promise of an outgoing message, and what became of it."""

    __tablename__ = "promises"
    __table_args__ = (
        Index(
            "uq_promises_open",
            "shop_id",
            "buyer_id",
            "about",
            "order_ref",
            unique=True,
            sqlite_where=UNSETTLED,
            postgresql_where=UNSETTLED,
        ),
        Index(
            "ix_promises_due",
            "next_at",
            sqlite_where=UNSETTLED,
            postgresql_where=UNSETTLED,
        ),
        Index(
            "ix_promises_order",
            "shop_id",
            "order_ref",
            sqlite_where=UNFULFILLED,
            postgresql_where=UNFULFILLED,
        ),
        Index(None, "shop_id", "state", "id"),
        Index(None, "shop_id", "person_id", "id"),
        Index(None, "conversation_id", "id"),
        Index(None, "message_id"),
        Index(None, "shop_id", "buyer_id"),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    conversation_id: Mapped[int] = belongs_to("conversations")
    buyer_id: Mapped[int] = belongs_to("buyers")
    order_ref: Mapped[str]
    """Empty when unknown, which counts as one order."""
    message_id: Mapped[int] = mapped_column(Id)
    """Where it was said last with the time that holds."""
    kind: Mapped[str]
    about: Mapped[str]
    words: Mapped[str]
    """What was said, with personal data masked."""
    amount_fen: Mapped[int | None] = mapped_column(Id)
    state: Mapped[PromiseState] = mapped_column(ByValue(PromiseState))
    due_at: Mapped[datetime]
    next_at: Mapped[datetime]
    """Looked at then: to warn, to see whether it was kept, or at the end of the lease."""
    lease_owner: Mapped[str | None]
    person_id: Mapped[int | None] = belongs_to("people")
    """The agent who promised it; None: the assistant."""
    ticket_id: Mapped[int | None] = mapped_column(Id)
    """The ticket it was promised for, else the one that its breach opened."""
    warned_at: Mapped[datetime | None]
    kept_at: Mapped[datetime | None]
    """Fulfilled since then, in time or late."""
    breached_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = belongs_to("people")
    """Who said that it is kept or void; None: a fact did."""
    reason: Mapped[str]
    """Why it is void, or how a person knows that it is kept."""
    created_at: Mapped[datetime]
