"""What is deleted when it is too old?"""

from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, delete, exists, select

from storage.literals import is_one_of
from storage.repositories.retention.walking import next_rows
from storage.states import FollowUpState
from storage.tables import (
    AuditRow,
    BargainingAskRow,
    BargainingStateRow,
    FollowUpRow,
    IdentityCheckRow,
    IdentityTryRow,
    OrderEventRow,
    OrderRow,
    RevealRow,
    SessionRow,
    TicketRow,
    table_of,
)
from storage.tables.desk import ACTIVE_TICKET
from storage.tables.facts import FINISHED_ORDER

_asks = table_of(BargainingAskRow)
_audit = table_of(AuditRow)
_follow_ups = table_of(FollowUpRow)
_order_events = table_of(OrderEventRow)
_orders = table_of(OrderRow)
_checks = table_of(IdentityCheckRow)
_tries = table_of(IdentityTryRow)
_reveals = table_of(RevealRow)
_sessions = table_of(SessionRow)
_states = table_of(BargainingStateRow)
_tickets = table_of(TicketRow)
_ALL_SHOPS = "what is too old is so in every shop"


def delete_identity(conn: Connection, *, before: datetime, limit: int) -> int:
    """Delete what strangers were asked, told and tried before a moment."""
    return _delete_first(
        conn, _tries, _tries.c.at, before=before, limit=limit
    ) + _delete_first(conn, _checks, _checks.c.asked_at, before=before, limit=limit)


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


def delete_bargaining(conn: Connection, *, before: datetime, limit: int) -> int:
    """Delete asks of before a moment, and states nobody has touched since.

    Who bargains after that begins at the top of the ladder. Offers stay: they are money.
    """
    table = _states.c
    old = (
        select(table.id)
        .where(table.updated_at < before)
        .order_by(table.updated_at)
        .limit(limit)
        .execution_options(all_shops=_ALL_SHOPS)
    )
    ids = conn.scalars(old).all()
    conn.execute(
        delete(_states).where(table.id.in_(ids)).execution_options(all_shops=_ALL_SHOPS)
    )
    return len(ids) + _delete_first(
        conn, _asks, _asks.c.created_at, before=before, limit=limit
    )


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


def _delete_first(
    conn: Connection, table: Any, time: Any, *, before: datetime, limit: int
) -> int:
    rows = next_rows(conn, table, time, 0, limit)
    old = list(takewhile(lambda row: row.time < before, rows))
    if old:
        conn.execute(
            delete(table)
            .where(table.c.id.between(old[0].id, old[-1].id))
            .execution_options(all_shops=_ALL_SHOPS)
        )
    return len(old)


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
