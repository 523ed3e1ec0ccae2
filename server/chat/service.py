"""The program as the chat window sees it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.errors import NotFoundError
from bot.messages import IncomingMessage, Receipt, Sender
from connectors.chat import (
    ChatBuyer,
    ChatDraft,
    ChatShop,
    Hear,
    PictureFile,
    Sound,
    Taken,
)
from connectors.web_chat import WebChat
from server.chat.allowing import allowed
from server.chat.entering import Entering
from server.chat.keeping import Keeping
from server.chat.media import media_path
from server.chat.parts import ChatParts
from server.chat.reading import Reading
from server.chat.tokens import message_ref
from server.live.feed import Change, Stream
from server.live.typing import Typed
from server.shops import Shop
from storage.queries.pictures import picture
from storage.repositories.ratings import rate
from storage.states import ConversationEventKind

_NOBODYS: Final = 0
"""In place of a conversation: the window of somebody who has not written yet."""
DEFAULT_COLOUR: Final = "#c2410c"
DEFAULT_POSITION: Final = "right"
_TYPISTS: Final = {
    Sender.ASSISTANT: Sound.ASSISTANT_TYPES,
    Sender.AGENT: Sound.AGENT_TYPES,
}


class ChatService:
    """Everything that ``ChatHost`` promises to the connector."""

    def __init__(self, parts: ChatParts) -> None:
        self._parts = parts
        self._database = parts.database
        self._shops = parts.shops
        self._entering = Entering(
            database=parts.database,
            shops=parts.shops,
            feed=parts.feed,
            clock=parts.clock,
        )
        reading = Reading(database=parts.database, shops=parts.shops)
        self.enter = self._entering.enter
        self.follow = self._entering.follow
        self.identify = self._entering.identify
        keeping = Keeping(parts, self._entering)
        self.admit_picture = keeping.admit_picture
        self.keep_picture = keeping.keep_picture
        self.is_known_up_to = reading.is_known_up_to
        self.newer = reading.newer
        self.older = reading.older
        self.these = reading.these
        self.status = parts.board.status

    def shop(self, slug: str) -> ChatShop | None:
        """Return the shop of this name, None when there is none."""
        shop = self._shops.find(slug)
        return None if shop is None else chat_shop(shop)

    async def receive(self, buyer: ChatBuyer, draft: ChatDraft) -> Taken:
        """Store a message; return only after the commit."""
        if not buyer.is_bound:
            buyer = await self._entering.bind(buyer)
        shop = self._shops.by_slug(buyer.shop)
        draft = await self._database.read(
            lambda conn: allowed(conn, shop.record.shop_id, buyer, draft)
        )
        receipt = await self._parts.inbox.receive(
            IncomingMessage(
                shop=buyer.shop,
                connector=WebChat.name,
                platform_message_id=message_ref(buyer.token, draft.client_id),
                buyer_ref=buyer.buyer_ref,
                buyer_name=buyer.buyer_name,
                text=draft.text,
                image_url=draft.picture,
                order_ref=draft.order_ref,
                item_ref=draft.item_ref,
                is_verified=buyer.is_identified,
            )
        )
        buyer = replace(buyer, conversation_id=receipt.conversation_id)
        if not buyer.is_identified:
            buyer = await self._entering.settle(buyer)
        return await self._taken(buyer, receipt)

    async def rate(self, buyer: ChatBuyer, *, stars: int, reason: str) -> None:
        """Store what the buyer thinks of the conversation."""
        conversation_id = buyer.conversation_id
        if conversation_id is None:
            raise NotFoundError("conversation", "of this buyer")
        shop_id = self._shops.by_slug(buyer.shop).record.shop_id
        now = self._parts.clock()
        await self._database.write(
            lambda conn: rate(
                conn,
                shop_id,
                conversation_id=conversation_id,
                stars=stars,
                reason=reason,
                now=now,
            ),
            key=conversation_id,
        )

    def type(self, buyer: ChatBuyer) -> None:
        """Tell whoever looks that the buyer is typing."""
        if buyer.conversation_id is not None:
            shop_id = self._shops.by_slug(buyer.shop).record.shop_id
            self._parts.typing.tell(shop_id, buyer.conversation_id, Sender.BUYER)

    async def watch(self, buyer: ChatBuyer, hear: Hear) -> Callable[[], None]:
        """Call ``hear`` with what happens to the buyer's conversation from now on."""
        shop_id = self._shops.by_slug(buyer.shop).record.shop_id
        place = buyer.conversation_id
        leave_board = self._parts.board.listen(
            lambda: hear(Sound.STATUS, 0),
            shop_id=shop_id,
            conversation_id=_NOBODYS if place is None else place,
        )
        if place is None:
            return leave_board

        def hear_change(change: Change) -> None:
            hear(_sound_of(change), change.id)

        def hear_typed(typed: Typed) -> None:
            if typed.who in _TYPISTS:
                hear(_TYPISTS[typed.who], 0)

        leave_typing = self._parts.typing.listen(
            hear_typed, shop_id=shop_id, conversation_id=place
        )
        leave_feed = await self._parts.feed.listen(
            hear_change, shop_id=shop_id, conversation_id=place
        )

        def leave() -> None:
            leave_board()
            leave_typing()
            leave_feed()

        return leave

    async def picture(self, name: str) -> PictureFile | None:
        """Return where the picture of this name lies, None when there is none."""
        found = await self._database.read(lambda conn: picture(conn, name))
        if found is None:
            return None
        path = media_path(self._parts.var, shop_id=found.shop_id, name=found.name)
        is_there = await asyncio.to_thread(path.is_file)
        return (
            PictureFile(path=path, content_type=found.content_type)
            if is_there
            else None
        )

    async def _taken(self, buyer: ChatBuyer, receipt: Receipt) -> Taken:
        if receipt.is_accepted:
            return Taken(buyer=buyer, receipt=receipt, sent_at=self._parts.clock())
        page = await self.these(buyer, [receipt.message_id])
        sent_at = page.messages[0].sent_at if page.messages else self._parts.clock()
        return Taken(buyer=buyer, receipt=receipt, sent_at=sent_at)


def chat_shop(shop: Shop) -> ChatShop:
    """Return what the window shows of a shop; what it has not set has a default."""
    chat: Mapping[str, object] = shop.record.settings.get("chat", {})
    origins = chat.get("origins", ())
    return ChatShop(
        slug=shop.record.slug,
        name=shop.record.name,
        secret=shop.account.secret,
        colour=str(chat.get("colour", DEFAULT_COLOUR)),
        position=str(chat.get("position", DEFAULT_POSITION)),
        privacy_url=_privacy_url(shop),
        origins=tuple(map(str, origins)) if isinstance(origins, Sequence) else (),
    )


def _privacy_url(shop: Shop) -> str:
    """Return the shop's own privacy notice, else ours; only ever an address."""
    own = shop.policies.get("shop.privacy_url", "")
    if own.startswith(("https://", "http://")):
        return own
    return f"/chat/{shop.record.slug}/privacy"


def _sound_of(change: Change) -> Sound:
    if change.stream is Stream.MESSAGES:
        return Sound.MESSAGE
    if change.kind == ConversationEventKind.MERGED:
        return Sound.MERGED
    return Sound.STATUS
