"""How it is recorded that a call-back cannot be sent: its buyer wants no messages."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.repositories.tickets import events
from storage.states import CallBackResult, FollowUpState, TicketEventKind
from storage.tables import FollowUpRow, TicketRow, table_of

_follow_ups = table_of(FollowUpRow)
_tickets = table_of(TicketRow)

_PROMISED = (FollowUpState.PLANNED, FollowUpState.CLAIMED, FollowUpState.SENT)


def record_opted_out(
    conn: Connection, shop_id: int, *, buyer_ids: Sequence[int], now: datetime
) -> None:
    """Record it on the solved tickets of these buyers that wait for a call-back."""
    table, asked = _tickets.c, _follow_ups.c
    statement = (
        select(table.id)
        .join_from(_follow_ups, _tickets, table.id == asked.ticket_id)
        .where(
            asked.shop_id == shop_id,
            table.shop_id == shop_id,
            asked.buyer_id.in_(buyer_ids),
            asked.state.in_(_PROMISED),
            asked.review_id.is_(None),
            # What was planned for a ticket before it was solved is no call-back.
            asked.created_at >= table.solved_at,
        )
        .distinct()
    )
    for ticket_id in conn.scalars(statement).all():
        record_not_sent(conn, shop_id, ticket_id=ticket_id, now=now)


def record_not_sent(
    conn: Connection, shop_id: int, *, ticket_id: int, now: datetime
) -> None:
    """Record on a solved ticket without a result that nobody may ask for one."""
    table = _tickets.c
    changed = conn.execute(
        update(_tickets)
        .where(
            table.shop_id == shop_id,
            table.id == ticket_id,
            table.solved_at.is_not(None),
            table.call_back_result == CallBackResult.NONE,
        )
        .values(version=table.version + 1, call_back_result=CallBackResult.OPTED_OUT)
    )
    if changed.rowcount == 1:
        events.add(
            conn,
            shop_id,
            ticket_id,
            kind=TicketEventKind.CALL_BACK,
            now=now,
            data={"call_back": CallBackResult.OPTED_OUT.value},
        )
