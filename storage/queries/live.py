"""What has been added since? The tails of what people and buyers watch."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from storage.tables import (
    ConversationEventRow,
    MessageRow,
    TicketEventRow,
    TicketRow,
    table_of,
)

_events = table_of(ConversationEventRow)
_messages = table_of(MessageRow)
_ticket_events = table_of(TicketEventRow)
_tickets = table_of(TicketRow)


class Stream(StrEnum):
    """A table that only grows, and whose growth is told."""

    MESSAGES = "messages"
    CONVERSATION_EVENTS = "conversation_events"
    TICKET_EVENTS = "ticket_events"


@dataclass(frozen=True, slots=True)
class Change:
    """One row that was added."""

    stream: Stream
    id: int
    shop_id: int
    conversation_id: int | None
    """None: a ticket's event without a conversation."""
    kind: str | None = None
    """Of an event: what happened."""


_TABLES = {
    Stream.MESSAGES: _messages,
    Stream.CONVERSATION_EVENTS: _events,
    Stream.TICKET_EVENTS: _ticket_events,
}


def last_id(conn: Connection, *, stream: Stream) -> int:
    """Return the greatest id of a stream so far, of all shops; 0 when it is empty."""
    newest: int | None = conn.scalar(
        select(func.max(_TABLES[stream].c.id)).execution_options(
            all_shops="one reader follows the streams for every shop"
        )
    )
    return 0 if newest is None else newest


def added(
    conn: Connection,
    *,
    stream: Stream,
    after: int,
    missing: Collection[int],
    limit: int,
) -> list[Change]:
    """Return what is newer than ``after`` or among ``missing``, of all shops, by id.

    Args:
        conn: Of a reader.
        stream: Which table.
        after: The greatest id seen.
        missing: Ids below it that were not there yet: several writers commit in
            another order than they number.
        limit: Of the rows returned.
    """
    table = _TABLES[stream].c
    is_asked = table.id > after
    if missing:
        is_asked = or_(is_asked, table.id.in_(sorted(missing)))
    statement = (
        _places(stream)
        .where(is_asked)
        .order_by(table.id)
        .limit(limit)
        .execution_options(all_shops="one reader follows the streams for every shop")
    )
    return [Change(stream, *row) for row in conn.execute(statement)]


def _places(stream: Stream) -> Select[Any]:
    """Return the statement for id, shop and conversation of a stream's rows."""
    table = _TABLES[stream].c
    if stream is Stream.MESSAGES:
        return select(table.id, table.shop_id, table.conversation_id)
    if stream is Stream.CONVERSATION_EVENTS:
        return select(table.id, table.shop_id, table.conversation_id, table.kind)
    tickets = _tickets.c
    return select(
        table.id, table.shop_id, tickets.conversation_id, table.kind
    ).join_from(
        _ticket_events,
        _tickets,
        (tickets.id == table.ticket_id) & (tickets.shop_id == table.shop_id),
    )
