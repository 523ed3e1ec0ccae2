"""What kinds of promises are there, and what keeps one? Content of a pack."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.desk.ticket_types import WorkingSpan


class TimeForm(StrEnum):
    """How the time of a promise is said."""

    POINT = "point"
    """A day or an hour: 今天, 明天17点前."""
    SPAN = "span"
    """A length from now on: 48小时内."""


class DayEnd(StrEnum):
    """When a day is over that is named without an hour."""

    DAY = "day"
    """At 23:59, shop time."""
    WORK = "work"
    """When the shop closes on that day."""


class Settling(StrEnum):
    """A fact that settles a promise: keeps it, or makes it void."""

    ORDER_SHIPPED = "order_shipped"
    ORDER_SIGNED = "order_signed"
    ORDER_REFUNDED = "order_refunded"
    ORDER_CANCELLED = "order_cancelled"
    AGENT_WROTE = "agent_wrote"
    TICKET_SOLVED = "ticket_solved"


class PromiseState(StrEnum):
    """How far a promise has come."""

    OPEN = "open"
    WARNED = "warned"
    """Open still; whoever must keep it was told that its time is near."""
    KEPT = "kept"
    BREACHED = "breached"
    """Its time went by; ``kept_at`` is set when it was fulfilled all the same."""
    VOID = "void"
    """There is nothing to keep any more."""


OPEN_STATES = (PromiseState.OPEN, PromiseState.WARNED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseKind:
    """One kind of promise: its words, its time and what keeps it."""

    kind_id: str
    zh: str
    about: str
    """What it is about; of one order one promise about a thing is open at a time."""
    says: tuple[str, ...]
    """Patterns; a clause with one of them speaks of this."""
    unless: tuple[str, ...] = ()
    """Patterns; a clause with one of them does not."""
    forms: frozenset[TimeForm] = frozenset(TimeForm)
    ends: DayEnd = DayEnd.DAY
    soon: WorkingSpan | None = None
    """How long 马上 is when a person says it; None: no promise."""
    default: WorkingSpan | None = None
    """How long a person has who names no time; None: no promise."""
    needs_order: bool = False
    """Without a known order it is a rule of the shop, not a promise to this buyer."""
    kept_by: frozenset[Settling] = frozenset()
    """Empty: only a person says that it was kept."""
    void_by: frozenset[Settling] = frozenset()
    lead: timedelta = timedelta()
    """So long before its time a warning is given; zero: none."""
    ticket: str = ""
    """Type of the ticket that a breach opens."""
    apologies: tuple[str, ...] = ()
    """Templates of the text that is suggested after a breach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRules:
    """Everything a pack says of promises; empty for a pack without the file."""

    kinds: tuple[PromiseKind, ...] = ()
    """The first that fits a clause wins."""
    unless: tuple[str, ...] = ()
    """Patterns; a clause with one of them promises nothing: doubts, refusals, the past."""
    conditions: tuple[str, ...] = ()
    """Patterns; what follows one of them in its sentence depends on something."""
    soon: tuple[str, ...] = ()
    """Words for at once: 马上."""

    def kind(self, kind_id: str) -> PromiseKind | None:
        """Return a kind by its id; None when the pack does not have it any more."""
        return next((kind for kind in self.kinds if kind.kind_id == kind_id), None)

    def settled_by(self, what: Settling) -> frozenset[str]:
        """Return the ids of the kinds that a fact keeps."""
        return frozenset(kind.kind_id for kind in self.kinds if what in kind.kept_by)


def warn_at(*, made_at: datetime, due_at: datetime, lead: timedelta) -> datetime | None:
    """Return when to warn of a promise, None for never.

    A promise that is shorter than twice the lead is warned of at half its time.
    """
    if lead <= timedelta():
        return None
    return max(due_at - lead, made_at + (due_at - made_at) / 2)
