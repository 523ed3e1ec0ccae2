"""What the assistant decided to do, as data; nothing happens before it is committed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.bargaining.asks import Ask
from bot.bargaining.policy import Policy
from bot.bargaining.situation import Answer, Grant, Tactic
from bot.deciding.mood import Mood
from bot.desk.ticket_types import Priority
from bot.flows.state import DialogueEnd
from bot.follow_ups.plans import Kind
from bot.identity.state import IdentityLimits
from bot.messages import Sender


class Band(StrEnum):
    """Who answers a turn (contract: ``band``)."""

    AUTO = "auto"
    ASSIST = "assist"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Send a text to the buyer."""

    text: str
    """May still hold ``{ticket.number}`` and ``{ticket.due_at}`` when the turn opens a
    ticket: they are known, and filled, only inside the transaction, from the ticket of
    ``ticket_type``, else of the same ``intent_id``, else from the turn's first. So is ``{offer.coupon}`` when
    the turn grants an offer: which code it is, is known when it has been taken."""
    intent_id: str | None = None
    script_id: str | None = None
    variant: int = 0
    sender: Sender = Sender.ASSISTANT
    buttons: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    """Addresses of pictures that the shop gave."""
    ticket_type: str | None = None
    """Of several tickets of a turn the one that the text speaks of; None: unsaid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggest:
    """Offer a text to the agents of this conversation; the buyer does not see it."""

    text: str
    intent_id: str
    confidence: float
    script_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket:
    """Open a ticket, or add an event to the open one of this buyer, type and order."""

    ticket_type: str
    prefix: str
    """Of its number."""
    state: str
    """The state it starts in."""
    priority: Priority
    summary: str
    first_answer_due_at: datetime
    plan_due_at: datetime | None = None
    intent_id: str | None = None
    order_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFollowUp:
    """Promise to send a message later."""

    plan_id: str
    kind: Kind
    due_at: datetime
    is_once_per_order: bool = True
    """At most one planned or sent per buyer, plan and order."""
    order_ref: str | None = None
    item_ref: str | None = None
    once: str | None = None
    """At most one planned or sent per buyer, plan and this, whatever the order."""
    belongs_to_ticket: bool = False
    """Belongs to the ticket that this turn opens or adds to."""
    ticket_type: str | None = None
    """Of several tickets of a turn the one that it belongs to; None: the first."""


class HandOverReason(StrEnum):
    """Why a person is needed."""

    ASKED = "asked"
    RISK = "risk"
    SECOND_MISS = "second_miss"
    NO_SCRIPT = "no_script"
    GUARD = "guard"
    ANGRY = "angry"
    """The buyer is, and the assistant is not sure enough, or they stay so."""
    AUTHORITY = "authority"
    """A buyer bargains for what only a person may give."""
    UNTOLD = "untold"
    """The buyer would not tell what is needed to settle the matter."""
    SETTLED = "settled"
    """Everything is collected, and what follows is for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Give the conversation to the agents' queue."""

    reason: HandOverReason
    intent_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantOffer:
    """Give a buyer a concession on an item, in the place of the open one.

    Budgets, the code of a coupon and what is open are checked again in the transaction.
    """

    item_id: str
    policy: Policy
    grant: Grant
    valid_until: datetime
    day_began_at: datetime
    """When the shop's day began, whose budget it is counted against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAsk:
    """Remember an ask and how far down the ladder the buyer has come by it."""

    item_id: str
    policy: Policy
    tactic: Tactic
    ask: Ask
    answer: Answer
    expected_version: int
    """Of what was known when it was answered: another one makes the turn stale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopContact:
    """The buyer wants no more messages: every follow-up stops, for good."""

    words: str
    """What the buyer wrote; kept as evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseReview:
    """The buyer will not change a review: its contact ends for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCallBack:
    """The buyer answered the call-back of a ticket."""

    ticket_id: int
    is_solved: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPromise:
    """Write down what a reply of this turn promises, so that it is kept."""

    reply: int
    """Which of the turn's replies says it, counted from 0."""
    kind: str
    about: str
    """About one thing of one order one promise is open at a time."""
    words: str
    """As they leave; may hold the placeholders of the ticket, as the reply may."""
    due_at: datetime | None
    """None: when the ticket is due that the reply speaks of."""
    lead: timedelta
    """So long before it is due a warning is given; zero: none."""
    amount_fen: int | None = None
    order_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskIdentity:
    """Wait for an order's number and the end of its phone; remember what is told."""

    intent_id: str | None
    """What to go on with afterwards."""
    order_ref: str | None = None
    digits: bytes | None = field(default=None, repr=False)
    """Sealed."""
    check_id: int | None = None
    """The question that is open already; None: a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIdentity:
    """Write down one comparison; a right one lets this order be spoken of for a while."""

    check_id: int | None
    intent_id: str | None
    order_ref: str
    order_hash: bytes = field(repr=False)
    is_right: bool
    limits: IdentityLimits
    """Counted again where it is committed: two windows may try at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndIdentity:
    """Nothing is compared any more: a person goes on."""

    check_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerAnswered:
    """The buyer wrote: marketing and nudges planned for them are void."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellIncident:
    """The buyer was told of an incident: they hear from us when it is over."""

    incident_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A ticket goes into the state in which it waits for a decision."""

    ticket_type: str
    state: str
    from_states: frozenset[str]
    """It stays where it is in any other: a person has taken it further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDialogue:
    """A flow of this conversation begins, goes on or ends."""

    dialogue_id: int | None
    """None: it begins with this turn."""
    flow_id: str
    intent_id: str
    """That started it."""
    step: str
    slots: tuple[tuple[str, str], ...]
    """Everything that is known, by slot."""
    tries: int = 0
    """How often the open question was asked."""
    closed: DialogueEnd | None = None
    ticket_type: str | None = None
    """Belongs to the ticket of this type that the turn opens; None: as before."""
    collected: tuple[tuple[str, str], ...] = ()
    """What the turn adds to its tickets: the dialogue's own and ``writes_to``."""
    writes_to: tuple[str, ...] = ()
    """Types of the turn's tickets that the collected facts are written on."""
    submission: Submission | None = None
    """The ticket it has collected everything for now waits for somebody's decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateConversation:
    """The conversation's state after this turn."""

    misses: int
    is_greeted: bool
    last_intent: str | None
    used_variants: tuple[tuple[str, tuple[int, ...]], ...]
    """(script id, variants used so far), oldest script first."""
    is_question_closed: bool = False
    """The open question of the conversation was answered or is void."""
    mood: Mood = Mood.NEUTRAL
    """Of the buyer in this turn."""
    stretch_at: datetime | None = None
    """When the buyer began to talk, without a long silence since."""
    order_ref: str | None = None
    """An order of the buyer's that the words name: what follows is about it. None: none
    is named; what was named before still counts."""


Action = (
    Reply
    | Suggest
    | OpenTicket
    | PlanFollowUp
    | HandOver
    | GrantOffer
    | RecordAsk
    | StopContact
    | RefuseReview
    | AnswerCallBack
    | RecordPromise
    | AskIdentity
    | CheckIdentity
    | EndIdentity
    | BuyerAnswered
    | TellIncident
    | UpdateDialogue
    | UpdateConversation
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Everything that follows from one turn; committed as a whole or not at all."""

    band: Band
    intent_id: str
    confidence: float
    actions: tuple[Action, ...]
    phone: str | None = None
    """Digits that the buyer gave to be called on; stored sealed."""
    light: str = ""
    """How earlier turns changed the reading of this one, in words; empty: not at all."""
    mood: Mood = Mood.NEUTRAL
    """In which the buyer wrote."""
    explain: Callable[[], tuple[str, ...]] = field(
        default=tuple, repr=False, compare=False
    )
    """Finds ``why``; later and only when somebody asks, which is seldom."""

    @property
    def why(self) -> tuple[str, ...]:
        """Return the reasons: of what was understood, then of the rules."""
        return self.explain()
