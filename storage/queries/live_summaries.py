"""What is there to say in a line of each new row? Masked, for the agents' live socket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from storage.hot import HotStatement
from storage.queries.live import Change, Stream
from storage.queries.people_names import names_of
from storage.tables import (
    ConversationEventRow,
    ConversationRow,
    MessageRow,
    TicketEventRow,
    TicketRow,
    table_of,
)

_conversations = table_of(ConversationRow)
_events = table_of(ConversationEventRow)
_messages = table_of(MessageRow)
_ticket_events = table_of(TicketEventRow)
_tickets = table_of(TicketRow)

_LINE_LENGTH = 120
"""Characters of a message that are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One new row in a line."""

    kind: str
    """Who wrote a message, or what happened."""
    data: Mapping[str, Any]


def summaries(
    conn: Connection, shop_id: int, changes: Sequence[Change]
) -> dict[tuple[Stream, int], Summary]:
    """Return a line on each change that is still there, by stream and id."""
    rows = {
        (change.stream, change.id): _ROW[change.stream].first(
            conn, {"of_shop": shop_id, "of_row": change.id}
        )
        for change in changes
    }
    known = {place: row for place, row in rows.items() if row is not None}
    names = names_of(conn, [one for row in known.values() for one in _people(row)])
    return {
        (stream, row_id): _SUMMARY[stream](row, names)
        for (stream, row_id), row in known.items()
    }


def _people(row: Any) -> tuple[int | None, ...]:
    return (row.person_id, getattr(row, "served_by", None))


def _of_message(row: Any, names: Mapping[int, str]) -> Summary:
    return Summary(
        kind=row.sender.value,
        data={
            "text": row.search_text[:_LINE_LENGTH],
            "has_picture": row.image_url is not None,
            "user": names.get(row.person_id),
            "at": row.sent_at,
        },
    )


def _of_event(row: Any, names: Mapping[int, str]) -> Summary:
    return Summary(
        kind=row.kind.value,
        data={
            "user": names.get(row.person_id),
            "state": row.state.value,
            "version": row.version,
            "served_by": names.get(row.served_by),
            "at": row.at,
        },
    )


def _of_ticket_event(row: Any, names: Mapping[int, str]) -> Summary:
    return Summary(
        kind=row.kind.value,
        data={
            "number": row.number,
            "state": row.state,
            "version": row.version,
            "user": names.get(row.person_id),
            "at": row.at,
        },
    )


# Row by row: SQLite finds one by its key, for many it reads all rows of the shop.
_ROW = {
    Stream.MESSAGES: HotStatement(
        select(
            _messages.c.sender,
            _messages.c.search_text,
            _messages.c.image_url,
            _messages.c.person_id,
            _messages.c.sent_at,
        ).where(
            _messages.c.shop_id == bindparam("of_shop"),
            _messages.c.id == bindparam("of_row"),
        )
    ),
    Stream.CONVERSATION_EVENTS: HotStatement(
        select(
            _events.c.kind,
            _events.c.person_id,
            _events.c.at,
            _conversations.c.state,
            _conversations.c.version,
            _conversations.c.served_by,
        )
        .join_from(
            _events,
            _conversations,
            (_conversations.c.id == _events.c.conversation_id)
            & (_conversations.c.shop_id == _events.c.shop_id),
        )
        .where(
            _events.c.shop_id == bindparam("of_shop"),
            _events.c.id == bindparam("of_row"),
        )
    ),
    Stream.TICKET_EVENTS: HotStatement(
        select(
            _ticket_events.c.kind,
            _ticket_events.c.by_person.label("person_id"),
            _ticket_events.c.at,
            _tickets.c.number,
            _tickets.c.state,
            _tickets.c.version,
        )
        .join_from(
            _ticket_events,
            _tickets,
            (_tickets.c.id == _ticket_events.c.ticket_id)
            & (_tickets.c.shop_id == _ticket_events.c.shop_id),
        )
        .where(
            _ticket_events.c.shop_id == bindparam("of_shop"),
            _ticket_events.c.id == bindparam("of_row"),
        )
    ),
}
_SUMMARY = {
    Stream.MESSAGES: _of_message,
    Stream.CONVERSATION_EVENTS: _of_event,
    Stream.TICKET_EVENTS: _of_ticket_event,
}
