"""Which messages of buyers wait for an answer?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from storage.states import Direction
from storage.tables import MessageRow, table_of
from storage.tables.conversations import UNHANDLED

_messages = table_of(MessageRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingMessage:
    """A buyer's message that waits for its turn."""

    message_id: int
    shop_id: int
    conversation_id: int
    text: str
    image_url: str | None
    order_ref: str | None
    item_ref: str | None
    is_verified: bool
    created_at: datetime


def unhandled_messages(
    conn: Connection, *, after: int = 0, limit: int = 10_000
) -> list[PendingMessage]:
    """Return what was taken in but not answered yet, of all shops, oldest first."""
    statement = (
        _pending()
        .where(UNHANDLED, _messages.c.id > after)
        .order_by(_messages.c.id)
        .limit(limit)
        .execution_options(all_shops="recovery at start takes up every shop's turns")
    )
    return [_message(row) for row in conn.execute(statement)]


def turn_rows(
    conn: Connection, shop_id: int, *, message_ids: Sequence[int]
) -> list[PendingMessage]:
    """Return these messages, oldest first."""
    table = _messages.c
    statement = (
        _pending()
        .where(table.shop_id == shop_id, table.id.in_(message_ids))
        .order_by(table.id)
    )
    return [_message(row) for row in conn.execute(statement)]


def rows_of_turn(
    conn: Connection, shop_id: int, *, conversation_id: int, first_message_id: int
) -> list[PendingMessage]:
    """Return what the buyer wrote in a turn that was handled, oldest first."""
    table = _messages.c
    statement = (
        _pending()
        .where(
            table.shop_id == shop_id,
            table.conversation_id == conversation_id,
            table.turn_first_id == first_message_id,
            table.direction == Direction.INCOMING,
        )
        .order_by(table.id)
    )
    return [_message(row) for row in conn.execute(statement)]


def _pending() -> Select[Any]:
    table = _messages.c
    return select(
        table.id,
        table.shop_id,
        table.conversation_id,
        table.text,
        table.image_url,
        table.order_ref,
        table.item_ref,
        table.is_verified,
        table.created_at,
    )


def _message(row: Row[Any]) -> PendingMessage:
    return PendingMessage(
        message_id=row.id,
        shop_id=row.shop_id,
        conversation_id=row.conversation_id,
        text=row.text,
        image_url=row.image_url,
        order_ref=row.order_ref,
        item_ref=row.item_ref,
        is_verified=row.is_verified,
        created_at=row.created_at,
    )
