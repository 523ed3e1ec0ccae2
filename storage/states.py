"""The closed sets of names that rows are stored with, apart from those of the core."""

from enum import StrEnum

REMINDER = "reminder"
"""Script id of a message that only says that a question of ours waits."""


class Role(StrEnum):
    """What a person may do in a shop."""

    AGENT = "agent"
    MANAGER = "manager"
    ADMIN = "admin"


class ConversationPhase(StrEnum):
    """Who a conversation is with."""

    OPEN = "open"
    """The assistant answers."""
    HANDED_OVER = "handed_over"
    """Waits for a person; the assistant still answers."""
    SERVED = "served"
    """A person has taken over; the assistant only suggests."""
    CLOSED = "closed"


class ConversationEventKind(StrEnum):
    """What happened to a conversation besides its messages."""

    HANDED_OVER = "handed_over"
    """Given to the agents' queue; ``data`` has the reason."""
    TAKEN_OVER = "taken_over"
    TRANSFERRED = "transferred"
    """Given by one agent to another; ``data`` has ``to``."""
    RELEASED = "released"
    """Back to the assistant, by an agent or after their silence."""
    NOTED = "noted"
    """An agent's note; buyers never see it."""
    CLOSED = "closed"
    REOPENED = "reopened"
    RATED = "rated"
    PROMISED = "promised"
    """Something was promised; ``data`` has the promise, its kind and due time."""
    PROMISE_WARNED = "promise_warned"
    """The time of a promise is near."""
    PROMISE_BREACHED = "promise_breached"
    """The time of a promise has gone by."""
    PROMISE_SETTLED = "promise_settled"
    """A promise was kept, or there is nothing to keep any more."""
    MERGED = "merged"
    """An anonymous buyer's conversation became part of this one."""


class Direction(StrEnum):
    """Which way a message goes."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


class DeliveryState(StrEnum):
    """Where an outgoing message stands on its way to the platform."""

    PENDING = "pending"
    SENDING = "sending"
    """Claimed under a lease; due again when the lease has ended."""
    DELIVERED = "delivered"
    DEAD = "dead"
    """Given up; listed, and sent again only when a person asks for it."""
    WITHHELD = "withheld"
    """A person took over before it left: kept as a suggestion."""


class OfferState(StrEnum):
    """Where a concession stands; one that is open and past its time counts as expired."""

    OPEN = "open"
    REPLACED = "replaced"
    """A better one took its place: the two are never added up."""
    EXPIRED = "expired"
    REDEEMED = "redeemed"


class FollowUpState(StrEnum):
    """Where a follow-up stands."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    """Being looked at under a lease; due again when the lease has ended."""
    SENT = "sent"
    SKIPPED = "skipped"
    """Was due, but must not be sent (consent, cap, too late); never tried again."""
    CANCELLED = "cancelled"
    """Made void before it was due (reply, opt-out, new facts)."""
    ENDED = "ended"
    """Was due, but has become pointless."""


class CallBackResult(StrEnum):
    """What the buyer said when asked whether a solved ticket is solved."""

    NONE = "none"
    """Not asked, or not answered yet."""
    SOLVED = "solved"
    NOT_SOLVED = "not_solved"
    SILENT = "silent"
    OPTED_OUT = "opted_out"
    """Not asked: the buyer wants no more messages."""


class ReviewState(StrEnum):
    """How far the care for one review has come."""

    TOLD = "told"
    """Nothing to do, or the cause is not known yet."""
    CAUSE_KNOWN = "cause_known"
    """A person recorded the cause: one contact may be planned."""
    CONTACTED = "contacted"
    REFUSED = "refused"
    """The buyer said no; never contacted about it again."""


class TicketEventKind(StrEnum):
    """What happened to a ticket."""

    OPENED = "opened"
    REPEATED = "repeated"
    """The buyer came with the same problem again."""
    MOVED = "moved"
    REOPENED = "reopened"
    NOTED = "noted"
    ASSIGNED = "assigned"
    CAUSE = "cause"
    FIRST_ANSWER = "first_answer"
    PLANNED = "planned"
    BREACHED = "breached"
    CALL_BACK = "call_back"
    """The call-back was answered, or met with silence."""
    COLLECTED = "collected"
    """The buyer told more of it; ``data`` has what."""
    APPROVED = "approved"
    """A manager has approved a claim; ``data`` has the amount."""
    REJECTED = "rejected"
    """A manager has not approved a claim."""


class DraftState(StrEnum):
    """Where a draft of the script library stands."""

    OPEN = "open"
    PUBLISHED = "published"
    DISCARDED = "discarded"


class ReviewVerdict(StrEnum):
    """What a second person says of a draft."""

    APPROVED = "approved"
    REJECTED = "rejected"


class ProposalState(StrEnum):
    """What became of a proposed change."""

    OPEN = "open"
    TAKEN = "taken"
    REFUSED = "refused"


class GroupVerdict(StrEnum):
    """What a manager made of missed lines."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
