"""How a follow-up is promised: once for what it is about."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, select

from bot.follow_ups.plans import Kind
from storage.hot import HotStatement
from storage.repositories.upserts import upsert_for
from storage.states import FollowUpState
from storage.tables import FollowUpRow, table_of
from storage.tables.desk import ONCE

_follow_ups = table_of(FollowUpRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFollowUp:
    """A message that we promise to send."""

    buyer_id: int
    plan_id: str
    kind: Kind
    due_at: datetime
    conversation_id: int | None = None
    order_ref: str | None = None
    item_ref: str | None = None
    ticket_id: int | None = None
    review_id: int | None = None
    """Row id of the review."""
    incident_id: int | None = None
    """Of whose end it tells."""
    dedupe_key: str | None = None
    """At most one planned, claimed or sent follow-up of a shop has it."""


def plan(
    conn: Connection, shop_id: int, *, value: NewFollowUp, now: datetime
) -> int | None:
    """Plan a follow-up and return its id; None when its like is planned or sent."""
    row = _plan_statement(conn.dialect.name).first(
        conn,
        {
            "shop_id": shop_id,
            "buyer_id": value.buyer_id,
            "conversation_id": value.conversation_id,
            "plan_id": value.plan_id,
            "kind": value.kind,
            "state": FollowUpState.PLANNED,
            "due_at": value.due_at,
            "order_ref": value.order_ref,
            "item_ref": value.item_ref,
            "ticket_id": value.ticket_id,
            "review_id": value.review_id,
            "incident_id": value.incident_id,
            "dedupe_key": value.dedupe_key,
            "created_at": now,
        },
    )
    return None if row is None else row.id


def was_planned(conn: Connection, shop_id: int, *, dedupe_key: str) -> bool:
    """Return whether a follow-up with this key was ever planned, whatever became of it.

    What was cancelled, by the buyer's answer or by a person, stays cancelled.
    """
    table = _follow_ups.c
    return (
        conn.scalar(
            select(table.id)
            .where(table.shop_id == shop_id, table.dedupe_key == dedupe_key)
            .limit(1)
        )
        is not None
    )


@cache
def _plan_statement(dialect: str) -> HotStatement:
    """Return the statement that plans a follow-up; built once a dialect."""
    table = _follow_ups.c
    return HotStatement(
        upsert_for(dialect, _follow_ups)
        .on_conflict_do_nothing(
            index_elements=[table.shop_id, table.dedupe_key], index_where=ONCE
        )
        .returning(table.id)
    )
