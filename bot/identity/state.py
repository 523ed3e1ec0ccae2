"""How far has an anonymous buyer come with showing that an order is theirs?"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Outcome(StrEnum):
    """What a comparison in this turn came to."""

    RIGHT = "right"
    WRONG = "wrong"
    """Number unknown, phone another, or no phone told: which one is not told."""
    LIMITED = "limited"
    """Not compared: too many tries of this conversation, or for this number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityLimits:
    """How often may be tried, and how long it holds."""

    tries: int = 5
    """An hour, of one conversation and for one order number; 0: nobody is asked."""
    verified_for: timedelta = timedelta(minutes=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityState:
    """Everything about identity that one turn of an anonymous buyer is decided on."""

    limits: IdentityLimits
    check_id: int | None = None
    """The question that waits for its answer; None: none does."""
    intent_id: str | None = None
    """What was wanted when it was asked."""
    order_ref: str | None = None
    """The number as told, now or before."""
    digits: bytes | None = field(default=None, repr=False)
    """Sealed; told now or before."""
    is_telling: bool = False
    """This turn tells a part of it."""
    outcome: Outcome | None = None
    """None: not everything is told yet."""
    order_hash: bytes | None = field(default=None, repr=False)
    """Keyed hash of the number that was tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityTexts:
    """What is said about it; each a tuple of variants."""

    ask: tuple[str, ...]
    """For the number and the last four digits."""
    ask_order: tuple[str, ...]
    """The digits are told: for the number."""
    ask_digits: tuple[str, ...]
    """The number is told: for the digits."""
    wrong: tuple[str, ...]
    """The same words whatever was wrong."""
    limited: tuple[str, ...]
    """A person goes on."""
