"""Which promotions are there, and which may be named now?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.catalogue.checking import WrongFactError
from bot.catalogue.validity import check_span, valid_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """One promotion of a shop; half open: over at ``valid_until`` itself."""

    promotion_id: str
    """The shop's own name of it in lists and addresses."""
    title: str
    phrase: str
    """What a buyer is told, as part of a sentence: 满199减20."""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    items: tuple[str, ...] = ()
    """The shop's own item numbers."""
    categories: tuple[str, ...] = ()
    """With neither items nor categories it is for all."""

    def __post_init__(self) -> None:
        """Refuse a span without a moment and words that say nothing."""
        check_span(self.valid_from, self.valid_until)
        for field in ("promotion_id", "title", "phrase"):
            if not getattr(self, field).strip():
                raise WrongFactError(field, "must not be blank")

    def is_for(self, *, item_id: str, category: str | None) -> bool:
        """Return whether an item takes part."""
        if not self.items and not self.categories:
            return True
        return item_id in self.items or category in self.categories


def promotions_at(promotions: Iterable[Promotion], at: datetime) -> list[Promotion]:
    """Return the promotions that run at a moment, what ends first at the front."""
    running = valid_at(promotions, at)
    return sorted(
        running, key=lambda one: (one.valid_until is None, one.valid_until or at)
    )
