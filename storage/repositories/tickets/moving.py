"""How a ticket moves along its workflow, by a person or by a buyer's answer."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.desk.ticket_types import Phase, State, Workflow
from bot.errors import IllegalTransitionError, StaleStateError
from storage.queries.tickets import TicketRecord
from storage.repositories.follow_ups import cancelling
from storage.repositories.tickets import events
from storage.repositories.tickets.finding import find, find_by_id, update_ticket
from storage.repositories.tickets.opening import lock_type
from storage.states import CallBackResult, TicketEventKind
from storage.tables import TicketRow, table_of
from storage.tables.desk import ACTIVE_TICKET

WorkingShift = Callable[[datetime, datetime, datetime], datetime]
"""(due time, waiting since, waiting until) → the due time after the pause."""

_tickets = table_of(TicketRow)
_ACTIVE = (Phase.OPEN, Phase.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a person wants of a ticket."""

    number: str
    to: str
    """State of the workflow."""
    by: int | None
    """None: the program itself."""
    note: str = ""


def move(
    conn: Connection,
    shop_id: int,
    *,
    change: Move,
    workflow: Workflow,
    now: datetime,
    working_shift: WorkingShift,
    required: Collection[str] = (),
    expected_version: int | None = None,
) -> TicketRecord:
    """Move a ticket to another state and return it.

    Args:
        conn: Of the unit.
        shop_id: Whose ticket it is.
        change: Which ticket, and where to.
        workflow: Of the shop's pack.
        now: Aware UTC.
        working_shift: Moves a due time by the working time that the ticket waited.
        required: Columns that must be filled before it may be solved.
        expected_version: When given, the version that the person saw.

    Raises:
        NotFoundError: The shop has no such ticket.
        StaleStateError: Somebody changed it since ``expected_version``.
        IllegalTransitionError: The workflow has no such move, a required fact is
            missing, or another ticket for the same problem is open already.
    """
    row = find(conn, shop_id, number=change.number)
    if expected_version is not None and row.version != expected_version:
        raise StaleStateError("ticket", change.number)
    target = _target(workflow, row, change.to)
    missing = tuple(it for it in required if getattr(row, it) is None)
    if target.phase is Phase.SOLVED and missing:
        raise _illegal(row, change.to, missing=missing)
    if target.phase in _ACTIVE and row.phase not in _ACTIVE:
        _check_only_active(conn, shop_id, row, change.to)
    values = _moved(row, target, now, working_shift)
    return _store(conn, shop_id, row, values, change=change, now=now)


def reopen(
    conn: Connection,
    shop_id: int,
    *,
    ticket_id: int,
    workflow: Workflow,
    words: str,
    now: datetime,
    due_again: Callable[[str], datetime] | None = None,
) -> TicketRecord:
    """Record that the buyer said "not solved", and open the ticket again.

    When a newer ticket for the same problem is open, the answer is recorded there
    too and this one stays as it is.

    Args:
        conn: Of the unit.
        shop_id: Whose ticket it is.
        ticket_id: The ticket whose call-back was answered.
        workflow: Of the shop's pack.
        words: What the buyer wrote.
        now: Aware UTC.
        due_again: Says when the buyer must hear, by ticket type; None keeps the old
            due time.

    Raises:
        NotFoundError: The shop has no such ticket.
    """
    row = find_by_id(conn, shop_id, ticket_id=ticket_id)
    values: dict[str, Any] = {"call_back_result": CallBackResult.NOT_SOLVED}
    lock_type(conn, shop_id, row.ticket_type)
    other = _other_active(conn, shop_id, row)
    if other is not None:
        events.add(
            conn,
            shop_id,
            other,
            kind=TicketEventKind.REPEATED,
            now=now,
            note=words,
            data={"from": row.number},
        )
    elif row.phase not in _ACTIVE:
        state = workflow.states[workflow.reopened]
        values |= {"state": state.state_id, "phase": state.phase}
        values |= {"solved_at": None, "closed_at": None}
        if due_again is not None:
            values |= _promised_again(due_again(row.ticket_type))
    events.add(
        conn,
        shop_id,
        ticket_id,
        kind=TicketEventKind.REOPENED,
        now=now,
        note=words,
        data={"from": row.state, "call_back": CallBackResult.NOT_SOLVED.value},
    )
    return update_ticket(conn, shop_id, row, values)


