"""What kinds of later messages there are: the follow-up plans of a pack."""

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """Why we may write first; decides consent, caps and what a buyer's reply ends."""

    SERVICE = "service"
    """Belongs to something under way: a delay, an address, a ticket."""
    REQUESTED = "requested"
    """The buyer asked for it."""
    MARKETING = "marketing"
    NUDGE = "nudge"


VOID_ON_REPLY = (Kind.MARKETING, Kind.NUDGE)
"""Kinds that a buyer's message makes void; service and requested ones stand."""


class Window(StrEnum):
    """Which hours of the day a plan may use; outside it is deferred, never dropped."""

    ANY = "any"
    CONTACT = "contact"
    """The shop's contact window (default 09:00-20:30)."""
    REVIEW = "review"
    """The shop's bad-review window (default 20:00-20:30)."""


class EndsWhen(StrEnum):
    """Facts that make a follow-up pointless; read again when it is due."""

    ORDER_PAID = "order_paid"
    ORDER_SHIPPED = "order_shipped"
    ORDER_SIGNED = "order_signed"
    ORDER_CANCELLED = "order_cancelled"
    ORDER_REFUNDED = "order_refunded"
    """A refund is under way or done."""
    ORDER_DISPUTED = "order_disputed"
    ITEM_IN_STOCK = "item_in_stock"
    TICKET_SOLVED = "ticket_solved"
    """Solved, or closed already."""
    TICKET_CLOSED = "ticket_closed"
    REVIEW_REFUSED = "review_refused"


class StartsWhen(StrEnum):
    """Order facts that start a plan by themselves when they arrive."""

    ORDER_UNPAID = "order_unpaid"
    ORDER_SHIPPED = "order_shipped"
    ORDER_COMPLETED = "order_completed"
    """Signed for or completed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpPlan:
    """One kind of follow-up; immutable content of a pack."""

    plan_id: str
    zh: str
    kind: Kind
    delay: timedelta
    """From the moment of planning to the due time; plain time."""
    window: Window
    texts: tuple[str, ...]
    """Variants; the first that can be filled is sent, rotating by follow-up id."""
    is_once_per_order: bool = True
    ends_when: frozenset[EndsWhen] = frozenset()
    starts_when: StartsWhen | None = None
    """Started by an order's facts too, not only by an intent."""
    waits_for: EndsWhen | None = None
    """The follow-up waits until this is true, looked at each ``delay`` (restock)."""
    question: str | None = None
    """Id of the question this message asks; the buyer's next turn is read as its answer."""
    answer_within: timedelta = timedelta(days=3)
    """After this the question's silence is recorded."""
    expires_after: timedelta = timedelta(days=7)
    """Later than this past its due time it is not sent any more, but closed as late."""
    at: time | None = None
    """Shop time on the due day, when the plan has an hour of its own."""
