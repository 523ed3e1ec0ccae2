"""What can be said: intents, scripts and the pack that holds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

from bot.bargaining.asks import AskWords
from bot.bargaining.policy import RungKind
from bot.bargaining.situation import Outcome, Tactic
from bot.clarifying import ClarifyingTexts
from bot.deciding.mood import Mood, MoodRules
from bot.desk.ticket_types import TicketType, Workflow
from bot.facts import NAMELESS
from bot.flows.flow import Flow, FlowRules
from bot.follow_ups.plans import FollowUpPlan
from bot.guarding.rules import GuardRules
from bot.identity.state import IdentityTexts
from bot.incidents.values import IncidentKind, IncidentRules
from bot.promises.kinds import PromiseRules
from bot.replying.taboos import Taboo
from bot.understanding.answers import Question
from bot.understanding.lexicon import Lexicon
from bot.understanding.short_answers import AnswerWords
from bot.utterances import EntityKind


class Risk(StrEnum):
    """How far the assistant may go without a person."""

    AUTO = "auto"
    ASSIST = "assist"
    HUMAN = "human"


class Effect(StrEnum):
    """What an intent does besides being answered; code knows effects, never intents."""

    GREET = "greet"
    ACKNOWLEDGE = "acknowledge"
    CLOSE = "close"
    HAND_OVER = "hand_over"
    STOP_CONTACT = "stop_contact"
    BARGAIN = "bargain"
    OFF_TOPIC = "off_topic"
    REVIEW_REFUSED = "review_refused"
    REVIEW_AGREED = "review_agreed"
    AT_ONCE = "at_once"
    """Comes before all else that a turn says, and before a welcome: a person at once."""


class Use(StrEnum):
    """What a script is for."""

    REPLY = "reply"
    """The full answer."""
    HOLDING = "holding"
    """Sent for an assist intent while a person checks."""
    RECEIPT = "receipt"
    """The calming text that goes out when a person takes over."""
    ANSWERED = "answered"
    """Instead of the reply, once the buyer has told what a script asked for."""
    OFFER = "offer"
    """What a bargaining policy leads to; chosen by its conditions, not by intent."""


class Asked(StrEnum):
    """Whether a wish comes up for the first time in a talk."""

    FIRST = "first"
    AGAIN = "again"
    """It was answered a short while ago, and the turn tells nothing new."""


class Duty(StrEnum):
    """Whether a person is there to take over."""

    STAFFED = "staffed"
    AWAY = "away"
    """Nobody is on duty: after hours."""


class Attachment(StrEnum):
    """What a script sends along with its text."""

    PHOTOS = "photos"
    """The true photographs of the item's card; without one the script does not fit."""


