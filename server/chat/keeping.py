"""How much may one buyer's pictures take? Admitted before they are read, then stored."""

import asyncio
import time
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from bot.errors import InvalidSignatureError, NotFoundError, RateLimitedError
from connectors.chat import ChatBuyer, EncodedPicture
from connectors.web_chat import WebChat
from server.chat.allowing import MEDIA
from server.chat.entering import Entering
from server.chat.media import media_path, store_picture
from server.chat.parts import ChatParts
from server.chat.tokens import token_hash
from storage.queries.pictures import pictures_since
from storage.repositories.devices import device
from storage.repositories.media import NewPicture, add_picture

_DAY: Final = timedelta(days=1)


class Keeping:
    """Stores pictures, so many and so much of one buyer a day."""

    def __init__(self, parts: ChatParts, entering: Entering) -> None:
        self._parts = parts
        self._entering = entering

    async def admit_picture(self, slug: str, *, token: str) -> bool:
        """Count a picture that comes; return whether its buyer has written before."""
        buyer = await self._owner(slug, token)
        self._parts.picture_rates.take(
            (slug, WebChat.name, buyer.buyer_ref), at=time.monotonic()
        )
        shop_id = self._parts.shops.by_slug(slug).record.shop_id
        now = self._parts.clock()
        await self._parts.database.read(
            lambda conn: self._check(conn, shop_id, buyer, now)
        )
        return _is_known(buyer)

    async def keep_picture(
        self, slug: str, *, token: str, picture: EncodedPicture
    ) -> str:
        """Store a picture of the buyer with this token and return its address."""
        shop_id = self._parts.shops.by_slug(slug).record.shop_id
        buyer = await self._entering.bind(await self._owner(slug, token))
        var = self._parts.var
        stored = await asyncio.to_thread(
            store_picture, var, shop_id=shop_id, picture=picture
        )
        try:
            await self._add(shop_id, buyer, stored)
        except RateLimitedError:
            path = media_path(var, shop_id=shop_id, name=stored.name)
            await asyncio.to_thread(path.unlink, missing_ok=True)
            raise
        return MEDIA + stored.name

    async def _add(self, shop_id: int, buyer: ChatBuyer, stored: NewPicture) -> None:
        now = self._parts.clock()

        def unit(conn: Connection) -> None:
            bound = device(conn, shop_id, token_hash(buyer.token))
            if bound is None:
                raise NotFoundError("buyer", "of this token")
            # Others may have come while this one was decoded.
            self._check(conn, shop_id, buyer, now)
            add_picture(conn, shop_id, buyer_id=bound.buyer_id, value=stored, now=now)

        await self._parts.database.write(unit)

    def _check(
        self, conn: Connection, shop_id: int, buyer: ChatBuyer, now: datetime
    ) -> None:
        parts = self._parts
        sent = pictures_since(
            conn, shop_id, pair=(WebChat.name, buyer.buyer_ref), since=now - _DAY
        )
        most = parts.picture_bytes_per_day
        is_too_much = 0 < most <= sent.size
        few = parts.pictures_of_strangers
        is_too_many = 0 < few <= sent.count and not _is_known(buyer)
        if sent.oldest is not None and (is_too_much or is_too_many):
            raise RateLimitedError(sent.oldest + _DAY - now)

    async def _owner(self, slug: str, token: str) -> ChatBuyer:
        buyer = await self._entering.owner(slug, token)
        if buyer is None:
            raise InvalidSignatureError("the token is wrong", connector=WebChat.name)
        return buyer


def _is_known(buyer: ChatBuyer) -> bool:
    """Return whether the shop vouches for them, or they have written before."""
    return buyer.is_identified or buyer.conversation_id is not None
