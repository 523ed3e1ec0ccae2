"""What kinds of tickets there are and how each may move: content of a pack."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Priority(StrEnum):
    """How soon a ticket is looked at."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Phase(StrEnum):
    """What a state means to the program; the states' names belong to the pack."""

    OPEN = "open"
    """Work is due; the clock runs."""
    WAITING = "waiting"
    """Waiting for the buyer; the clock stands still."""
    SOLVED = "solved"
    """Worked on; a call-back asks the buyer."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One state of a workflow."""

    state_id: str
    zh: str
    phase: Phase
    to: tuple[str, ...]
    """States that may follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A state machine: a ticket starts in ``start`` and moves along ``to``."""

    start: str
    reopened: str
    """The state a ticket returns to when the buyer says that it is not solved."""
    states: Mapping[str, State]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingSpan:
    """A length of working time: whole days and minutes of the shop's calendar."""

    days: int = 0
    minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketType:
    """One type of ticket."""

    type_id: str
    zh: str
    prefix: str
    """Of its numbers: WL gives WL-000001."""
    priority: Priority
    first_answer: WorkingSpan
    plan: WorkingSpan | None = None
    """When the buyer must have a plan, for types that need one (complaints)."""
    call_back: str | None = None
    """Follow-up plan started when the ticket is solved."""
    required: tuple[str, ...] = ()
    """Facts that must be recorded before the ticket may be solved (such as a cause)."""
