"""Who comes to a window, and who do they turn out to be?"""

from dataclasses import replace

from sqlalchemy import Connection

from bot.desk.ticket_types import Phase
from connectors.chat import ChatBuyer, Named
from connectors.web_chat import WebChat
from connectors.web_chat.identity import ANONYMOUS
from server.chat.tokens import anonymous_ref, is_ours, new_token, token_hash
from server.clock import Clock
from server.live.feed import Feed
from server.shops import Shop, Shops
from storage.database import Database
from storage.queries.chat import conversation_of
from storage.repositories.devices import DeviceRecord, bind_device, device
from storage.repositories.intake import ensure_buyers
from storage.repositories.merging import merge


class Entering:
    """Tokens and names in, buyers out."""

    def __init__(
        self, *, database: Database, shops: Shops, feed: Feed, clock: Clock
    ) -> None:
        self._database = database
        self._shops = shops
        self._feed = feed
        self._clock = clock

    async def enter(
        self, slug: str, *, token: str | None, named: Named | None
    ) -> ChatBuyer:
        """Return who comes; nothing is written of whom nothing is stored."""
        shop = self._shops.by_slug(slug)
        known = None if token is None else await self._device(shop, token)
        if known is not None and named is None and not _is_anonymous(known):
            # The shop's log-out must end it: only the shop's word opens what is theirs.
            known = token = None
        if token is None or (
            known is None and not is_ours(token, secret=shop.account.secret)
        ):
            token = new_token(shop.account.secret)
        if known is not None:
            buyer = _buyer(slug, token, known)
            return buyer if named is None else await self.identify(buyer, named)
        if named is None:
            return _anonymous(slug, token)
        return await self._named(shop, token, named)

    async def follow(self, buyer: ChatBuyer) -> ChatBuyer:
        """Return who sits at an open window now, after a merge or a forgetting."""
        shop = self._shops.by_slug(buyer.shop)
        known = await self._device(shop, buyer.token)
        if known is not None:
            return _buyer(buyer.shop, buyer.token, known)
        if not buyer.is_identified:
            return _anonymous(buyer.shop, buyer.token)
        named = Named(user_id=buyer.buyer_ref, user_name=buyer.buyer_name)
        return await self._named(shop, buyer.token, named)

    async def owner(self, slug: str, token: str) -> ChatBuyer | None:
        """Return whose browser has this token; None when it is not one of ours."""
        shop = self._shops.by_slug(slug)
        known = await self._device(shop, token)
        if known is not None:
            return _buyer(slug, token, known)
        if is_ours(token, secret=shop.account.secret):
            return _anonymous(slug, token)
        return None

    async def identify(self, buyer: ChatBuyer, named: Named) -> ChatBuyer:
        """Return who the buyer is now that the shop vouches for them."""
        shop = self._shops.by_slug(buyer.shop)
        if buyer.buyer_ref == named.user_id:
            return replace(buyer, buyer_name=named.user_name)
        known = await self._device(shop, buyer.token)
        if known is None:
            return await self._named(shop, buyer.token, named)
        await self._take_along(shop, await self._named(shop, buyer.token, named))
        # Read once more: what they are now may have come along.
        return await self.bind(await self._named(shop, buyer.token, named))

    async def settle(self, buyer: ChatBuyer) -> ChatBuyer:
        """Return whose the browser is after an anonymous buyer's message.

        Another of their windows may have identified them a moment before: then the
        message came too late to be taken along, and follows now.
        """
        shop = self._shops.by_slug(buyer.shop)
        known = await self._device(shop, buyer.token)
        if known is None:
            # They were forgotten while the window was open: the browser is new again.
            return await self.bind(buyer)
        if known.buyer_ref == buyer.buyer_ref:
            return buyer
        named = Named(user_id=known.buyer_ref, user_name=None)
        await self._merge(shop, buyer.buyer_ref, named)
        return replace(await self._named(shop, buyer.token, named), is_bound=True)

    async def bind(self, buyer: ChatBuyer) -> ChatBuyer:
        """Store whose the browser is; return whom it belongs to."""
        shop = self._shops.by_slug(buyer.shop)
        if buyer.is_identified:
            await self._take_along(shop, buyer)
        now = self._clock()
        bound = await self._database.write(
            lambda conn: bind_device(
                conn,
                shop.record.shop_id,
                token_hash=token_hash(buyer.token),
                pair=(WebChat.name, buyer.buyer_ref),
                is_taking=buyer.is_identified,
                now=now,
            )
        )
        named = _buyer(buyer.shop, buyer.token, bound)
        name = buyer.buyer_name if named.buyer_ref == buyer.buyer_ref else None
        return replace(named, buyer_name=name, is_bound=True)

    async def _take_along(self, shop: Shop, buyer: ChatBuyer) -> None:
        """Merge what came without the buyer's name, such as their first picture."""
        known = await self._device(shop, buyer.token)
        if known is not None and _is_anonymous(known):
            named = Named(user_id=buyer.buyer_ref, user_name=buyer.buyer_name)
            await self._merge(shop, known.buyer_ref, named)

    async def _named(self, shop: Shop, token: str, named: Named) -> ChatBuyer:
        shop_id = shop.record.shop_id
        conversation_id = await self._database.read(
            lambda conn: conversation_of(
                conn, shop_id, pair=(WebChat.name, named.user_id)
            )
        )
        return ChatBuyer(
            shop=shop.record.slug,
            token=token,
            buyer_ref=named.user_id,
            buyer_name=named.user_name,
            is_identified=True,
            conversation_id=conversation_id,
        )

    async def _merge(self, shop: Shop, anonymous: str, named: Named) -> None:
        closed = next(
            state.state_id
            for state in shop.library.pack.workflow.states.values()
            if state.phase is Phase.CLOSED
        )
        now = self._clock()

        def unit(conn: Connection) -> None:
            shop_id = shop.record.shop_id
            source = (WebChat.name, anonymous)
            ids = ensure_buyers(conn, shop_id, names={source: None}, now=now)
            merge(
                conn,
                shop_id,
                anonymous_id=ids[source],
                names={(WebChat.name, named.user_id): named.user_name},
                closed_state=closed,
                now=now,
            )

        await self._database.write(unit)
        # Whoever listens from now on must not be told of this very merge.
        await self._feed.read_on()

    async def _device(self, shop: Shop, token: str) -> DeviceRecord | None:
        return await self._database.read(
            lambda conn: device(conn, shop.record.shop_id, token_hash(token))
        )


def _is_anonymous(known: DeviceRecord) -> bool:
    return known.buyer_ref.startswith(ANONYMOUS)


def _anonymous(slug: str, token: str) -> ChatBuyer:
    return ChatBuyer(
        shop=slug,
        token=token,
        buyer_ref=anonymous_ref(token),
        buyer_name=None,
        is_identified=False,
        conversation_id=None,
    )


def _buyer(slug: str, token: str, known: DeviceRecord) -> ChatBuyer:
    return ChatBuyer(
        shop=slug,
        token=token,
        buyer_ref=known.buyer_ref,
        buyer_name=None,
        is_identified=not _is_anonymous(known),
        conversation_id=known.conversation_id,
    )
