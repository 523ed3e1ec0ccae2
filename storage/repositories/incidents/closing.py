"""How everybody who was told of an incident is promised a message when it is over.

The end of an incident is one fact; the promises follow it in batches, each batch in one
unit with the marks that it was made. So a kill loses none and repeats none.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select, update

from bot.follow_ups.plans import Kind
from bot.incidents.values import IncidentKind
from storage.repositories.changes import record_change
from storage.repositories.follow_ups.planning import NewFollowUp, plan
from storage.tables import IncidentContactRow, IncidentRow, table_of
from storage.tables.incidents import RUNNING, UNTOLD

_contacts = table_of(IncidentContactRow)
_incidents = table_of(IncidentRow)

_ALL_SHOPS = "the scheduler's tick serves every shop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """An incident that is over, with buyers who have not been promised to hear of it."""

    incident_id: int
    shop_id: int
    kind: IncidentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The message that is promised."""

    plan_id: str
    kind: Kind
    due_at: datetime


def has_due(conn: Connection, *, now: datetime) -> bool:
    """Return whether something was expected to be over by now and has not ended."""
    table = _incidents.c
    statement = (
        select(table.id)
        .where(RUNNING, table.ends_at <= now)
        .limit(1)
        .execution_options(all_shops=_ALL_SHOPS)
    )
    return conn.scalar(statement) is not None


def end_due(conn: Connection, *, now: datetime) -> int:
    """End what was expected to be over by now; return how many incidents that were."""
    table = _incidents.c
    ended = conn.execute(
        update(_incidents)
        .where(RUNNING, table.ends_at <= now)
        .values(ended_at=table.ends_at)
        .execution_options(all_shops=_ALL_SHOPS)
    ).rowcount
    if ended > 0:
        record_change(conn)
    return ended


def untold_incidents(conn: Connection, *, limit: int = 20) -> list[Untold]:
    """Return what is over and not yet told to everybody, of all shops, oldest first."""
    table = _incidents.c
    statement: Select[Any] = (
        select(table.id, table.shop_id, table.kind)
        .where(UNTOLD)
        .order_by(table.ended_at)
        .limit(limit)
        .execution_options(all_shops=_ALL_SHOPS)
    )
    return [
        Untold(incident_id=row.id, shop_id=row.shop_id, kind=row.kind)
        for row in conn.execute(statement)
    ]


def plan_closings(
    conn: Connection,
    shop_id: int,
    *,
    incident_id: int,
    closing: Closing | None,
    now: datetime,
    limit: int = 200,
) -> int:
    """Promise the closing message to the next buyers who were told; return how many.

    When nobody is left the incident is closed.

    Args:
        conn: Of the unit.
        shop_id: Whose incident it is.
        incident_id: One that is over.
        closing: What is promised; None: the pack has no such message any more.
        now: Aware UTC.
        limit: At most so many buyers.
    """
    table = _contacts.c
    rows = conn.execute(
        select(table.id, table.buyer_id, table.conversation_id)
        .where(
            table.shop_id == shop_id,
            table.incident_id == incident_id,
            table.closing_at.is_(None),
        )
        .order_by(table.id)
        .limit(limit)
        .with_for_update()
    ).all()
    if closing is not None:
        for row in rows:
            _promise(conn, shop_id, incident_id, row, closing, now)
    conn.execute(
        update(_contacts)
        .where(table.shop_id == shop_id, table.id.in_([row.id for row in rows]))
        .values(closing_at=now)
    )
    if len(rows) < limit:
        conn.execute(
            update(_incidents)
            .where(_incidents.c.shop_id == shop_id, _incidents.c.id == incident_id)
            .values(closed_at=now)
        )
    return len(rows)


def _promise(
    conn: Connection,
    shop_id: int,
    incident_id: int,
    row: Any,
    closing: Closing,
    now: datetime,
) -> None:
    plan(
        conn,
        shop_id,
        value=NewFollowUp(
            buyer_id=row.buyer_id,
            conversation_id=row.conversation_id,
            plan_id=closing.plan_id,
            kind=closing.kind,
            due_at=closing.due_at,
            incident_id=incident_id,
            dedupe_key=f"incident:{incident_id}:{row.buyer_id}",
        ),
        now=now,
    )
