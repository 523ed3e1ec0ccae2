"""What could one answer?"""

from collections.abc import Sequence

from aiohttp import web

from bot.scripts import Script
from connectors.base import Route
from server.api.desk.bargaining import find_standing
from server.api.desk.bodies import ConversationPlace
from server.api.desk.conversation_bodies import SuggestBody
from server.api.desk.conversations import buyer_name
from server.api.desk.parts import (
    DESK,
    Asking,
    DeskParts,
    answer,
    asking,
    body_of,
    place_of,
)
from server.api.desk.views.suggestions import SuggestionsBody, suggestions_body
from server.peoples_scripts import own_scripts
from server.suggesting import Pasted, Suggester
from storage.queries.conversations import suggestions

_MOST_OFFERED = 5


class Suggestions:
    """Replies that agents may send."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts
        self._suggester = Suggester(parts.database)

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return (
            Route(
                method="GET",
                path=DESK + "/conversations/{conversation_id}/suggestions",
                handler=self.for_conversation,
                role="agent",
                summary="Replies to what the buyer wrote last, for three wishes.",
                place=ConversationPlace,
                replies={200: SuggestionsBody},
            ),
            Route(
                method="POST",
                path=DESK + "/suggestions",
                handler=self.for_text,
                role="agent",
                summary="Replies to any text, for three wishes.",
                body=SuggestBody,
                replies={200: SuggestionsBody},
            ),
        )

    async def for_conversation(self, request: web.Request) -> web.Response:
        """Answer with replies to the buyer's newest words."""
        ask = asking(request, now=self._parts.clock())
        conversation_id = place_of(request, ConversationPlace).conversation_id
        found = await self._suggester.for_conversation(
            ask.shop, conversation_id, now=ask.now, own=await self._own(ask)
        )
        offered, name, standing = await self._parts.database.read(
            lambda connection: (
                suggestions(
                    connection,
                    ask.shop_id,
                    conversation_id=conversation_id,
                    limit=_MOST_OFFERED,
                ),
                buyer_name(connection, ask, conversation_id),
                find_standing(connection, ask, conversation_id),
            )
        )
        return answer(
            suggestions_body(
                found,
                offered=offered,
                pack=ask.shop.library.pack,
                role=ask.role,
                buyer_name=name,
                bargaining=standing,
            )
        )

    async def for_text(self, request: web.Request) -> web.Response:
        """Answer with replies to a pasted text."""
        ask = asking(request, now=self._parts.clock())
        body = await body_of(request, SuggestBody)
        found = await self._suggester.for_text(
            ask.shop,
            Pasted(text=body.text, order_id=body.order_id, item_id=body.item_id),
            now=ask.now,
            own=await self._own(ask),
        )
        return answer(
            suggestions_body(found, pack=ask.shop.library.pack, role=ask.role)
        )

    async def _own(self, ask: Asking) -> tuple[Script, ...]:
        """Return what the person who asks keeps for themselves."""
        return await self._parts.database.read(
            lambda connection: own_scripts(connection, ask.shop_id, ask.person_id)
        )
