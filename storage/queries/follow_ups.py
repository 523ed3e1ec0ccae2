"""What is known of follow-ups: lists with state and reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot.errors import NotFoundError
from bot.follow_ups.plans import Kind
from storage.literals import is_just
from storage.queries.claims import ClaimedFollowUp, load_claimed
from storage.states import FollowUpState
from storage.tables import FollowUpRow, table_of

_follow_ups = table_of(FollowUpRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpRecord:
    """One follow-up as it was read."""

    follow_up_id: int
    buyer_id: int
    conversation_id: int | None
    plan_id: str
    kind: Kind
    state: FollowUpState
    due_at: datetime
    deferred_from: datetime | None
    order_ref: str | None
    item_ref: str | None
    ticket_id: int | None
    review_id: int | None
    reason: str | None
    message_id: int | None
    sent_at: datetime | None
    answered_at: datetime | None
    answer: str | None


def follow_ups(
    conn: Connection,
    shop_id: int,
    *,
    state: FollowUpState | None = None,
    buyer_id: int | None = None,
    plan_id: str | None = None,
    limit: int = 50,
    after: int = 0,
) -> list[FollowUpRecord]:
    """Return follow-ups, oldest first; ``after`` is the id of the last one seen."""
    table = _follow_ups.c
    statement = select(_follow_ups).where(table.shop_id == shop_id, table.id > after)
    if state is not None:
        statement = statement.where(table.state == state)
    if buyer_id is not None:
        statement = statement.where(table.buyer_id == buyer_id)
    if plan_id is not None:
        statement = statement.where(table.plan_id == plan_id)
    rows = conn.execute(statement.order_by(table.id).limit(limit))
    return [_record(row) for row in rows]


def follow_up(conn: Connection, shop_id: int, follow_up_id: int) -> FollowUpRecord:
    """Return one follow-up.

    Raises:
        NotFoundError: The shop has no such follow-up.
    """
    table = _follow_ups.c
    row = conn.execute(
        select(_follow_ups).where(table.shop_id == shop_id, table.id == follow_up_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError("follow-up", follow_up_id)
    return _record(row)


def planned_until(
    conn: Connection, shop_id: int, *, until: datetime, limit: int
) -> list[ClaimedFollowUp]:
    """Return what will be due until a moment as a claim would; nobody claims it."""
    table = _follow_ups.c
    ids = conn.scalars(
        select(table.id)
        .where(
            table.shop_id == shop_id,
            is_just(table.state, FollowUpState.PLANNED),
            table.due_at <= until,
        )
        .order_by(table.due_at, table.id)
        .limit(limit)
    ).all()
    return load_claimed(conn, ids, owner="") if ids else []


def next_due_at(conn: Connection) -> datetime | None:
    """Return when the next planned follow-up is due, of all shops."""
    table = _follow_ups.c
    found: datetime | None = conn.scalar(
        select(func.min(table.due_at))
        .where(is_just(table.state, FollowUpState.PLANNED))
        .execution_options(all_shops="the scheduler's tick serves every shop")
    )
    return found


def _record(row: Row[Any]) -> FollowUpRecord:
    return FollowUpRecord(
        follow_up_id=row.id,
        buyer_id=row.buyer_id,
        conversation_id=row.conversation_id,
        plan_id=row.plan_id,
        kind=row.kind,
        state=row.state,
        due_at=row.due_at,
        deferred_from=row.deferred_from,
        order_ref=row.order_ref,
        item_ref=row.item_ref,
        ticket_id=row.ticket_id,
        review_id=row.review_id,
        reason=row.reason,
        message_id=row.message_id,
        sent_at=row.sent_at,
        answered_at=row.answered_at,
        answer=row.answer,
    )
