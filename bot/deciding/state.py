"""What is known of a conversation, its buyer and its shop when a turn is decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.bargaining.known import Bargaining
from bot.bargaining.policy import Policy
from bot.deciding.mood import Mood
from bot.desk.working_time import WorkingCalendar
from bot.facts import Facts
from bot.flows.authority import Authority
from bot.flows.state import DialogueState
from bot.follow_ups.situation import FollowUpLimits
from bot.guarding.rules import Channel, GuardPattern
from bot.identity.state import IdentityState
from bot.incidents.values import Incident
from bot.messages import Turn

PAST_TURNS: Final = 4
"""Turns of a conversation that a new one is read in the light of."""

KEPT_TURNS: Final = 8
"""Turns whose replies are remembered, so that none is said again."""

REMEMBERED: Final = timedelta(minutes=30)
"""After so long a buyer begins anew: nothing is asked, and nothing is the topic."""


class ShopMode(StrEnum):
    """How far a shop lets the assistant go."""

    AUTO = "auto"
    ASSIST = "assist"
    """The assistant only suggests."""
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question of ours that waits for an answer."""

    question_id: str
    ticket_id: int | None = None
    review_id: int | None = None
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTurn:
    """A turn that was handled: what it wanted, and what the assistant said to it."""

    first_message_id: int
    intent_id: str
    confidence: float
    handled_at: datetime
    said: tuple[tuple[str, int], ...] = ()
    """(script id, variant) of the replies, in order; empty when somebody else has
    written to the buyer since: an answer is one to the newest message."""
    last_said_id: int = 0
    """Message id of the last reply; what was written before it answers none of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationState:
    """Where a conversation stands; read before a turn, checked again at its commit."""

    conversation_id: int
    version: int
    """Counts the state's changes: a turn decided on an older one is decided again."""
    connector: str
    served_by: int | None = None
    """The agent who has taken over; while set, the assistant only suggests."""
    is_handed_over: bool = False
    """Waits for, or is with, a person."""
    misses: int = 0
    is_greeted: bool = False
    last_intent: str | None = None
    used_variants: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    asked: AskedQuestion | None = None
    """A question of a follow-up; what scripts ask for is in ``past``."""
    past: tuple[PastTurn, ...] = ()
    """The last turns, newest first; the first ``PAST_TURNS`` are what a turn is read by."""
    mood: Mood = Mood.NEUTRAL
    """Of the buyer in the last turn."""
    stretch_at: datetime | None = None
    """When the buyer began to talk; counts while the last turn is not long ago."""
    dialogue: DialogueState | None = None
    """The newest flow, open or over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicketRef:
    """An open ticket of this buyer."""

    ticket_id: int
    number: str
    ticket_type: str
    order_ref: str | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerState:
    """What matters of the buyer."""

    buyer_id: int
    is_verified: bool = False
    is_opted_out: bool = False
    open_tickets: tuple[OpenTicketRef, ...] = ()
    has_nudges: bool = True
    """Marketing or nudges are planned for them, which their writing makes void."""
    has_open_review: bool = False
    """A bad review of theirs is being worked on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnContext:
    """Everything a turn is decided on; the one input besides the turn and the pack."""

    now: datetime
    """Aware UTC."""
    shop_mode: ShopMode
    conversation: ConversationState
    buyer: BuyerState
    facts: Facts
    agents_on_duty: int = 0
    next_open_at: datetime | None = None
    """When somebody is on duty next; None: as the calendar says."""
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    """The shop's working time: due times of tickets are counted in it."""
    limits: FollowUpLimits = field(default_factory=FollowUpLimits)
    """The shop's windows for messages we send first."""
    misses_before_hand_over: int = 2
    """So many misses in a row bring a person; 0 and 1 mean the first."""
    last_said: str = ""
    """Our newest message; read only when the turn may be an answer by a letter."""
    is_order_named: bool = False
    """The turn names the order of ``facts`` itself; else it was named before, or is the
    only one."""
    asked_about: Turn | None = None
    """What the buyer had written when our newest words asked what it meant."""
    incidents: tuple[Incident, ...] = ()
    """Declared in this shop and not ended; each says itself whether it lasts."""
    identity: IdentityState | None = None
    """Of a buyer nobody vouches for; None: they are known, or nobody is asked."""
    may_promise: bool = True
    """False while the shop cannot keep its word (an incident is on): nothing that holds
    a promise is said by itself."""
    bargaining: Bargaining | None = None
    """About the item of the turn; None: no policy covers it, so nothing is conceded."""
    channel: Channel = Channel.OWN_SITE
    """What the outgoing guard lets pass depends on whose platform it is."""
    can_show_pictures: bool = True
    """Of the buyer's channel."""
    guard_rules: tuple[GuardPattern, ...] = ()
    """Of the shop, on top of the pack's."""
    policies: tuple[Policy, ...] = ()
    """Of bargaining, the shop's: the guard holds the item's price to the one in force."""
    authority: Authority | None = None
    """The shop's own limits of compensation; None: as the pack says."""
