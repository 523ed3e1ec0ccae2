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
    TICKET_OPEN = "ticket_open"
    """Not solved, or open again."""
    REVIEW_REFUSED = "review_refused"
    CONVERSATION_CLOSED = "conversation_closed"
    """A person has ended the conversation."""


class StartsWhen(StrEnum):
    """What starts a plan by itself: an order's facts, or a question of ours."""

    ORDER_UNPAID = "order_unpaid"
    ORDER_SHIPPED = "order_shipped"
    ORDER_COMPLETED = "order_completed"
    """Signed for or completed."""
    QUESTION_ASKED = "question_asked"
    """The assistant has asked the buyer something. The message reminds of it, once in a
    stretch of talk and never outside its window; what was asked stays asked."""


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
    """Started by itself too, not only by an intent."""
    then: str | None = None
    """The plan that this message starts when it is sent."""
    closes_conversation: bool = False
    """The message ends the conversation; the buyer's next one opens it again."""
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
