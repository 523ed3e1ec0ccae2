"""What does a turn look like to whoever reckons with typed facts? Facts, now, the shop's day."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.catalogue.cards import ProductCard
from bot.catalogue.shipping import ShipPlan, ships_today
from bot.catalogue.shop_facts import ShopFacts
from bot.catalogue.validity import is_valid
from bot.facts import Facts, Item
from bot.replying.render import format_date, format_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Facts, what the shop's sets say now, and when now is; lives for one turn."""

    facts: Facts
    shop: ShopFacts
    now: datetime

    @property
    def today(self) -> date:
        """Return today in the shop."""
        return self.day_of(self.now)

    def day_of(self, at: datetime) -> date:
        """Return the day of a moment in the shop."""
        return at.astimezone(ZoneInfo(self.facts.timezone)).date()

    def say_day(self, day: date) -> str:
        """Return a day as people say it: 后天, 11月28日."""
        zone = ZoneInfo(self.facts.timezone)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
        return format_date(noon, timezone=self.facts.timezone, now=self.now)

    def say_time(self, at: datetime) -> str:
        """Return a moment as people say it: 明天18:00."""
        return format_time(at, timezone=self.facts.timezone, now=self.now)

    def ship_plan(self, at: datetime) -> ShipPlan | None:
        """Return when what is paid at a moment leaves, None when nobody has said."""
        holidays = self.facts.catalogue.holidays
        return ships_today(self.shop, holidays, at, timezone=self.facts.timezone)


def card_at(item: Item | None, now: datetime) -> ProductCard | None:
    """Return the card that speaks of an item now, None when there is none."""
    card = None if item is None else item.card
    return card if card is not None and is_valid(card, now) else None
