"""How old rows lose their words: in small batches that touch nothing younger.

Rows of a table are made in the order of their ids, so that what is too old is the
beginning of the table. A mark remembers how far it was blanked: each run reads on from
there and stops at the first row that is young enough.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, case, literal, select, update

from storage.repositories.blanking import NO_WORDS, blank_ticket_events
from storage.repositories.retention.walking import next_rows
from storage.repositories.upserts import upsert
from storage.states import ConversationEventKind, DeliveryState
from storage.tables import (
    ConversationEventRow,
    DeliveryRow,
    DialogueRow,
    MessageRow,
    PromiseRow,
    RatingRow,
    RetentionMarkRow,
    ReviewRow,
    SuggestionRow,
    TicketRow,
    table_of,
)
from storage.tables.desk import CLOSED_WORDED
from storage.tables.facts import WORDED_REVIEW
from storage.types import PlainJson

_conversation_events = table_of(ConversationEventRow)
_deliveries = table_of(DeliveryRow)
_dialogues = table_of(DialogueRow)
_marks = table_of(RetentionMarkRow)
_messages = table_of(MessageRow)
_promises = table_of(PromiseRow)
_ratings = table_of(RatingRow)
_reviews = table_of(ReviewRow)
_suggestions = table_of(SuggestionRow)
_tickets = table_of(TicketRow)

_ALL_SHOPS = "what is too old is so in every shop"
_UNDELIVERED = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.DEAD)


def blank_messages(conn: Connection, *, before: datetime, limit: int) -> int:
    """Blank the next messages made before a moment; return how many."""
    span = _blank_next(
        conn, _messages, _messages.c.created_at, NO_WORDS, before=before, limit=limit
    )
    if span is None:
        return 0
    table = _deliveries.c
    conn.execute(
        update(_deliveries)
        .where(table.message_id.between(span[0], span[1]))
        .values(
            last_error=None,
            # A dead letter without its words must never be sent again.
            state=case(
                (table.state.in_(_UNDELIVERED), DeliveryState.WITHHELD.value),
                else_=table.state,
            ),
        )
        .execution_options(all_shops=_ALL_SHOPS)
    )
    return span[2]


def blank_suggestions(conn: Connection, *, before: datetime, limit: int) -> int:
    """Blank the next suggestions made before a moment; return how many."""
    span = _blank_next(
        conn,
        _suggestions,
        _suggestions.c.created_at,
        {"text": ""},
        before=before,
        limit=limit,
    )
    return 0 if span is None else span[2]


def blank_ratings(conn: Connection, *, before: datetime, limit: int) -> int:
    """Blank the reasons of the next ratings given before a moment; return how many."""
    span = _blank_next(
        conn,
        _ratings,
        _ratings.c.created_at,
        {"reason": ""},
        before=before,
        limit=limit,
    )
    return 0 if span is None else span[2]


def blank_conversation_events(conn: Connection, *, before: datetime, limit: int) -> int:
    """Blank the notes among the next events before a moment; return how many passed."""
    table = _conversation_events.c
    is_wordless = table.kind == ConversationEventKind.HANDED_OVER
    span = _blank_next(
        conn,
        _conversation_events,
        table.at,
        {"data": case((is_wordless, table.data), else_=literal({}, PlainJson))},
        before=before,
        limit=limit,
    )
    return 0 if span is None else span[2]


def blank_dialogues(conn: Connection, *, before: datetime, limit: int) -> int:
    """Blank what buyers told the next flows begun before a moment; return how many."""
    span = _blank_next(
        conn,
        _dialogues,
        _dialogues.c.opened_at,
        {"slots": {}},
        before=before,
        limit=limit,
    )
    return 0 if span is None else span[2]


def blank_tickets(conn: Connection, *, before: datetime, limit: int) -> int:
    """Blank the next tickets closed before a moment, and their notes."""
    table = _tickets.c
    rows = conn.execute(
        select(table.id, table.shop_id)
        .where(CLOSED_WORDED, table.closed_at < before)
        .order_by(table.closed_at)
        .limit(limit)
        .execution_options(all_shops=_ALL_SHOPS)
    ).all()
    for shop_id in sorted({row.shop_id for row in rows}):
        ids = [row.id for row in rows if row.shop_id == shop_id]
        conn.execute(
            update(_tickets)
            .where(table.shop_id == shop_id, table.id.in_(ids))
            .values(summary="", data={}, cause=None, version=table.version + 1)
        )
        blank_ticket_events(conn, shop_id, ticket_ids=ids)
    return len(rows)


def blank_promises(conn: Connection, *, before: datetime, limit: int) -> int:
    """Blank the words of the next promises made before a moment; return how many."""
    span = _blank_next(
        conn,
        _promises,
        _promises.c.created_at,
        {"words": "", "reason": ""},
        before=before,
        limit=limit,
    )
    return 0 if span is None else span[2]


def blank_reviews(conn: Connection, *, before: datetime, limit: int) -> int:
    """Blank the words of the next reviews told before a moment; return how many."""
    table = _reviews.c
    ids = conn.scalars(
        select(table.id)
        .where(WORDED_REVIEW, table.told_at < before)
        .order_by(table.told_at)
        .limit(limit)
        .execution_options(all_shops=_ALL_SHOPS)
    ).all()
    conn.execute(
        update(_reviews)
        .where(table.id.in_(ids))
        .values(text="", cause=None)
        .execution_options(all_shops=_ALL_SHOPS)
    )
    return len(ids)


def _blank_next(
    conn: Connection,
    table: Any,
    time: Any,
    values: Mapping[str, Any],
    *,
    before: datetime,
    limit: int,
) -> tuple[int, int, int] | None:
    """Blank the next rows after the mark; return first id, last id and how many."""
    rows = next_rows(conn, table, time, _mark(conn, table.name), limit)
    old = list(takewhile(lambda row: row.time < before, rows))
    if not old:
        return None
    first, last = old[0].id, old[-1].id
    conn.execute(
        update(table)
        .where(table.c.id.between(first, last))
        .values(**values)
        .execution_options(all_shops=_ALL_SHOPS)
    )
    statement = upsert(conn, _marks).values(what=table.name, done_id=last)
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[_marks.c.what], set_={"done_id": last}
        )
    )
    return first, last, len(old)


def _mark(conn: Connection, what: str) -> int:
    """Return the mark of a table, held until the commit; 0 at first."""
    found = conn.scalar(
        select(_marks.c.done_id).where(_marks.c.what == what).with_for_update()
    )
    return 0 if found is None else int(found)
