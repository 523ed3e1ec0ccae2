"""What is there to know of one conversation besides its messages?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.messages import Sender
from storage.queries.conversation_lists import ConversationLine, conversation_line
from storage.queries.identity import ShownOrder, shown_orders
from storage.queries.people_names import names_of
from storage.queries.promises import PromiseRecord, open_promises
from storage.queries.tickets import TicketRecord, ticket_record
from storage.states import ConversationEventKind, Direction
from storage.tables import (
    ConversationEventRow,
    ConversationRow,
    MessageRow,
    RatingRow,
    TicketRow,
    table_of,
)
from storage.tables.desk import ACTIVE_TICKET

_conversations = table_of(ConversationRow)
_events = table_of(ConversationEventRow)
_messages = table_of(MessageRow)
_ratings = table_of(RatingRow)
_tickets = table_of(TicketRow)

_MOST_RATINGS = 20
_LONGEST_BURST = 20
"""Messages of a buyer in a row that are read as what they want now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """One thing that happened to a conversation."""

    event_id: int
    kind: ConversationEventKind
    person_id: int | None
    user: str | None
    data: Mapping[str, Any]
    at: datetime
    to_user: str | None
    """To whom it was transferred."""
    from_user: str | None
    """From whom it was taken over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingRecord:
    """What a buyer thought of a conversation."""

    stars: int
    reason: str
    user: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationDetails:
    """One conversation with what surrounds it."""

    line: ConversationLine
    order_ref: str | None
    """The order that was spoken of last."""
    item_ref: str | None
    tickets: tuple[TicketRecord, ...]
    """The buyer's open ones."""
    ratings: tuple[RatingRecord, ...]
    """Newest first."""
    is_verified: bool
    """The platform vouches for the buyer of the newest message."""
    promises: tuple[PromiseRecord, ...] = ()
    """Those that wait to be kept, the next due first."""
    shown_orders: tuple[ShownOrder, ...] = ()
    """Those that an anonymous buyer has shown to be theirs, the newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """What a buyer wrote last, until somebody answered or they fell silent."""

    text: str
    message_ids: tuple[int, ...]
    is_verified: bool
    order_ref: str | None
    item_ref: str | None


def conversation_details(
    conn: Connection, shop_id: int, conversation_id: int
) -> ConversationDetails:
    """Return a conversation with its buyer's open tickets and its ratings.

    Raises:
        NotFoundError: The shop has no such conversation.
    """
    line = conversation_line(conn, shop_id, conversation_id)
    row = conn.execute(
        select(_conversations.c.last_order_ref, _conversations.c.last_item_ref).where(
            _conversations.c.shop_id == shop_id, _conversations.c.id == conversation_id
        )
    ).one()
    newest = last_burst(conn, shop_id, conversation_id)
    return ConversationDetails(
        line=line,
        order_ref=row.last_order_ref,
        item_ref=row.last_item_ref,
        tickets=open_tickets_of(conn, shop_id, buyer_id=line.buyer_id),
        ratings=_ratings_of(conn, shop_id, conversation_id),
        is_verified=newest is not None and newest.is_verified,
        shown_orders=tuple(
            shown_orders(conn, shop_id, conversation_id=conversation_id)
        ),
        promises=tuple(open_promises(conn, shop_id, conversation_id=conversation_id)),
    )


def open_tickets_of(
    conn: Connection, shop_id: int, *, buyer_id: int
) -> tuple[TicketRecord, ...]:
    """Return a buyer's open tickets, oldest first."""
    rows = conn.execute(
        select(_tickets)
        .where(
            _tickets.c.shop_id == shop_id,
            _tickets.c.buyer_id == buyer_id,
            ACTIVE_TICKET,
        )
        .order_by(_tickets.c.id)
    )
    return tuple(ticket_record(row) for row in rows)


def conversation_events(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    after: int = 0,
    limit: int = 50,
) -> list[EventRecord]:
    """Return what happened to a conversation, oldest first."""
    table = _events.c
    rows = conn.execute(
        select(_events)
        .where(
            table.shop_id == shop_id,
            table.conversation_id == conversation_id,
            table.id > after,
        )
        .order_by(table.id)
        .limit(limit)
    ).all()
    names = names_of(
        conn,
        [
            one
            for row in rows
            for one in (row.person_id, row.data.get("to"), row.data.get("from"))
        ],
    )
    return [
        EventRecord(
            event_id=row.id,
            kind=row.kind,
            person_id=row.person_id,
            user=names.get(row.person_id),
            data=row.data,
            at=row.at,
            to_user=names.get(row.data.get("to")),
            from_user=names.get(row.data.get("from")),
        )
        for row in rows
    ]


def last_burst(conn: Connection, shop_id: int, conversation_id: int) -> Burst | None:
    """Return the buyer's newest messages in a row; None when they wrote none."""
    table = _messages.c
    of_it = (table.shop_id == shop_id, table.conversation_id == conversation_id)
    newest = conn.scalar(
        select(table.id)
        .where(*of_it, table.direction == Direction.INCOMING)
        .order_by(table.id.desc())
        .limit(1)
    )
    if newest is None:
        return None
    rows = conn.execute(
        select(
            table.id,
            table.sender,
            table.text,
            table.is_verified,
            table.order_ref,
            table.item_ref,
        )
        .where(*of_it, table.id <= newest)
        .order_by(table.id.desc())
        .limit(_LONGEST_BURST)
    ).all()
    burst: list[Any] = []
    for row in rows:
        if row.sender is not Sender.BUYER:
            break
        burst.insert(0, row)
    return Burst(
        text="\n".join(row.text for row in burst),
        message_ids=tuple(row.id for row in burst),
        is_verified=all(row.is_verified for row in burst),
        order_ref=_last(row.order_ref for row in burst),
        item_ref=_last(row.item_ref for row in burst),
    )


def _last(values: Any) -> str | None:
    known = [value for value in values if value is not None]
    return known[-1] if known else None


def _ratings_of(
    conn: Connection, shop_id: int, conversation_id: int
) -> tuple[RatingRecord, ...]:
    table = _ratings.c
    rows = conn.execute(
        select(_ratings)
        .where(table.shop_id == shop_id, table.conversation_id == conversation_id)
        .order_by(table.id.desc())
        .limit(_MOST_RATINGS)
    ).all()
    names = names_of(conn, [row.person_id for row in rows])
    return tuple(
        RatingRecord(
            stars=row.stars,
            reason=row.reason,
            user=names.get(row.person_id),
            created_at=row.created_at,
        )
        for row in rows
    )
