"""What does the shop say of one item? Its product card, read and edited."""

from collections.abc import Sequence

from aiohttp import web
from sqlalchemy import Connection

from bot.facts import Item
from connectors.base import Route
from connectors.card_bodies import card_body, card_of
from server.api.desk.bodies import ItemPlace
from server.api.desk.catalogue_bodies import (
    CONNECTOR,
    PutCardBody,
    StoredCardBody,
    VersionBody,
)
from server.api.desk.changing import change, check_words
from server.api.desk.parts import DESK, DeskParts, answer, asking, body_of, place_of
from storage.queries.fact_lists import card_version, known_item
from storage.repositories.facts import put_card

_CARD = DESK + "/items/{item_id}/card"


class Cards:
    """The product cards of one shop."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts

    def routes(self) -> Sequence[Route]:
        """Return the routes; agents read, managers change."""
        return (
            Route(
                method="GET",
                path=_CARD,
                handler=self.show_card,
                role="agent",
                summary="The product card of an item.",
                place=ItemPlace,
                replies={200: StoredCardBody},
            ),
            Route(
                method="PUT",
                path=_CARD,
                handler=self.put_card,
                role="manager",
                summary="Store the product card of an item.",
                body=PutCardBody,
                place=ItemPlace,
                replies={200: VersionBody},
            ),
        )

    async def show_card(self, request: web.Request) -> web.Response:
        """Answer with the card of an item."""
        ask = asking(request, now=self._parts.clock())
        item_id = place_of(request, ItemPlace).item_id

        def read(connection: Connection) -> tuple[Item, int]:
            item = known_item(connection, ask.shop_id, item_id)
            return item, card_version(connection, ask.shop_id, item_id)

        item, version = await self._parts.database.read(read)
        card = None if item.card is None else card_body(item.card)
        return answer(StoredCardBody(card=card, version=version))

    async def put_card(self, request: web.Request) -> web.Response:
        """Store the card of an item; the next turn speaks of it."""
        ask = asking(request, now=self._parts.clock())
        item_id = place_of(request, ItemPlace).item_id
        body = await body_of(request, PutCardBody)
        card = card_of(body.card, field="card", connector=CONNECTOR)
        check_words(ask, card, below="card.")
        version = await change(
            self._parts,
            ask,
            lambda connection: put_card(
                connection,
                ask.shop_id,
                item_id=item_id,
                card=card,
                seen=body.version,
                now=ask.now,
            ),
            action="card.put",
            subject=item_id,
        )
        return answer(VersionBody(version=version))