def close_solved(
    conn: Connection,
    shop_id: int,
    *,
    ticket_id: int,
    workflow: Workflow,
    words: str,
    now: datetime,
) -> TicketRecord:
    """Record that the buyer said "solved", and close the ticket where that may be.

    Raises:
        NotFoundError: The shop has no such ticket.
    """
    row = find_by_id(conn, shop_id, ticket_id=ticket_id)
    values: dict[str, Any] = {"call_back_result": CallBackResult.SOLVED}
    closing = _closing_state(workflow, row)
    if closing is not None:
        values |= {"state": closing.state_id, "phase": Phase.CLOSED, "closed_at": now}
    events.add(
        conn,
        shop_id,
        ticket_id,
        kind=TicketEventKind.CALL_BACK,
        now=now,
        note=words,
        data={"call_back": CallBackResult.SOLVED.value},
    )
    return update_ticket(conn, shop_id, row, values)


def _target(workflow: Workflow, row: Row[Any], to: str) -> State:
    current = workflow.states.get(row.state)
    target = workflow.states.get(to)
    if current is None or target is None or to not in current.to:
        raise _illegal(row, to)
    return target


def _illegal(
    row: Row[Any], to: str, *, missing: tuple[str, ...] = ()
) -> IllegalTransitionError:
    return IllegalTransitionError(
        ticket=row.number, current=row.state, requested=to, missing=missing
    )


def _check_only_active(conn: Connection, shop_id: int, row: Row[Any], to: str) -> None:
    """Refuse to open again what is open under another number."""
    lock_type(conn, shop_id, row.ticket_type)
    if _other_active(conn, shop_id, row) is not None:
        raise _illegal(row, to)


def _other_active(conn: Connection, shop_id: int, row: Row[Any]) -> int | None:
    table = _tickets.c
    statement = select(table.id).where(
        table.shop_id == shop_id,
        table.buyer_id == row.buyer_id,
        table.ticket_type == row.ticket_type,
        table.order_ref == row.order_ref,
        table.id != row.id,
        ACTIVE_TICKET,
    )
    found: int | None = conn.scalar(statement)
    return found


def _moved(
    row: Row[Any], target: State, now: datetime, shift: WorkingShift
) -> dict[str, Any]:
    """Return the columns that a move changes."""
    values: dict[str, Any] = {"state": target.state_id, "phase": target.phase}
    if target.phase is Phase.WAITING and row.phase is not Phase.WAITING:
        values["waiting_since"] = now
    elif row.phase is Phase.WAITING and target.phase is not Phase.WAITING:
        values |= _resumed(row, now, shift)
    if target.phase is Phase.SOLVED:
        values |= _solved(row, now)
    elif target.phase is Phase.CLOSED:
        values |= _solved(row, now) if row.solved_at is None else {}
        values["closed_at"] = now
    elif row.phase not in _ACTIVE:
        values |= {"solved_at": None, "closed_at": None}
    return values


def _resumed(row: Row[Any], now: datetime, shift: WorkingShift) -> dict[str, Any]:
    """Return the due times moved by the pause; what was met or missed stays."""
    values: dict[str, Any] = {"waiting_since": None}
    since = row.waiting_since
    if row.first_answered_at is None and row.breached_first_at is None:
        values["first_answer_due_at"] = shift(row.first_answer_due_at, since, now)
    is_plan_due = row.plan_due_at is not None and row.planned_at is None
    if is_plan_due and row.breached_plan_at is None:
        values["plan_due_at"] = shift(row.plan_due_at, since, now)
    return values


def _solved(row: Row[Any], now: datetime) -> dict[str, Any]:
    """Return what solving sets: a solved problem was answered and planned, too."""
    return {
        "solved_at": now,
        "call_back_result": CallBackResult.NONE,
        "first_answered_at": (
            now if row.first_answered_at is None else row.first_answered_at
        ),
        "planned_at": now if row.planned_at is None else row.planned_at,
    }


def _promised_again(due_at: datetime) -> dict[str, Any]:
    """Return the columns of a new promise: its breach is a new one."""
    return {
        "first_answer_due_at": due_at,
        "first_answered_at": None,
        "breached_first_at": None,
    }


def _closing_state(workflow: Workflow, row: Row[Any]) -> State | None:
    current = workflow.states.get(row.state)
    if current is None:
        return None
    nexts = (workflow.states[state_id] for state_id in current.to)
    return next((state for state in nexts if state.phase is Phase.CLOSED), None)


def _store(
    conn: Connection,
    shop_id: int,
    row: Row[Any],
    values: dict[str, Any],
    *,
    change: Move,
    now: datetime,
) -> TicketRecord:
    events.add(
        conn,
        shop_id,
        row.id,
        kind=TicketEventKind.MOVED,
        by=change.by,
        now=now,
        note=change.note,
        data={"from": row.state, "to": change.to},
    )
    if row.phase is Phase.SOLVED and values["phase"] in _ACTIVE:
        # The call-back was planned when it was solved; the question is void now.
        cancelling.cancel(
            conn,
            shop_id,
            ticket_id=row.id,
            since=row.solved_at,
            reason="ticket_reopened",
        )
    return update_ticket(conn, shop_id, row, values)
