"""How old rows lose their words: in small batches that touch nothing younger.

Rows of a table are made in the order of their ids, so that what is too old is the
beginning of the table. A mark remembers how far it was blanked: each run reads on from
there and stops at the first row that is young enough.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Row, case, delete, exists, literal, select, update

from storage.literals import is_one_of
from storage.repositories.blanking import NO_WORDS, blank_ticket_events
from storage.repositories.upserts import upsert
from storage.states import ConversationEventKind, DeliveryState, FollowUpState
from storage.tables import (
    AuditRow,
    ConversationEventRow,
    DeliveryRow,
    FollowUpRow,
    IdentityCheckRow,
    IdentityTryRow,
    MediaRow,
    MessageRow,
    OrderEventRow,
    OrderRow,
    PromiseRow,
    RatingRow,
    RetentionMarkRow,
    RevealRow,
    ReviewRow,
    SessionRow,
    SuggestionRow,
    TicketRow,
    table_of,
)
from storage.tables.desk import ACTIVE_TICKET, CLOSED_WORDED
from storage.tables.facts import FINISHED_ORDER, WORDED_REVIEW
from storage.types import PlainJson

_audit = table_of(AuditRow)
_conversation_events = table_of(ConversationEventRow)
_deliveries = table_of(DeliveryRow)
_follow_ups = table_of(FollowUpRow)
_marks = table_of(RetentionMarkRow)
_media = table_of(MediaRow)
_messages = table_of(MessageRow)
_order_events = table_of(OrderEventRow)
_orders = table_of(OrderRow)
_checks = table_of(IdentityCheckRow)
_promises = table_of(PromiseRow)
_tries = table_of(IdentityTryRow)
_ratings = table_of(RatingRow)
_reveals = table_of(RevealRow)
_reviews = table_of(ReviewRow)
_sessions = table_of(SessionRow)
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
            .values(summary="", cause=None, version=table.version + 1)
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


def delete_identity(conn: Connection, *, before: datetime, limit: int) -> int:
    """Delete what strangers were asked, told and tried before a moment."""
    return _delete_first(
        conn, _tries, _tries.c.at, before=before, limit=limit
    ) + _delete_first(conn, _checks, _checks.c.asked_at, before=before, limit=limit)


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


def delete_orders(conn: Connection, *, before: datetime, limit: int) -> int:
    """Delete the next finished orders told before a moment that nothing waits for."""
    table = _orders.c
    is_followed = exists().where(
        _follow_ups.c.shop_id == table.shop_id,
        _follow_ups.c.order_ref == table.order_id,
        is_one_of(_follow_ups.c.state, FollowUpState.PLANNED, FollowUpState.CLAIMED),
    )
    is_worked_on = exists().where(
        _tickets.c.shop_id == table.shop_id,
        _tickets.c.order_ref == table.order_id,
        ACTIVE_TICKET,
    )
    ids = conn.scalars(
        select(table.id)
        .where(FINISHED_ORDER, table.told_at < before, ~is_followed, ~is_worked_on)
        .order_by(table.told_at)
        .limit(limit)
        .execution_options(all_shops=_ALL_SHOPS)
    ).all()
    for row_id in ids:
        _delete_order(conn, row_id)
    return len(ids)


def delete_audit(conn: Connection, *, before: datetime, limit: int) -> int:
    """Delete what was done and looked at before a moment; return how many."""
    return _delete_first(
        conn, _audit, _audit.c.at, before=before, limit=limit
    ) + _delete_first(conn, _reveals, _reveals.c.at, before=before, limit=limit)


def delete_sessions(conn: Connection, *, before: datetime, limit: int) -> int:
    """Delete log-ins that ended before a moment; return how many."""
    table = _sessions.c
    ended = (
        select(table.id)
        .where(table.expires_at < before)
        .order_by(table.expires_at)
        .limit(limit)
    )
    return conn.execute(delete(_sessions).where(table.id.in_(ended))).rowcount


def old_media(
    conn: Connection, *, before: datetime, limit: int
) -> list[tuple[int, int, str]]:
    """Return row id, shop and name of the next pictures sent before a moment."""
    table = _media.c
    rows = conn.execute(
        select(table.id, table.shop_id, table.name)
        .where(table.created_at < before)
        .order_by(table.created_at)
        .limit(limit)
        .execution_options(all_shops=_ALL_SHOPS)
    )
    return [(row.id, row.shop_id, row.name) for row in rows]


def delete_media(conn: Connection, *, ids: list[int]) -> int:
    """Delete the rows of pictures whose files are gone; return how many."""
    return conn.execute(
        delete(_media)
        .where(_media.c.id.in_(ids))
        .execution_options(all_shops=_ALL_SHOPS)
    ).rowcount


def known_media(conn: Connection, *, names: list[str]) -> set[str]:
    """Return which of these names are pictures that a row tells of."""
    return set(
        conn.scalars(
            select(_media.c.name)
            .where(_media.c.name.in_(names))
            .execution_options(all_shops=_ALL_SHOPS)
        )
    )


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
    rows = _next(conn, table, time, _mark(conn, table.name), limit)
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


def _delete_first(
    conn: Connection, table: Any, time: Any, *, before: datetime, limit: int
) -> int:
    rows = _next(conn, table, time, 0, limit)
    old = list(takewhile(lambda row: row.time < before, rows))
    if old:
        conn.execute(
            delete(table)
            .where(table.c.id.between(old[0].id, old[-1].id))
            .execution_options(all_shops=_ALL_SHOPS)
        )
    return len(old)


def _next(
    conn: Connection, table: Any, time: Any, after: int, limit: int
) -> list[Row[Any]]:
    return list(
        conn.execute(
            select(table.c.id, time.label("time"))
            .where(table.c.id > after)
            .order_by(table.c.id)
            .limit(limit)
            .execution_options(all_shops=_ALL_SHOPS)
        )
    )


def _mark(conn: Connection, what: str) -> int:
    """Return the mark of a table, held until the commit; 0 at first."""
    found = conn.scalar(
        select(_marks.c.done_id).where(_marks.c.what == what).with_for_update()
    )
    return 0 if found is None else int(found)


def _delete_order(conn: Connection, row_id: int) -> None:
    conn.execute(
        delete(_order_events)
        .where(_order_events.c.order_row_id == row_id)
        .execution_options(all_shops=_ALL_SHOPS)
    )
    conn.execute(
        delete(_orders)
        .where(_orders.c.id == row_id)
        .execution_options(all_shops=_ALL_SHOPS)
    )
