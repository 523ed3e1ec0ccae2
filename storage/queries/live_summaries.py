"""What is there to say in a line of each new row? Masked, for the agents' live socket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

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
    ids: dict[Stream, list[int]] = {}
    for change in changes:
        ids.setdefault(change.stream, []).append(change.id)
    found: dict[tuple[Stream, int], Summary] = {}
    for stream, wanted in ids.items():
        for row_id, summary in _READERS[stream](conn, shop_id, wanted):
            found[stream, row_id] = summary
    return found


def _of_messages(
    conn: Connection, shop_id: int, ids: Sequence[int]
) -> list[tuple[int, Summary]]:
    table = _messages.c
    rows = conn.execute(
        select(
            table.id,
            table.sender,
            table.search_text,
            table.image_url,
            table.person_id,
            table.sent_at,
        ).where(table.shop_id == shop_id, table.id.in_(ids))
    ).all()
    names = names_of(conn, [row.person_id for row in rows])
    return [
        (
            row.id,
            Summary(
                kind=row.sender.value,
                data={
                    "text": row.search_text[:_LINE_LENGTH],
                    "has_picture": row.image_url is not None,
                    "user": names.get(row.person_id),
                    "at": row.sent_at,
                },
            ),
        )
        for row in rows
    ]


def _of_events(
    conn: Connection, shop_id: int, ids: Sequence[int]
) -> list[tuple[int, Summary]]:
    table, places = _events.c, _conversations.c
    rows = conn.execute(
        select(
            table.id,
            table.kind,
            table.person_id,
            table.at,
            places.state,
            places.version,
            places.served_by,
        )
        .join_from(_events, _conversations, places.id == table.conversation_id)
        .where(table.shop_id == shop_id, places.shop_id == shop_id, table.id.in_(ids))
    ).all()
    names = names_of(
        conn, [it for row in rows for it in (row.person_id, row.served_by)]
    )
    return [
        (
            row.id,
            Summary(
                kind=row.kind.value,
                data={
                    "user": names.get(row.person_id),
                    "state": row.state.value,
                    "version": row.version,
                    "served_by": names.get(row.served_by),
                    "at": row.at,
                },
            ),
        )
        for row in rows
    ]


def _of_ticket_events(
    conn: Connection, shop_id: int, ids: Sequence[int]
) -> list[tuple[int, Summary]]:
    table, tickets = _ticket_events.c, _tickets.c
    rows = conn.execute(
        select(
            table.id,
            table.kind,
            table.by_person,
            table.at,
            tickets.number,
            tickets.state,
            tickets.version,
        )
        .join_from(_ticket_events, _tickets, tickets.id == table.ticket_id)
        .where(table.shop_id == shop_id, tickets.shop_id == shop_id, table.id.in_(ids))
    ).all()
    names = names_of(conn, [row.by_person for row in rows])
    return [
        (
            row.id,
            Summary(
                kind=row.kind.value,
                data={
                    "number": row.number,
                    "state": row.state,
                    "version": row.version,
                    "user": names.get(row.by_person),
                    "at": row.at,
                },
            ),
        )
        for row in rows
    ]


_READERS = {
    Stream.MESSAGES: _of_messages,
    Stream.CONVERSATION_EVENTS: _of_events,
    Stream.TICKET_EVENTS: _of_ticket_events,
}
