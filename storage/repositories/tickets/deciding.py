"""How the decision on a claim is written down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.desk.ticket_types import Phase, State
from storage.queries.tickets import TicketRecord
from storage.repositories.tickets import events
from storage.repositories.tickets.finding import find, update_ticket
from storage.states import TicketEventKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDecision:
    """What was decided of a claim."""

    number: str
    state: State
    """That it goes on in."""
    by: int
    amount_fen: int | None
    """None: it was not approved."""
    note: str = ""


def decide_claim(
    conn: Connection, shop_id: int, *, decision: ClaimDecision, now: datetime
) -> TicketRecord:
    """Move a claim out of its approval; the buyer is told in the same unit.

    Raises:
        NotFoundError: The shop has no such ticket.
    """
    row = find(conn, shop_id, number=decision.number)
    amount = decision.amount_fen
    is_approved = amount is not None
    events.add(
        conn,
        shop_id,
        row.id,
        kind=TicketEventKind.APPROVED if is_approved else TicketEventKind.REJECTED,
        by=decision.by,
        now=now,
        note=decision.note,
        data={
            "from": row.state,
            "to": decision.state.state_id,
            **({} if amount is None else {"amount_fen": amount}),
        },
    )
    values: dict[str, Any] = {
        "state": decision.state.state_id,
        "phase": decision.state.phase,
        "data": {
            **row.data,
            "approved": is_approved,
            **({} if amount is None else {"approved_fen": amount}),
        },
        "first_answered_at": (
            now if row.first_answered_at is None else row.first_answered_at
        ),
        "planned_at": now if row.planned_at is None else row.planned_at,
    }
    if decision.state.phase is Phase.CLOSED:
        values |= {"solved_at": now, "closed_at": now}
    return update_ticket(conn, shop_id, row, values)
