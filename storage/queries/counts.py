"""How much is going on in a shop? Counts for the overview."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, func, or_, select

from bot.desk.ticket_types import Phase
from storage.literals import is_just
from storage.states import ConversationPhase, DeliveryState, FollowUpState
from storage.tables import (
    ConversationRow,
    DeliveryRow,
    FollowUpRow,
    TicketRow,
    table_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopCounts:
    """Rows of one shop by what they mean."""

    conversations: int
    waiting_for_person: int
    open_tickets: int
    breached_tickets: int
    """Open ones whose buyer heard later than they were told, or has not yet."""
    planned_follow_ups: int
    dead_letters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationCounts:
    """Conversations of a shop by who they are with."""

    open: int
    handed_over: int
    served: int
    served_by_me: int
    closed: int


def shop_counts(conn: Connection, shop_id: int) -> ShopCounts:
    """Return the counts of one shop."""
    conversations = table_of(ConversationRow)
    deliveries = table_of(DeliveryRow)
    follow_ups = table_of(FollowUpRow)
    tickets = table_of(TicketRow)
    return ShopCounts(
        conversations=_count(conn, conversations, shop_id),
        waiting_for_person=_count(
            conn,
            conversations,
            shop_id,
            conversations.c.state == ConversationPhase.HANDED_OVER,
        ),
        open_tickets=_count(
            conn, tickets, shop_id, tickets.c.phase.in_((Phase.OPEN, Phase.WAITING))
        ),
        breached_tickets=_count(
            conn,
            tickets,
            shop_id,
            tickets.c.phase.in_((Phase.OPEN, Phase.WAITING)),
            or_(
                tickets.c.breached_first_at.is_not(None),
                tickets.c.breached_plan_at.is_not(None),
            ),
        ),
        planned_follow_ups=_count(
            conn, follow_ups, shop_id, follow_ups.c.state == FollowUpState.PLANNED
        ),
        dead_letters=_count(
            conn, deliveries, shop_id, deliveries.c.state == DeliveryState.DEAD
        ),
    )


def conversation_counts(
    conn: Connection, shop_id: int, *, person_id: int
) -> ConversationCounts:
    """Return how many conversations of a shop are with whom."""
    table = table_of(ConversationRow).c
    statement = (
        select(table.state, func.count().label("total"))
        .where(table.shop_id == shop_id)
        .group_by(table.state)
    )
    totals = {row.state: row.total for row in conn.execute(statement)}
    counts = {phase: totals.get(phase, 0) for phase in ConversationPhase}
    mine = select(func.count()).where(
        table.shop_id == shop_id,
        is_just(table.state, ConversationPhase.SERVED),
        table.served_by == person_id,
    )
    return ConversationCounts(
        open=counts[ConversationPhase.OPEN],
        handed_over=counts[ConversationPhase.HANDED_OVER],
        served=counts[ConversationPhase.SERVED],
        served_by_me=conn.scalar(mine) or 0,
        closed=counts[ConversationPhase.CLOSED],
    )


def _count(
    conn: Connection, table: Table, shop_id: int, *conditions: ColumnElement[bool]
) -> int:
    statement = (
        select(func.count())
        .select_from(table)
        .where(table.c.shop_id == shop_id, *conditions)
    )
    return conn.scalar(statement) or 0
