"""Which pictures go out with a reply? Only addresses that the shop itself gave.

Those of the script come first, then the photographs of the item's card. The guard reads
the addresses like every word (:meth:`bot.deciding.draft.Draft.say`).
"""

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
    shown = [one for one in card.photos if is_picture_address(one)]
    return {_PHOTOS: "\n".join(shown[:MOST_PICTURES])} if shown else {}


def is_picture_address(address: str) -> bool:
    """Return whether buyers can be shown what lies there."""
    return _ADDRESS.fullmatch(address) is not None


def pictures_of(
    script: Script, values: Mapping[str, str], *, is_shown: bool = True
) -> tuple[str, ...] | None:
    """Return what a script attaches; None: it has to, and there is nothing.

    Args:
        script: Whose text is to be said.
        values: Facts of the turn, photographs among them.
        is_shown: The buyer's channel shows pictures. Where it does not, the text of a
            script goes alone; one that would speak of the photographs is not said.
    """
    if not is_shown:
        return () if script.attach is None else None
    photos = tuple(values.get(_PHOTOS, "").split())
    if script.attach is None:
        return script.pictures[:MOST_PICTURES]
    if not photos:
        return None
    return tuple(dict.fromkeys((*script.pictures, *photos)))[:MOST_PICTURES]
