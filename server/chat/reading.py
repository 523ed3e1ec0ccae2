"""What does a buyer see of their conversation? Messages with what they came with."""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Connection

from connectors.chat import Card, ChatBuyer, ChatMessage, ChatPage
from server.chat.tokens import client_id_of
from server.shops import Shops
from storage.database import Database
from storage.queries import facts
from storage.queries.chat import (
    ChatRecord,
    chat_after,
    chat_before,
    chat_of,
    is_known_up_to,
    titles,
)

_Query = Callable[[Connection, int, int], list[ChatRecord]]
"""(connection, shop, conversation) → messages, oldest first."""
_NOTHING = ChatPage(messages=(), has_more=False)


class Reading:
    """Pages of a buyer's own conversation, and of no other."""

    def __init__(self, *, database: Database, shops: Shops) -> None:
        self._database = database
        self._shops = shops

    async def is_known_up_to(self, buyer: ChatBuyer, message_id: int) -> bool:
        """Return whether who has seen this message has seen all before it."""
        conversation_id = buyer.conversation_id
        if conversation_id is None:
            return False
        shop_id = self._shops.by_slug(buyer.shop).record.shop_id
        return await self._database.read(
            lambda conn: is_known_up_to(
                conn, shop_id, conversation_id=conversation_id, message_id=message_id
            )
        )

    async def newer(self, buyer: ChatBuyer, *, after: int, limit: int) -> ChatPage:
        """Return messages after an id."""

        def query(conn: Connection, shop_id: int, place: int) -> list[ChatRecord]:
            return chat_after(
                conn, shop_id, conversation_id=place, after=after, limit=limit + 1
            )

        messages = await self._read(buyer, query)
        return ChatPage(messages=messages[:limit], has_more=len(messages) > limit)

    async def older(self, buyer: ChatBuyer, *, before: int, limit: int) -> ChatPage:
        """Return the last messages before an id."""

        def query(conn: Connection, shop_id: int, place: int) -> list[ChatRecord]:
            return chat_before(
                conn, shop_id, conversation_id=place, before=before, limit=limit + 1
            )

        messages = await self._read(buyer, query)
        has_more = len(messages) > limit
        return ChatPage(
            messages=messages[1:] if has_more else messages, has_more=has_more
        )

    async def these(self, buyer: ChatBuyer, ids: Sequence[int]) -> ChatPage:
        """Return these messages of the buyer's conversation."""

        def query(conn: Connection, shop_id: int, place: int) -> list[ChatRecord]:
            return chat_of(conn, shop_id, conversation_id=place, ids=ids)

        return ChatPage(messages=await self._read(buyer, query), has_more=False)

    async def _read(self, buyer: ChatBuyer, query: _Query) -> Sequence[ChatMessage]:
        conversation_id = buyer.conversation_id
        if conversation_id is None:
            return _NOTHING.messages
        shop_id = self._shops.by_slug(buyer.shop).record.shop_id

        def read(conn: Connection) -> list[ChatMessage]:
            records = query(conn, shop_id, conversation_id)
            cards = _cards(conn, shop_id, buyer, records)
            return [_message(record, cards) for record in records]

        return await self._database.read(read)


_Cards = dict[tuple[str, str], Card]
"""By kind and id."""


def _cards(
    conn: Connection, shop_id: int, buyer: ChatBuyer, records: Iterable[ChatRecord]
) -> _Cards:
    item_ids = {it.item_ref for it in records if it.item_ref is not None}
    cards: _Cards = {}
    if item_ids:
        cards = {
            ("item", item_id): Card(
                kind="item", id=item_id, title=title, price_fen=price
            )
            for item_id, (title, price) in titles(
                conn, shop_id, item_ids=item_ids
            ).items()
        }
    if buyer.is_identified:
        for order_id in {it.order_ref for it in records if it.order_ref is not None}:
            card = order_card(conn, shop_id, order_id, buyer_ref=buyer.buyer_ref)
            if card is not None:
                cards["order", order_id] = card
    return cards


def order_card(
    conn: Connection, shop_id: int, order_id: str, *, buyer_ref: str
) -> Card | None:
    """Return the card of an order, None when it is not this buyer's."""
    order = facts.order_of_buyer(conn, shop_id, order_id=order_id, buyer_ref=buyer_ref)
    if order is None:
        return None
    named = [line.title for line in order.lines if line.title is not None]
    title = named[0] if named else order_id
    if len(order.lines) > 1:
        title = f"{title} 等{len(order.lines)}种商品"
    return Card(kind="order", id=order_id, title=title, state=order.state.value)


def _message(record: ChatRecord, cards: _Cards) -> ChatMessage:
    return ChatMessage(
        message_id=record.message_id,
        client_id=client_id_of(record.platform_message_id),
        sender=record.sender,
        is_automatic=not record.is_written_by_person,
        text=record.text,
        sent_at=record.sent_at,
        buttons=record.buttons,
        attachments=record.attachments,
        picture=record.image_url,
        card=_card(record, cards),
    )


def _card(record: ChatRecord, cards: _Cards) -> Card | None:
    if record.order_ref is not None and ("order", record.order_ref) in cards:
        return cards["order", record.order_ref]
    if record.item_ref is not None:
        return cards.get(("item", record.item_ref))
    return None
