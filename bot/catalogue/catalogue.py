"""Everything typed that a shop has said of itself; one per version, in memory."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.catalogue.promotions import Promotion
from bot.catalogue.shop_facts import ShopFacts, facts_at
from bot.desk.holidays import HolidayCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """A shop's facts, promotions and holidays; cards stand with their items."""

    facts: tuple[ShopFacts, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    """Also those that are over: where any was ever told, the shop's phrase is not used."""
    holidays: HolidayCalendar = field(default_factory=HolidayCalendar)

    def facts_at(self, at: datetime) -> ShopFacts:
        """Return what the shop's facts say at a moment."""
        return facts_at(self.facts, at)
