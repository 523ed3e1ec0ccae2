"""What an incident is, and what a pack says of its kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.facts import OrderState


class IncidentKind(StrEnum):
    """What has happened."""

    WAREHOUSE_STOP = "warehouse_stop"
    COURIER_STOP = "courier_stop"
    SHORTAGE = "shortage"
    WRONG_PRICE = "wrong_price"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whom an incident concerns: whoever fits each list that is not empty."""

    couriers: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    """Item ids."""
    categories: tuple[str, ...] = ()


EVERYTHING: Final = Scope()
"""The whole shop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that keeps a shop from what it usually promises."""

    incident_id: int
    kind: IncidentKind
    scope: Scope
    text: str
    """What buyers read instead of an answer that promises; a manager's words."""
    starts_at: datetime
    ends_at: datetime | None = None
    """When it is expected to be over, and then is; None: nobody knows."""

    def is_running(self, now: datetime) -> bool:
        """Return whether it lasts at this moment."""
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRule:
    """What one kind of incident means in a trade."""

    zh: str
    intents: frozenset[str]
    """Wishes that get the incident's text instead of their scripts."""
    closing: str
    """The follow-up plan of the message when it is over."""
    withholds: frozenset[str] = frozenset()
    """Placeholders that promise what cannot be kept: without a value meanwhile."""
    not_for: frozenset[OrderState] = frozenset()
    """States of an order that it cannot concern any more; an unknown order it can."""
    withheld_scripts: frozenset[str] = frozenset()
    """Scripts that promise in words of their own: not sent meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRules:
    """What a pack says of incidents; without a kind's rule it cannot be declared."""

    kinds: Mapping[IncidentKind, IncidentRule] = field(default_factory=dict)
    again: tuple[str, ...] = ()
    """Said to a buyer who has read the incident's text already."""
