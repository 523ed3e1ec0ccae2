"""Down to which price may the item in question be spoken of?"""

from bot.facts import Item
from bot.guarding.prices import PriceLimit


def limit_of(item: Item | None) -> PriceLimit | None:
    """Return the limit of an item; None without an item, or when it has no floor."""
    if item is None or item.floor_fen is None:
        return None
    return PriceLimit(
        item_id=item.item_id, list_fen=item.list_fen, floor_fen=item.floor_fen
    )
