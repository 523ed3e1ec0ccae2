"""What an utterance is, and what was understood of it: the values of bot.understanding."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class EntityKind(StrEnum):
    """The kinds of things protected before tokenising (contract: ``xiaoer match``)."""

    ORDER_NO = "order_no"
    TRACKING_NO = "tracking_no"
    PHONE = "phone"
    AMOUNT_FEN = "amount_fen"
    DISCOUNT = "discount"
    DATE = "date"
    DURATION_DAYS = "duration_days"
    HEIGHT_CM = "height_cm"
    WEIGHT_JIN = "weight_jin"
    SIZE = "size"
    QUANTITY = "quantity"
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One protected span of a text."""

    kind: EntityKind
    value: str | int | float
    """Digits for phones, fen for amounts, 0.8 for 八折, an ISO date, days, cm, jin."""
    start: int
    """Code point positions in the original text; ``end`` is exclusive."""
    end: int
    courier: str | None = None
    """Only for tracking numbers, and only when the pattern decides it."""


class Polarity(StrEnum):
    """Which way a clause points."""

    PLAIN = "plain"
    NEGATED = "negated"
    QUESTION = "question"
    NEGATED_QUESTION = "negated_question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One part of an utterance that can carry an intent of its own."""

    text: str
    """Folded text."""
    start: int
    """Code point positions in the original text; ``end`` is exclusive."""
    end: int
    polarity: Polarity = Polarity.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """A text after folding, with the way back to the original positions."""

    original: str
    text: str
    positions: tuple[int, ...]
    """positions[i] is the original index of text[i]; one more entry for the end."""
    signals: frozenset[str] = frozenset()
    """Names of what folding removed but meaning needs, such as ``emoji_angry``."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original positions of the folded span ``start`` to ``end``."""
        if end <= start:
            return self.positions[start], self.positions[start]
        return self.positions[start], self.positions[end - 1] + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """One intent with the calibrated probability that it is the right one."""

    intent_id: str
    confidence: float
    """0 to 1; calibrated on held-out phrasings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """Everything read out of one turn's text."""

    text: str
    """The original text."""
    folded: Folded
    clauses: tuple[Clause, ...]
    entities: tuple[Entity, ...]
    guesses: tuple[Guess, ...]
    """Best first; never empty; off-topic is an intent like any other."""
    intents: tuple[str, ...]
    """Every intent in the text, most urgent first; the turn's main intent is in it."""
    explain: Callable[[], tuple[str, ...]] = field(repr=False, compare=False)
    """Finds ``why``; later and only when somebody asks, which is seldom."""
    is_opt_out: bool = False
    """The whole text is one of the pack's fixed opt-out words (退订, 拒收 …)."""
    clause_guesses: Mapping[str, float] = field(default_factory=dict)
    """Confidence of each intent in ``intents``."""
    answers: str | None = None
    """The intent that goes on with what the text tells, as we had asked for it."""
    light: str = ""
    """How earlier turns changed the reading, in words; empty: they did not."""

    @property
    def why(self) -> tuple[str, ...]:
        """Return reasons that a manager understands: nearest examples, deciding terms."""
        return self.explain()

    @property
    def best(self) -> Guess:
        """Return the most probable intent."""
        return self.guesses[0]

    @property
    def margin(self) -> float:
        """Return the lead of the best guess over the second, 0 to 1."""
        if len(self.guesses) < 2:  # noqa: PLR2004 - two are needed for a distance
            return self.guesses[0].confidence
        return self.guesses[0].confidence - self.guesses[1].confidence
