"""Tables: tickets with their numbers and events, and follow-ups."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.desk.ticket_types import Phase, Priority
from bot.follow_ups.plans import Kind
from storage.states import CallBackResult, FollowUpState, TicketEventKind
from storage.tables.base import Base, belongs_to, row_id, shop_column
from storage.types import ByValue, Id

ACTIVE_TICKET = text("phase IN ('open', 'waiting')")
CLOSED_WORDED = text("phase = 'closed' AND summary <> ''")
UNANSWERED = text(
    "phase = 'open' AND first_answered_at IS NULL AND breached_first_at IS NULL"
)
UNPLANNED = text(
    "phase = 'open' AND plan_due_at IS NOT NULL"
    " AND planned_at IS NULL AND breached_plan_at IS NULL"
)
PLANNED = text("state = 'planned'")
CLAIMED = text("state = 'claimed'")
UNSENT = text("state IN ('planned', 'claimed')")
ONCE = text("dedupe_key IS NOT NULL AND state IN ('planned', 'claimed', 'sent')")
KEYED = text("dedupe_key IS NOT NULL")
ASKED = text(
    "state = 'sent' AND answer_until IS NOT NULL AND answered_at IS NULL"
    " AND answer IS NULL"
)
SENT_MARKETING = text("state = 'sent' AND kind = 'marketing'")


class TicketCounterRow(Base):
    """The last number given to a ticket of one type; also the lock for opening."""

    __tablename__ = "ticket_counters"

    shop_id: Mapped[int] = mapped_column(Id, ForeignKey("shops.id"), primary_key=True)
    ticket_type: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class TicketRow(Base):
    """One recorded problem with an owner and a state."""

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("shop_id", "number"),
        Index(
            "uq_tickets_active",
            "shop_id",
            "buyer_id",
            "ticket_type",
            "order_ref",
            unique=True,
            sqlite_where=ACTIVE_TICKET,
            postgresql_where=ACTIVE_TICKET,
        ),
        Index(
            "ix_tickets_unanswered",
            "first_answer_due_at",
            sqlite_where=UNANSWERED,
            postgresql_where=UNANSWERED,
        ),
        Index(
            "ix_tickets_unplanned",
            "plan_due_at",
            sqlite_where=UNPLANNED,
            postgresql_where=UNPLANNED,
        ),
        Index(
            "ix_tickets_closed_worded",
            "closed_at",
            sqlite_where=CLOSED_WORDED,
            postgresql_where=CLOSED_WORDED,
        ),
        Index(None, "shop_id", "phase", "id"),
        Index(None, "shop_id", "opened_at"),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    number: Mapped[str]
    ticket_type: Mapped[str]
    state: Mapped[str]
    phase: Mapped[Phase] = mapped_column(ByValue(Phase))
    priority: Mapped[Priority] = mapped_column(ByValue(Priority))
    buyer_id: Mapped[int] = belongs_to("buyers")
    conversation_id: Mapped[int | None] = belongs_to("conversations")
    order_ref: Mapped[str]
    """Empty when unknown, which counts as one order."""
    intent_id: Mapped[str | None]
    summary: Mapped[str]
    cause: Mapped[str | None]
    assignee_id: Mapped[int | None] = belongs_to("people")
    version: Mapped[int]
    first_answer_due_at: Mapped[datetime]
    first_answered_at: Mapped[datetime | None]
    plan_due_at: Mapped[datetime | None]
    planned_at: Mapped[datetime | None]
    breached_first_at: Mapped[datetime | None]
    breached_plan_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    """The clock stands still since then."""
    call_back_result: Mapped[CallBackResult] = mapped_column(ByValue(CallBackResult))
    opened_at: Mapped[datetime]
    solved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class TicketEventRow(Base):
    """One thing that happened to a ticket."""

    __tablename__ = "ticket_events"
    __table_args__ = (Index(None, "shop_id", "ticket_id", "id"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    ticket_id: Mapped[int] = belongs_to("tickets")
    kind: Mapped[TicketEventKind] = mapped_column(ByValue(TicketEventKind))
    by_person: Mapped[int | None] = belongs_to("people")
    """None: the program itself."""
    data: Mapped[dict[str, Any]]
    note: Mapped[str]
    at: Mapped[datetime]


class FollowUpRow(Base):
    """One message that we promised to send later."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        Index(
            "uq_follow_ups_dedupe_key",
            "shop_id",
            "dedupe_key",
            unique=True,
            sqlite_where=ONCE,
            postgresql_where=ONCE,
        ),
        Index(
            "ix_follow_ups_ever",
            "shop_id",
            "dedupe_key",
            sqlite_where=KEYED,
            postgresql_where=KEYED,
        ),
        Index(
            "ix_follow_ups_due",
            "due_at",
            sqlite_where=PLANNED,
            postgresql_where=PLANNED,
        ),
        Index(
            "ix_follow_ups_leased",
            "lease_until",
            sqlite_where=CLAIMED,
            postgresql_where=CLAIMED,
        ),
        Index(
            "ix_follow_ups_unanswered",
            "answer_until",
            sqlite_where=ASKED,
            postgresql_where=ASKED,
        ),
        Index(
            "ix_follow_ups_marketing",
            "shop_id",
            "buyer_id",
            "sent_at",
            sqlite_where=SENT_MARKETING,
            postgresql_where=SENT_MARKETING,
        ),
        Index(
            "ix_follow_ups_order",
            "shop_id",
            "order_ref",
            sqlite_where=UNSENT,
            postgresql_where=UNSENT,
        ),
        Index(
            "ix_follow_ups_ticket",
            "shop_id",
            "ticket_id",
            sqlite_where=UNSENT,
            postgresql_where=UNSENT,
        ),
        Index(
            "ix_follow_ups_review",
            "shop_id",
            "review_id",
            sqlite_where=UNSENT,
            postgresql_where=UNSENT,
        ),
        Index(None, "shop_id", "buyer_id", "state"),
        Index(None, "shop_id", "state", "id"),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    buyer_id: Mapped[int] = belongs_to("buyers")
    conversation_id: Mapped[int | None] = belongs_to("conversations")
    plan_id: Mapped[str]
    kind: Mapped[Kind] = mapped_column(ByValue(Kind))
    state: Mapped[FollowUpState] = mapped_column(ByValue(FollowUpState))
    due_at: Mapped[datetime]
    deferred_from: Mapped[datetime | None]
    """The first due time, when it was moved."""
    order_ref: Mapped[str | None]
    item_ref: Mapped[str | None]
    ticket_id: Mapped[int | None] = mapped_column(Id)
    review_id: Mapped[int | None] = mapped_column(Id)
    """Row id of the review."""
    incident_id: Mapped[int | None] = mapped_column(Id)
    dedupe_key: Mapped[str | None]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    reason: Mapped[str | None]
    """Why it was deferred, skipped, cancelled or ended."""
    message_id: Mapped[int | None] = mapped_column(Id)
    sent_at: Mapped[datetime | None]
    answer_until: Mapped[datetime | None]
    """Of one that asks a question: silence is recorded after this."""
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    created_at: Mapped[datetime]
