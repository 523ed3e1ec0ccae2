"""How may a ticket move, and when is it due?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.ticket_types import Phase, State, TicketType, Workflow, WorkingSpan
from bot.desk.working_time import WorkingCalendar
from bot.errors import IllegalTransitionError


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTimes:
    """When a ticket must be answered."""

    first_answer_at: datetime
    plan_at: datetime | None = None


def check_move(
    workflow: Workflow,
    *,
    number: str,
    current: str,
    to: str,
    ticket_type: TicketType,
    recorded: Mapping[str, str],
) -> State:
    """Return the state that a ticket moves to.

    Args:
        workflow: The pack's state machine.
        number: Of the ticket, for the error.
        current: The state it is in.
        to: The state somebody wants.
        ticket_type: Says which facts must be recorded before it is solved or closed.
        recorded: Facts on the ticket; a blank one counts as missing.

    Raises:
        IllegalTransitionError: The move is not in the workflow, or a required fact is
            missing (then the error names it).
    """
    state = workflow.states.get(to)
    if state is None or current not in workflow.states:
        raise IllegalTransitionError(ticket=number, current=current, requested=to)
    if to not in workflow.states[current].to:
        raise IllegalTransitionError(ticket=number, current=current, requested=to)
    missing = tuple(
        name for name in ticket_type.required if not recorded.get(name, "").strip()
    )
    if missing and state.phase in (Phase.SOLVED, Phase.CLOSED):
        raise IllegalTransitionError(
            ticket=number, current=current, requested=to, missing=missing
        )
    return state


def due_times(
    ticket_type: TicketType, *, opened_at: datetime, calendar: WorkingCalendar
) -> DueTimes:
    """Return when a ticket opened at a moment must be answered, in working time."""
    plan = ticket_type.plan
    return DueTimes(
        first_answer_at=calendar.add_working(opened_at, ticket_type.first_answer),
        plan_at=None if plan is None else calendar.add_working(opened_at, plan),
    )


def due_after_waiting(
    due_at: datetime,
    *,
    waited_from: datetime,
    waited_until: datetime,
    calendar: WorkingCalendar,
) -> datetime:
    """Return the due time moved by the working time that the clock stood still.

    A due time that had passed before the waiting began stays where it is.
    """
    if due_at <= waited_from:
        return due_at
    waited = calendar.working_between(waited_from, waited_until)
    return calendar.add_working(
        due_at, WorkingSpan(minutes=round(waited / timedelta(minutes=1)))
    )
