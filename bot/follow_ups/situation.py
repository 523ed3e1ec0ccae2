"""What is true when a follow-up is due, as storage reads it for the claim."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.desk.ticket_types import Phase
from bot.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSituation:
    """The ticket a follow-up belongs to."""

    number: str
    phase: Phase
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSituation:
    """The review a follow-up is about."""

    cause: str | None = None
    """What a person recorded; without it nobody is contacted."""
    is_refused: bool = False
    """The buyer said no once: it ends for ever."""
    is_suspected_professional: bool = False
    is_contacted: bool = False
    """Another message about this review has been sent already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentSituation:
    """The incident whose end a follow-up tells."""

    text: str
    closing: str | None = None
    """A manager's words on its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpSituation:
    """Everything one due follow-up is judged on; read again each time it is due."""

    follow_up_id: int
    plan_id: str
    planned_at: datetime
    due_at: datetime
    """The time it was first due for: lateness counts from here, not from a deferral."""
    facts: Facts
    """With the order and the item the follow-up is about, as they are now."""
    is_opted_out: bool = False
    has_marketing_consent: bool = False
    last_marketing_at: datetime | None = None
    """When this buyer was last sent marketing or a nudge that counts as such."""
    is_served: bool = False
    """A person serves the conversation at this moment."""
    ticket: TicketSituation | None = None
    review: ReviewSituation | None = None
    incident: IncidentSituation | None = None
    withheld: frozenset[str] = frozenset()
    """Placeholders that an incident keeps from being spoken of."""
    is_closed: bool = False
    """A person has ended the conversation."""
    used_texts: frozenset[str] = frozenset()
    """Texts of this plan this buyer has had; another variant is preferred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpLimits:
    """A shop's settings for messages we send first; an explicit 0 is a value."""

    contact_start: time = time(9)
    """Shop time; equal start and end mean the whole day."""
    contact_end: time = time(20, 30)
    review_start: time = time(20)
    review_end: time = time(20, 30)
    marketing_gap: timedelta = timedelta(days=7)
    """At most one marketing message per buyer in this time; 0 means no cap."""
    served_delay: timedelta = timedelta(minutes=30)
    """How long a message waits while a person serves the conversation; 0 never waits."""
