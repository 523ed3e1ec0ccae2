"""Where does a text of a shop go, and what is spoken of there? For the outgoing guard."""

from datetime import datetime

from bot.guarding.outgoing import Surroundings
from server.shops import Shop
from storage.queries.spoken_items import Spoken


def surroundings_of(shop: Shop, spoken: Spoken, *, now: datetime) -> Surroundings:
    """Return what the shop's guard has to know of a text in a conversation.

    Args:
        shop: Whose rules hold, and whose connectors stand on which platform.
        spoken: Of the conversation, by ``storage.queries.spoken_items.spoken_of``.
        now: Aware UTC.
    """
    return Surroundings(
        guard=shop.guard,
        channel=shop.channel(spoken.connector),
        item=spoken.item,
        policies=spoken.policies,
        now=now,
    )
