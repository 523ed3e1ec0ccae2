"""What is a story? A shop as it stands, what is said and done, and what must follow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Table = Mapping[str, Any]
"""A mapping of the file, every key of it known, every value converted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message that a buyer sends."""

    text: str = ""
    picture: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What must follow from a turn; None where the story does not say.

    An empty tuple is a statement: there must be none.
    """

    band: str | None = None
    intent: tuple[str, ...] = ()
    """Each must be among the intents that the turn was handled as."""
    says: tuple[str, ...] = ()
    """Regular expressions; each must occur in what came."""
    never: tuple[str, ...] = ()
    """Regular expressions; none may occur."""
    facts: tuple[str, ...] = ()
    """Figures that must stand in what came, word for word."""
    replies: int | None = None
    handed_over: bool | None = None
    refused: bool | None = None
    """Whether a person's message was kept back by the guard."""
    audited: bool | None = None
    """Whether it was written down that a person overrode the guard."""
    offers: tuple[Table, ...] | None = None
    """Every offer made to this buyer so far, oldest first."""
    tickets: tuple[Table, ...] | None = None
    promises: tuple[Table, ...] | None = None
    follow_ups: tuple[str, ...] | None = None
    """Plans of the follow-ups that are to come; in any order."""
    suggested: tuple[str, ...] = ()
    """Regular expressions; each must occur in what agents are offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a story: exactly one of the deeds below."""

    line: int
    """Where it stands in the file."""
    by: str | None = None
    """Which buyer; None: the one the story is about."""
    buyer: tuple[Line, ...] = ()
    item: str | None = None
    order: str | None = None
    later: datetime | None = None
    fact: Table | None = None
    agent: Table | None = None
    restart: bool = False
    expect: Expectation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One dialogue with what must follow."""

    story_id: str
    zh: str
    rule: str
    """Where the expectations come from."""
    file: str
    line: int
    given: Table
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTicket:
    """One ticket of the shop."""

    type: str
    order: str | None
    text: str
    """Everything that stands on it: summary, history, collected facts."""
    due: str = ""
    """When the first answer and the plan are due, shop time."""
    plan: str = ""
    state: str = ""
    priority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What came of a step, as far as it can be seen from outside."""

    replies: tuple[str, ...] = ()
    band: str | None = None
    intents: frozenset[str] = frozenset()
    is_handed_over: bool = False
    is_refused: bool = False
    is_audited: bool = False
    offers: tuple[Table, ...] = ()
    tickets: tuple[SeenTicket, ...] = ()
    promises: tuple[Table, ...] = ()
    follow_ups: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        """Everything that came, a reply a line."""
        return "\n".join(self.replies)
