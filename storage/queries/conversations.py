"""What was said in a conversation, and where it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, select

from bot.errors import NotFoundError
from bot.messages import Sender
from storage.states import ConversationPhase, DeliveryState, Direction
from storage.tables import (
    ConversationRow,
    DeliveryRow,
    MessageRow,
    SuggestionRow,
    table_of,
)

_conversations = table_of(ConversationRow)
_deliveries = table_of(DeliveryRow)
_messages = table_of(MessageRow)
_suggestions = table_of(SuggestionRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRecord:
    """One message as it was read."""

    message_id: int
    conversation_id: int
    sender: Sender
    direction: Direction
    text: str
    image_url: str | None
    intent_id: str | None
    script_id: str | None
    buttons: tuple[str, ...]
    attachments: tuple[str, ...]
    sent_at: datetime
    delivery_state: DeliveryState | None
    """None for a buyer's message."""
    person_id: int | None = None
    """The agent who wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRecord:
    """Where one conversation stands."""

    conversation_id: int
    buyer_id: int
    connector: str
    buyer_ref: str
    version: int
    phase: ConversationPhase
    served_by: int | None
    served_until: datetime | None
    misses: int
    last_buyer_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionRecord:
    """One reply offered to agents."""

    suggestion_id: int
    text: str
    intent_id: str | None
    confidence: float | None
    script_id: str | None
    created_at: datetime


def messages_after(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    after: int = 0,
    limit: int = 200,
    direction: Direction | None = None,
) -> list[MessageRecord]:
    """Return messages of a conversation, oldest first, withheld ones left out."""
    table = _messages.c
    statement = _visible(shop_id, conversation_id).where(table.id > after)
    if direction is not None:
        statement = statement.where(table.direction == direction)
    rows = conn.execute(statement.order_by(table.id).limit(limit))
    return [_message(row) for row in rows]


def messages_before(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    before: int | None = None,
    limit: int = 50,
) -> list[MessageRecord]:
    """Return the newest messages older than ``before`` (None: of all), oldest first."""
    table = _messages.c
    statement = _visible(shop_id, conversation_id)
    if before is not None:
        statement = statement.where(table.id < before)
    rows = conn.execute(statement.order_by(table.id.desc()).limit(limit)).all()
    return [_message(row) for row in reversed(rows)]


def messages_of_turn(
    conn: Connection, shop_id: int, *, conversation_id: int, turn_first_id: int
) -> tuple[MessageRecord, ...]:
    """Return the replies that one turn led to, oldest first."""
    table = _messages.c
    statement = _visible(shop_id, conversation_id).where(
        table.turn_first_id == turn_first_id, table.direction == Direction.OUTGOING
    )
    return tuple(_message(row) for row in conn.execute(statement.order_by(table.id)))


def conversation(
    conn: Connection, shop_id: int, conversation_id: int
) -> ConversationRecord:
    """Return where a conversation stands.

    Raises:
        NotFoundError: The shop has no such conversation.
    """
    table = _conversations.c
    row = conn.execute(
        select(_conversations).where(
            table.shop_id == shop_id, table.id == conversation_id
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError("conversation", conversation_id)
    return ConversationRecord(
        conversation_id=row.id,
        buyer_id=row.buyer_id,
        connector=row.connector,
        buyer_ref=row.buyer_ref,
        version=row.version,
        phase=row.state,
        served_by=row.served_by,
        served_until=row.served_until,
        misses=row.misses,
        last_buyer_at=row.last_buyer_at,
        created_at=row.created_at,
    )


def suggestions(
    conn: Connection, shop_id: int, *, conversation_id: int, limit: int = 20
) -> list[SuggestionRecord]:
    """Return what agents were offered in a conversation, newest first."""
    table = _suggestions.c
    statement = (
        select(_suggestions)
        .where(table.shop_id == shop_id, table.conversation_id == conversation_id)
        .order_by(table.id.desc())
        .limit(limit)
    )
    return [
        SuggestionRecord(
            suggestion_id=row.id,
            text=row.text,
            intent_id=row.intent_id,
            confidence=row.confidence,
            script_id=row.script_id,
            created_at=row.created_at,
        )
        for row in conn.execute(statement)
    ]


def _visible(shop_id: int, conversation_id: int) -> Select[Any]:
    """Return the messages that the buyer's side may see, with their delivery."""
    table, deliveries = _messages.c, _deliveries.c
    return (
        select(_messages, deliveries.state.label("delivery_state"))
        .outerjoin_from(
            _messages,
            _deliveries,
            and_(
                deliveries.message_id == table.id, deliveries.shop_id == table.shop_id
            ),
        )
        .where(
            table.shop_id == shop_id,
            table.conversation_id == conversation_id,
            deliveries.state.is_distinct_from(DeliveryState.WITHHELD),
        )
    )


def _message(row: Row[Any]) -> MessageRecord:
    return MessageRecord(
        message_id=row.id,
        conversation_id=row.conversation_id,
        sender=row.sender,
        direction=row.direction,
        text=row.text,
        image_url=row.image_url,
        intent_id=row.intent_id,
        script_id=row.script_id,
        buttons=() if row.buttons is None else tuple(row.buttons),
        attachments=() if row.attachments is None else tuple(row.attachments),
        sent_at=row.sent_at,
        delivery_state=row.delivery_state,
        person_id=row.person_id,
    )