class Audience(StrEnum):
    """Who may see and edit a script; the assistant uses the first two."""

    PACK = "pack"
    SHOP = "shop"
    TEAM = "team"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What a buyer wants, with everything the program may know about it."""

    intent_id: str
    zh: str
    risk: Risk
    effects: frozenset[Effect] = frozenset()
    urgency: int = 0
    """0 to 9; the most urgent intent of a turn is answered first."""
    facts_needed: tuple[str, ...] = ()
    """Placeholders that must be filled before the full script goes out by itself."""
    ticket: str | None = None
    follow_up: str | None = None
    followed_by: tuple[str, ...] = ()
    """Intents that buyers commonly go on with: a fragment after it may mean them."""
    tactic: Tactic | None = None
    """How it bargains. Without the effect ``bargain`` only a turn that names a figure
    does: a price, a share, a quantity."""
    flow: str | None = None
    """The conversation of several turns that it starts."""
    phrases: tuple[str, ...] = ()
    """Whoever says one of these means it, however improbable the matcher finds it; only
    with the effect ``at_once``. Folded."""
    unless: tuple[str, ...] = ()
    """Longer phrases in which one of these says nothing: 电梯困人演练."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A daily window, shop time; ``end`` before ``start`` runs over midnight."""

    start: time
    end: time
    weekdays: tuple[int, ...] = ()
    """1 is Monday; of the day on which the window begins. Empty: every day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """When a script fits. An empty tuple means any; the order is the order of weight."""

    outcome: tuple[Outcome, ...] = ()
    """Of bargaining, as are the next two; only of scripts with ``use: offer``."""
    rung: tuple[RungKind, ...] = ()
    tactic: tuple[Tactic, ...] = ()
    connector: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    item: tuple[str, ...] = ()
    incident: tuple[IncidentKind, ...] = ()
    """One of these lasts and concerns the turn."""
    mood: tuple[Mood, ...] = ()
    """Of the buyer in this turn."""
    asked: tuple[Asked, ...] = ()
    duty: tuple[Duty, ...] = ()
    order_state: tuple[str, ...] = ()
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing that a script asks the buyer for."""

    continues: str
    """The intent that an answer goes on with."""
    kinds: tuple[EntityKind, ...] = ()
    """Entities that answer it."""
    words: tuple[str, ...] = ()
    """Names of the pack's answer words that answer it."""
    is_yes_no: bool = False
    """A yes answers it; a no declines it."""
    says: tuple[str, ...] = ()
    """Only variants with one of these phrases ask for it; empty: all do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseRule:
    """Words of a text by which a script is chosen before anything is guessed.

    Everything that is set must hold. Words are compared after folding.
    """

    contains: tuple[str, ...] = ()
    """At least one of these."""
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    pattern: str = ""
    """Searched for with a time limit; one that takes longer does not match."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One curated reply to one intent, with variants that rotate."""

    script_id: str
    intent_id: str
    variants: tuple[str, ...]
    use: Use = Use.REPLY
    conditions: Conditions = Conditions()
    audience: Audience = Audience.PACK
    priority: int = 0
    buttons: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()
    phrases: PhraseRule | None = None
    """It is said only to texts that these fit, and then before all others."""
    valid_from: date | None = None
    """First day, shop time; None: always was."""
    valid_until: date | None = None
    """Last day, included."""
    category: tuple[str, ...] = ()
    """Where managers keep it, from the top: 售后, 退款."""
    tags: tuple[str, ...] = ()
    code: str = ""
    """By which an agent calls it up."""
    pictures: tuple[str, ...] = ()
    """Addresses of pictures that go out with it, the assistant's replies included."""
    variables: tuple[tuple[str, str], ...] = ()
    """What an agent is asked for before it is sent: ``{ask.name}``, and how it is called.
    The assistant cannot know it, so it does not send such a variant."""
    attach: Attachment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotQuestion:
    """How a fact is asked for that a reply lacks and the buyer can tell."""

    slot_id: str
    zh: str
    facts: frozenset[str]
    """Placeholders that the answer gives a value."""
    texts: tuple[str, ...]
    kinds: tuple[EntityKind, ...] = ()
    """Entities that answer it."""
    words: tuple[str, ...] = ()
    """Names of the pack's answer words that answer it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """Thresholds on calibrated probability that decide who answers."""

    auto: float
    """At least this confident, and ``auto_margin`` ahead: the assistant answers."""
    auto_margin: float
    assist: float
    """At least this confident: suggest, and send the holding reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Fixed texts that belong to no intent; each a tuple of variants."""

    welcome: tuple[str, ...]
    """The first message of a conversation: says that it is automatic."""
    fallback: tuple[str, ...]
    """Sent at the first miss, with ``fallback_buttons``."""
    fallback_buttons: tuple[str, ...]
    hand_over: tuple[str, ...]
    """A person is on duty and takes over."""
    after_hours: tuple[str, ...]
    """Nobody is on duty; names ``{time.next_open}``."""
    please_wait: tuple[str, ...]
    busy: tuple[str, ...]
    release: tuple[str, ...]
    """The assistant serves again after an agent's silence."""
    opt_out_done: tuple[str, ...]
    solved_thanks: tuple[str, ...]
    """The call-back was answered with: solved."""
    not_solved: tuple[str, ...]
    """The call-back was answered with: not solved; the ticket is open again."""
    marketing_suffix: str
    """Appended to each marketing message: how to refuse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadReview:
    """What follows from a bad or neutral review."""

    stars: int
    """So many stars or fewer make a review bad."""
    ticket: str
    """Type of the ticket in which a person finds the cause."""
    follow_up: str
    """Plan of the one contact, started when the cause is recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearPhrase:
    """What lies near an intent and belongs to another."""

    text: str
    intent_id: str
    """The intent that it belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """What understanding is checked with, apart from the examples."""

    must_hit: tuple[str, ...] = ()
    must_not_hit: tuple[NearPhrase, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BargainingContent:
    """What a trade says about bargaining besides its scripts."""

    words: AskWords = field(default_factory=AskWords)
    ticket: str | None = None
    """Type of the ticket of a person who changes an order; None: nobody does."""
    instead: str = ""
    """Says that an offer takes the place of an earlier one; ``{offer.instead}``."""
    keeps: str | None = None
    """Plan of the message to who pays later, or wants an item kept; None: there is none."""
    kept_texts: tuple[str, ...] = ()
    """Said when it is planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """The content of one trade, checked as a whole; immutable, one per version."""

    pack_id: str
    name: str
    version: str
    intents: Mapping[str, Intent]
    examples: Mapping[str, tuple[str, ...]]
    heldout: tuple[tuple[str, str], ...]
    scripts: tuple[Script, ...]
    texts: Texts
    lexicon: Lexicon
    bands: Bands
    workflow: Workflow
    ticket_types: Mapping[str, TicketType]
    follow_ups: Mapping[str, FollowUpPlan]
    questions: Mapping[str, Question]
    guard: GuardRules
    hand_over_ticket: str
    """Ticket type opened when a person is needed and the intent names none."""
    bad_review: BadReview | None = None
    bargaining: BargainingContent = field(default_factory=BargainingContent)
    answer_words: Mapping[str, AnswerWords] = field(default_factory=dict)
    """Lists of words that answer what a script asks for, by name."""
    moods: MoodRules = field(default_factory=MoodRules)
    """What tells a buyer's mood, and how an answer to it begins."""
    slots: Mapping[str, SlotQuestion] = field(default_factory=dict)
    """How the assistant asks for facts, by what is asked for."""
    taboos: tuple[Taboo, ...] = ()
    """What no reply should say; lint reads the templates for it."""
    incidents: IncidentRules = field(default_factory=IncidentRules)
    """What each kind of incident means in this trade."""
    policies: Mapping[str, str] = field(default_factory=dict)
    """Default shop policies by placeholder, such as ``shop.ship_within``."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Policies that only this trade has, by placeholder, with what people call them."""
    nameless: str = NAMELESS
    """``{buyer.name}`` of somebody whose name is not known."""
    promises: PromiseRules = field(default_factory=PromiseRules)
    """What counts as a promise, and what keeps it."""
    identity: IdentityTexts | None = None
    """What is said to buyers nobody vouches for; None: they are not asked."""
    clarifying: ClarifyingTexts | None = None
    """None: nobody is asked what they meant."""
    flows: Mapping[str, Flow] = field(default_factory=dict)
    flow_rules: FlowRules = field(default_factory=FlowRules)
    snippets: Mapping[str, str] = field(default_factory=dict)
    """Words that several scripts share: ``{snippet.name}``."""
    phrases: Mapping[str, Phrases] = field(default_factory=dict)
    """By intent: what must and what must not be understood as it."""

    def with_effect(self, effect: Effect) -> tuple[str, ...]:
        """Return the ids of the intents that have this effect."""
        return tuple(
            intent.intent_id
            for intent in self.intents.values()
            if effect in intent.effects
        )
