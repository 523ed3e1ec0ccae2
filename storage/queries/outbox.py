"""What the outbox still owes, and what it gave up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from storage.literals import is_one_of
from storage.states import DeliveryState
from storage.tables import ConversationRow, DeliveryRow, MessageRow, table_of

_conversations = table_of(ConversationRow)
_deliveries = table_of(DeliveryRow)
_messages = table_of(MessageRow)

_UNDELIVERED = (DeliveryState.PENDING, DeliveryState.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A message that could not be handed to its platform."""

    delivery_id: int
    message_id: int
    conversation_id: int
    connector: str
    text: str
    """Masked: this is shown in lists."""
    attempts: int
    last_error: str | None
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxLag:
    """How far the outbox is behind."""

    pending: int
    """Deliveries neither done nor given up, those that wait for a retry included."""
    oldest_due_at: datetime | None
    lag: timedelta
    """Since the oldest one was due; zero when nothing is due."""


def dead_letters(
    conn: Connection, shop_id: int, *, limit: int = 100, after: int = 0
) -> list[DeadLetter]:
    """Return what was given up, oldest first; ``after`` is the last id seen."""
    table, messages = _deliveries.c, _messages.c
    statement = (
        select(
            table.id,
            table.message_id,
            table.conversation_id,
            table.attempts,
            table.last_error,
            messages.connector,
            messages.search_text,
            messages.sent_at,
        )
        .join_from(_deliveries, _messages, messages.id == table.message_id)
        .where(
            table.shop_id == shop_id,
            messages.shop_id == shop_id,
            table.state == DeliveryState.DEAD,
            table.id > after,
        )
        .order_by(table.id)
        .limit(limit)
    )
    return [
        DeadLetter(
            delivery_id=row.id,
            message_id=row.message_id,
            conversation_id=row.conversation_id,
            connector=row.connector,
            text=row.search_text,
            attempts=row.attempts,
            last_error=row.last_error,
            sent_at=row.sent_at,
        )
        for row in conn.execute(statement)
    ]


def outbox_lag(conn: Connection, *, now: datetime) -> OutboxLag:
    """Return how much is owed, of all shops, and since when."""
    table = _deliveries.c
    statement = (
        select(func.count(), func.min(table.next_at))
        .where(is_one_of(table.state, *_UNDELIVERED))
        .execution_options(all_shops="readiness is asked of the whole process")
    )
    pending, oldest = conn.execute(statement).one()
    is_late = oldest is not None and oldest < now
    return OutboxLag(
        pending=pending,
        oldest_due_at=oldest,
        lag=now - oldest if is_late else timedelta(),
    )


def next_due_at(conn: Connection) -> datetime | None:
    """Return when the next delivery is due, of all shops; None when nothing is owed."""
    table = _deliveries.c
    statement = (
        select(func.min(table.next_at))
        .where(is_one_of(table.state, *_UNDELIVERED))
        .execution_options(all_shops="the outbox sleeps until any shop's next delivery")
    )
    found: datetime | None = conn.scalar(statement)
    return found
