"""Who may see personal data without its mask? Whoever says why; the look is kept."""

from collections.abc import Sequence

import msgspec
from aiohttp import web
from sqlalchemy import Connection

from bot.errors import NotFoundError
from connectors.base import Route
from connectors.signed_http.wire import decode
from server.api.access import shop_of, signed_in
from server.api.desk.paging import LARGEST
from server.api.desk.parts import DESK, answer
from server.api.desk.personal_bodies import (
    ReasonBody,
    RevealBody,
    RevealedBody,
    RevealItem,
    RevealsBody,
)
from server.api.desk.personal_reading import number_of, reason_of, row_id
from server.clock import Clock
from storage.database import Database
from storage.queries.buyers import buyer
from storage.queries.reveals import message_words, reveals
from storage.repositories.reveals import record_reveal

_LONGEST_PAGE = 200

_REVEAL = msgspec.json.Decoder(RevealBody)
_REASON = msgspec.json.Decoder(ReasonBody)


class Revealing:
    """The routes that show what is masked; all are a shop's."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def routes(self) -> Sequence[Route]:
        """Return every route with the lowest role that may use it."""
        return (
            Route(
                method="POST",
                path=f"{DESK}/buyers/{{buyer}}/reveal",
                handler=self.reveal_field,
                role="agent",
                summary="Show a buyer's phone or address; who looked and why is kept.",
                body=RevealBody,
                replies={200: RevealedBody},
            ),
            Route(
                method="POST",
                path=f"{DESK}/messages/{{message}}/reveal",
                handler=self.reveal_message,
                role="agent",
                summary="Show a message without the mask; who looked and why is kept.",
                body=ReasonBody,
                replies={200: RevealedBody},
            ),
            Route(
                method="GET",
                path=f"{DESK}/reveals",
                handler=self.list_reveals,
                role="manager",
                summary="Who looked at what without the mask, newest first.",
                replies={200: RevealsBody},
            ),
        )

    async def reveal_field(self, request: web.Request) -> web.Response:
        """Answer with a phone or address after the look was written down."""
        shop_id, buyer_id = shop_of(request).record.shop_id, row_id(request, "buyer")
        body = decode(await request.read(), _REVEAL)
        reason = reason_of(body.reason)
        person_id, now = signed_in(request).person_id, self._clock()

        def unit(connection: Connection) -> str | None:
            found = buyer(connection, shop_id, buyer_id)
            if found is None:
                raise NotFoundError("buyer", buyer_id)
            record_reveal(
                connection,
                shop_id,
                person_id=person_id,
                buyer_id=buyer_id,
                field=body.field,
                reason=reason,
                now=now,
            )
            return found.phone if body.field == "phone" else found.address

        value = await self._database.write(unit)
        return answer(RevealedBody(field=body.field, value=value))

    async def reveal_message(self, request: web.Request) -> web.Response:
        """Answer with a message's text after the look was written down."""
        shop_id, message_id = (
            shop_of(request).record.shop_id,
            row_id(request, "message"),
        )
        reason = reason_of(decode(await request.read(), _REASON).reason)
        person_id, now = signed_in(request).person_id, self._clock()
        field = f"message:{message_id}"

        def unit(connection: Connection) -> str:
            buyer_id, text = message_words(connection, shop_id, message_id)
            record_reveal(
                connection,
                shop_id,
                person_id=person_id,
                buyer_id=buyer_id,
                field=field,
                reason=reason,
                now=now,
            )
            return text

        text = await self._database.write(unit)
        return answer(RevealedBody(field=field, value=text))

    async def list_reveals(self, request: web.Request) -> web.Response:
        """Answer with one page of looks."""
        shop_id = shop_of(request).record.shop_id
        limit = number_of(request, "limit", default=50, most=_LONGEST_PAGE)
        after = number_of(request, "after", default=LARGEST, most=LARGEST)
        found = await self._database.read(
            lambda connection: reveals(connection, shop_id, limit=limit, before=after)
        )
        items = [
            RevealItem(
                id=it.reveal_id,
                user=it.user,
                buyer_id=it.buyer_id,
                field=it.field,
                reason=it.reason,
                at=it.at,
            )
            for it in found
        ]
        last = str(items[-1].id) if len(items) == limit else None
        return answer(RevealsBody(items=items, next=last))
