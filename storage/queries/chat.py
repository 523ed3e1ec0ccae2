"""What a buyer sees in the chat window."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from bot.messages import Sender
from storage.literals import is_just
from storage.states import ConversationEventKind, ConversationPhase, DeliveryState
from storage.tables import (
    BuyerRow,
    ConversationEventRow,
    ConversationRow,
    DeliveryRow,
    ItemRow,
    MessageRow,
    table_of,
)

_buyers = table_of(BuyerRow)
_conversations = table_of(ConversationRow)
_deliveries = table_of(DeliveryRow)
_events = table_of(ConversationEventRow)
_items = table_of(ItemRow)
_messages = table_of(MessageRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRecord:
    """One message as the buyer sees it."""

    message_id: int
    platform_message_id: str | None
    sender: Sender
    text: str
    image_url: str | None
    is_written_by_person: bool
    buttons: tuple[str, ...]
    attachments: tuple[str, ...]
    item_ref: str | None
    order_ref: str | None
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRecord:
    """Where a conversation stands, as far as its buyer may know."""

    buyer_ref: str
    """Whose it is: another's than before when they were forgotten."""
    phase: ConversationPhase
    ahead: int | None
    """Conversations that wait longer for a person; None: this one does not wait."""


def chat_after(
    conn: Connection, shop_id: int, *, conversation_id: int, after: int, limit: int
) -> list[ChatRecord]:
    """Return messages newer than an id, oldest first."""
    table = _messages.c
    statement = _seen(shop_id, conversation_id).where(table.id > after)
    return _records(conn, statement.order_by(table.id).limit(limit))


def chat_before(
    conn: Connection, shop_id: int, *, conversation_id: int, before: int, limit: int
) -> list[ChatRecord]:
    """Return the newest messages older than an id, oldest first."""
    table = _messages.c
    statement = _seen(shop_id, conversation_id).where(table.id < before)
    return _records(conn, statement.order_by(table.id.desc()).limit(limit))[::-1]


def chat_of(
    conn: Connection, shop_id: int, *, conversation_id: int, ids: Collection[int]
) -> list[ChatRecord]:
    """Return these messages, oldest first."""
    table = _messages.c
    statement = _seen(shop_id, conversation_id).where(table.id.in_(sorted(ids)))
    return _records(conn, statement.order_by(table.id))


def is_known_up_to(
    conn: Connection, shop_id: int, *, conversation_id: int, message_id: int
) -> bool:
    """Return whether who has seen this message has seen all that is older.

    Not so when the message is of another conversation, or when another conversation
    became part of this one after it.
    """
    table, events = _messages.c, _events.c
    seen_at = conn.scalar(
        select(table.created_at).where(
            table.shop_id == shop_id,
            table.id == message_id,
            table.conversation_id == conversation_id,
        )
    )
    if seen_at is None:
        return False
    merged = conn.scalar(
        select(events.id)
        .where(
            events.shop_id == shop_id,
            events.conversation_id == conversation_id,
            is_just(events.kind, ConversationEventKind.MERGED),
            events.at >= seen_at,
        )
        .limit(1)
    )
    return merged is None


def place(
    conn: Connection, shop_id: int, *, conversation_id: int
) -> PlaceRecord | None:
    """Return where a conversation stands, and how many wait longer than it."""
    table = _conversations.c
    row = conn.execute(
        select(table.buyer_ref, table.state, table.handed_over_at).where(
            table.shop_id == shop_id, table.id == conversation_id
        )
    ).one_or_none()
    if row is None:
        return None
    ahead = None
    if row.state is ConversationPhase.HANDED_OVER and row.handed_over_at is not None:
        ahead = _ahead(conn, shop_id, conversation_id, row.handed_over_at)
    return PlaceRecord(buyer_ref=row.buyer_ref, phase=row.state, ahead=ahead)


def conversation_of(
    conn: Connection, shop_id: int, *, pair: tuple[str, str]
) -> int | None:
    """Return the conversation of the buyer (connector, buyer_ref); None: none yet."""
    table, buyers = _conversations.c, _buyers.c
    found: int | None = conn.scalar(
        select(table.id)
        .join_from(
            _conversations,
            _buyers,
            and_(buyers.id == table.buyer_id, buyers.shop_id == table.shop_id),
        )
        .where(
            table.shop_id == shop_id,
            buyers.connector == pair[0],
            buyers.buyer_ref == pair[1],
        )
    )
    return found


def waiting(conn: Connection, shop_id: int, *, limit: int = 1000) -> list[int]:
    """Return the conversations that wait for a person, the longest first."""
    table = _conversations.c
    return list(
        conn.scalars(
            select(table.id)
            .where(
                table.shop_id == shop_id,
                is_just(table.state, ConversationPhase.HANDED_OVER),
                table.handed_over_at.is_not(None),
            )
            .order_by(table.handed_over_at, table.id)
            .limit(limit)
        )
    )


def conversation_of_messages(
    conn: Connection, shop_id: int, *, message_ids: Collection[int]
) -> int | None:
    """Return the conversation that these messages are in now; None: in several."""
    table = _messages.c
    found = conn.scalars(
        select(table.conversation_id)
        .where(table.shop_id == shop_id, table.id.in_(sorted(message_ids)))
        .distinct()
    ).all()
    return found[0] if len(found) == 1 else None


def titles(
    conn: Connection, shop_id: int, *, item_ids: Collection[str]
) -> dict[str, tuple[str, int | None]]:
    """Return title and list price, in fen, of those items that the shop has."""
    table = _items.c
    statement = select(table.item_id, table.title, table.list_fen).where(
        table.shop_id == shop_id, table.item_id.in_(sorted(item_ids))
    )
    return {row.item_id: (row.title, row.list_fen) for row in conn.execute(statement)}


def _ahead(
    conn: Connection, shop_id: int, conversation_id: int, since: datetime
) -> int:
    table = _conversations.c
    return conn.execute(
        select(func.count())
        .select_from(_conversations)
        .where(
            table.shop_id == shop_id,
            is_just(table.state, ConversationPhase.HANDED_OVER),
            or_(
                table.handed_over_at < since,
                and_(table.handed_over_at == since, table.id < conversation_id),
            ),
        )
    ).scalar_one()


def _seen(shop_id: int, conversation_id: int) -> Select[Any]:
    """Return the messages that the buyer may see: none that were withheld."""
    table, deliveries = _messages.c, _deliveries.c
    return (
        select(
            table.id,
            table.platform_message_id,
            table.sender,
            table.text,
            table.image_url,
            table.person_id,
            table.buttons,
            table.attachments,
            table.item_ref,
            table.order_ref,
            table.sent_at,
        )
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


def _records(conn: Connection, statement: Select[Any]) -> list[ChatRecord]:
    return [_record(row) for row in conn.execute(statement)]


def _record(row: Row[Any]) -> ChatRecord:
    return ChatRecord(
        message_id=row.id,
        platform_message_id=row.platform_message_id,
        sender=row.sender,
        text=row.text,
        image_url=row.image_url,
        is_written_by_person=row.sender is Sender.BUYER or row.person_id is not None,
        buttons=() if row.buttons is None else tuple(row.buttons),
        attachments=() if row.attachments is None else tuple(row.attachments),
        item_ref=row.item_ref,
        order_ref=row.order_ref,
        sent_at=row.sent_at,
    )
