"""Everything typed that a shop has said of itself; one per version, in memory."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.catalogue.promotions import Promotion
from bot.catalogue.shop_facts import ShopFacts, facts_at
from bot.catalogue.validity import is_valid
from bot.desk.holidays import HolidayCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """A shop's facts, promotions and holidays; cards stand with their items."""

    facts: tuple[ShopFacts, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    """Also those that are over: where any was ever told, the shop's phrase is not used."""
    holidays: HolidayCalendar = field(default_factory=HolidayCalendar)
    _merged: dict[tuple[int, ...], ShopFacts] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What is said together, by the places of the sets that hold."""

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was ever told."""
        return not self.facts and not self.promotions

    def facts_at(self, at: datetime) -> ShopFacts:
        """Return what the shop's facts say at a moment; the same value while they do."""
        holding = tuple(
            place for place, one in enumerate(self.facts) if is_valid(one, at)
        )
        known = self._merged.get(holding)
        if known is None:
            known = self._merged[holding] = facts_at(self.facts, at)
        return known
