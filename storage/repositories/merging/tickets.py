"""What happens to two open tickets for one problem when their buyers are one."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.desk.ticket_types import Phase
from storage.repositories.tickets import events
from storage.repositories.tickets.opening import lock_type
from storage.states import TicketEventKind
from storage.tables import (
    ConversationRow,
    DialogueRow,
    FollowUpRow,
    ReviewRow,
    TicketRow,
    table_of,
)
from storage.tables.desk import ACTIVE_TICKET

_conversations = table_of(ConversationRow)
_dialogues = table_of(DialogueRow)
_follow_ups = table_of(FollowUpRow)
_reviews = table_of(ReviewRow)
_tickets = table_of(TicketRow)


def join_tickets(
    conn: Connection,
    shop_id: int,
    *,
    old: int,
    new: int,
    closed_state: str,
    now: datetime,
) -> None:
    """Close each open ticket whose problem the other buyer has an open ticket for.

    Its number stays, and what hung on it hangs on the other one.
    """
    for ticket_type in _types(conn, shop_id, buyer_id=old):
        lock_type(conn, shop_id, ticket_type)
    kept = {_problem(row): row for row in _active(conn, shop_id, new)}
    for row in _active(conn, shop_id, old):
        if _problem(row) in kept:
            _join(
                conn,
                shop_id,
                row,
                kept[_problem(row)],
                closed_state=closed_state,
                now=now,
            )


def _problem(row: Row[Any]) -> tuple[str, str]:
    return row.ticket_type, row.order_ref


def _types(conn: Connection, shop_id: int, *, buyer_id: int) -> list[str]:
    return sorted({row.ticket_type for row in _active(conn, shop_id, buyer_id)})


def _active(conn: Connection, shop_id: int, buyer_id: int) -> list[Row[Any]]:
    table = _tickets.c
    return list(
        conn.execute(
            select(_tickets)
            .where(table.shop_id == shop_id, table.buyer_id == buyer_id, ACTIVE_TICKET)
            .order_by(table.id)
        )
    )


def _join(
    conn: Connection,
    shop_id: int,
    row: Row[Any],
    kept: Row[Any],
    *,
    closed_state: str,
    now: datetime,
) -> None:
    events.add(
        conn,
        shop_id,
        kept.id,
        kind=TicketEventKind.REPEATED,
        now=now,
        note=row.summary,
        data={"from": row.number},
    )
    events.add(
        conn,
        shop_id,
        row.id,
        kind=TicketEventKind.MOVED,
        now=now,
        data={"from": row.state, "to": closed_state, "merged_into": kept.number},
    )
    table = _tickets.c
    conn.execute(
        update(_tickets)
        .where(table.shop_id == shop_id, table.id == row.id)
        .values(
            state=closed_state,
            phase=Phase.CLOSED,
            closed_at=now,
            version=table.version + 1,
        )
    )
    conn.execute(
        update(_tickets)
        .where(table.shop_id == shop_id, table.id == kept.id)
        .values(data={**row.data, **kept.data}, version=table.version + 1)
    )
    for owner, column in (
        (_follow_ups, "ticket_id"),
        (_dialogues, "ticket_id"),
        (_reviews, "ticket_id"),
        (_conversations, "question_ticket_id"),
    ):
        conn.execute(
            update(owner)
            .where(owner.c.shop_id == shop_id, owner.c[column] == row.id)
            .values({column: kept.id})
        )
