"""Which pictures go out with a reply? Only addresses that the shop itself gave."""

import re
from collections.abc import Mapping
from typing import Final

from bot.catalogue.cards import ProductCard
from bot.scripts import Script

_PHOTOS: Final = "item.photos"
"""Where the values of a turn hold the addresses; no template may name it."""
MOST_PICTURES: Final = 3
"""More are a gallery: the item's own page shows them."""
_ADDRESS: Final = re.compile(r"https?://[^\s\x00-\x1f\x7f]+")


def picture_values(card: ProductCard) -> Mapping[str, str]:
    """Return the addresses of a card's photographs as a value of the turn."""
    shown = [one for one in card.photos if _ADDRESS.fullmatch(one)]
    return {_PHOTOS: "\n".join(shown[:MOST_PICTURES])} if shown else {}


def pictures_of(script: Script, values: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return what a script attaches; None: it has to, and there is nothing."""
    if script.attach is None:
        return ()
    return tuple(values.get(_PHOTOS, "").split()) or None
