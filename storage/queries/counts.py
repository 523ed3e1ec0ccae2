"""How much is going on in a shop? Counts for the overview."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, func, or_, select

from bot.desk.ticket_types import Phase
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


def _count(
    conn: Connection, table: Table, shop_id: int, *conditions: ColumnElement[bool]
) -> int:
    statement = (
        select(func.count())
        .select_from(table)
        .where(table.c.shop_id == shop_id, *conditions)
    )
    return conn.scalar(statement) or 0
