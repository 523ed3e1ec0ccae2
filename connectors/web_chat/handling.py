"""What follows from one frame of the buyer's?"""

import asyncio
import math
from collections.abc import Callable
from typing import assert_never

from bot.errors import InvalidPayloadError, NotFoundError, RateLimitedError
from connectors.chat import ChatBuyer, ChatDraft, ChatHost, ChatShop
from connectors.texts import clean_text
from connectors.web_chat import wire
from connectors.web_chat.identity import named_by
from connectors.web_chat.watching import Watching

_TYPING_SECONDS = 1.0
"""Told at most so often."""


class Incoming:
    """The frames of one socket after its hello."""

    __slots__ = (
        "_begin",
        "_host",
        "_item_id",
        "_order_id",
        "_shop",
        "_typed_at",
        "_watching",
    )

    def __init__(
        self,
        host: ChatHost,
        shop: ChatShop,
        watching: Watching,
        *,
        hello: wire.Hello,
        begin: Callable[[], None],
    ) -> None:
        """Serve one socket.

        Args:
            host: the program.
            shop: whose window it is.
            watching: what is shown in it.
            hello: the first frame.
            begin: counts a new conversation; raises when there are too many.
        """
        self._begin = begin
        self._host = host
        self._shop = shop
        self._watching = watching
        self._item_id = hello.item_id
        self._order_id = hello.order_id
        self._typed_at = 0.0

    async def take(self, frame: wire.FromClient) -> None:
        """Do what a frame asks for.

        Raises:
            InvalidPayloadError: it must not come now.
            InvalidSignatureError: the shop does not vouch for the name in it.
        """
        match frame:
            case wire.Say():
                await self._say(frame)
            case wire.Typing():
                self._type()
            case wire.History():
                await self._watching.show_history(before=frame.before)
            case wire.Rating():
                await self._rate(frame)
            case wire.Identify():
                await self._identify(frame)
            case wire.Hello():
                raise InvalidPayloadError("hello comes once", connector=wire.NAME)
            case _:
                assert_never(frame)

    async def _say(self, frame: wire.Say) -> None:
        draft = ChatDraft(
            client_id=frame.id,
            text=frame.text,
            picture=frame.picture,
            item_ref=self._item_id if frame.item_id is None else frame.item_id,
            order_ref=self._order_id if frame.order_id is None else frame.order_id,
        )
        watching = self._watching
        try:
            buyer = watching.buyer
            if buyer.conversation_id is None and not buyer.is_identified:
                self._begin()
            taken = await self._host.receive(buyer, draft)
        except RateLimitedError as error:
            await watching.send(_too_fast(frame, error))
            return
        except InvalidPayloadError as error:
            raise wire.RefusedFrameError(
                str(error), field=error.field, client_id=frame.id
            ) from error
        # What the page is about came with this message; the next ones go on from it.
        self._item_id = self._order_id = None
        await watching.send(
            wire.taken(
                frame.id, message_id=taken.receipt.message_id, sent_at=taken.sent_at
            )
        )
        await watching.settle(taken.buyer)

    def _type(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._typed_at >= _TYPING_SECONDS:
            self._typed_at = now
            self._host.type(self._watching.buyer)

    async def _rate(self, frame: wire.Rating) -> None:
        watching = self._watching
        try:
            await self._host.rate(
                watching.buyer, stars=frame.stars, reason=clean_text(frame.reason)
            )
        except NotFoundError as error:
            raise wire.RefusedFrameError(
                "there is no conversation yet", field="stars", client_id=None
            ) from error
        await watching.send(wire.rated())

    async def _identify(self, frame: wire.Identify) -> None:
        named = named_by(frame, secret=self._shop.secret)
        if named is None:
            return

        async def identified(buyer: ChatBuyer) -> ChatBuyer:
            return await self._host.identify(buyer, named)

        await self._watching.become(identified)


def _too_fast(frame: wire.Say, error: RateLimitedError) -> bytes:
    seconds = max(1, math.ceil(error.retry_after.total_seconds()))
    return wire.refused(
        frame.id, code="rate_limited", message=str(error), retry_after=seconds
    )
