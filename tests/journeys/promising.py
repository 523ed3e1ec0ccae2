"""What the stories of promises and of unknown buyers share."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from server.promises import book_of
from server.speaking import Words, say
from storage.queries.conversations import SuggestionRecord, suggestions
from storage.queries.promises import PromiseFilter, PromiseRecord, promises
from storage.repositories.conversations import take_over
from tests.journeys.shop_floor import ShopFloor

UNSHIPPED: dict[str, Any] = {
    "buyer_id": "b1",
    "items": [{"item_id": "tea-03", "title": "高山绿茶"}],
    "state": "paid",
    "paid_at": "2026-11-23T09:00:00+08:00",
    "promised_ship_at": "2026-11-24T10:00:00+08:00",
    "updated_at": "2026-11-23T09:00:00+08:00",
}
"""An order that is to leave the warehouse on Tuesday at 10:00."""


async def promises_of(shop: ShopFloor, **wanted: Any) -> list[PromiseRecord]:
    """Return the shop's promises, oldest first."""
    return await shop.service.database.read(
        lambda connection: promises(
            connection, shop.shop_id, wanted=PromiseFilter(**wanted)
        )
    )


async def suggestions_of(
    shop: ShopFloor, conversation_id: int
) -> list[SuggestionRecord]:
    """Return what was suggested to the agents in a conversation."""
    return await shop.service.database.read(
        lambda connection: suggestions(
            connection, shop.shop_id, conversation_id=conversation_id
        )
    )


async def serve(shop: ShopFloor, conversation_id: int) -> int:
    """Let an agent take a conversation over; return who it is."""
    person_id = await shop.put_on_duty()
    await shop.service.database.write(
        lambda connection: take_over(
            connection,
            shop.shop_id,
            conversation_id=conversation_id,
            person_id=person_id,
            until=shop.clock() + timedelta(days=3),
            now=shop.clock(),
        )
    )
    return person_id


async def agent_says(
    shop: ShopFloor, conversation_id: int, person_id: int, text: str
) -> None:
    """Let an agent write to the buyer."""

    def unit(connection: Connection) -> None:
        say(
            connection,
            shop.shop_id,
            words=Words(
                conversation_id=conversation_id, person_id=person_id, text=text
            ),
            silence=timedelta(days=3),
            now=shop.clock(),
            is_delivered=lambda _: True,
            book=book_of(shop.service.shops.by_id(shop.shop_id)),
        )

    await shop.service.database.write(unit)
