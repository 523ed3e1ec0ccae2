"""When the next thing is due on a ticket."""

from datetime import datetime
from typing import Protocol


class _Dates(Protocol):
    """The columns of a ticket that this question needs."""

    @property
    def first_answer_due_at(self) -> datetime: ...
    @property
    def first_answered_at(self) -> datetime | None: ...
    @property
    def plan_due_at(self) -> datetime | None: ...


def ticket_due_at(ticket: _Dates) -> datetime:
    """Return until when the buyer hears: the first answer, after it the plan."""
    if ticket.first_answered_at is None or ticket.plan_due_at is None:
        return ticket.first_answer_due_at
    return ticket.plan_due_at
