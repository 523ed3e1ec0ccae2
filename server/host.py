"""What may connectors ask of us? The Host: messages, outcomes, history and facts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.messages import IncomingMessage, Receipt
from connectors.base import (
    Fact,
    HistoryMessage,
    ShopAccount,
    TurnOutcome,
)
from connectors.chat import ChatHost
from server.clock import Clock
from server.inbox import Inbox
from server.shops import Shops
from server.told import Told
from server.turns import Turns
from storage.database import Database
from storage.queries.conversations import MessageRecord, conversation, messages_after
from storage.queries.outcomes import outcome_of

_HISTORY_LIMIT = 200


class ServingHost:
    """The program as connectors see it."""

    def __init__(
        self,
        *,
        database: Database,
        shops: Shops,
        inbox: Inbox,
        turns: Turns,
        told: Told,
        chat: ChatHost,
        clock: Clock,
    ) -> None:
        self._database = database
        self._shops = shops
        self._inbox = inbox
        self._turns = turns
        self._told = told
        self.chat: ChatHost = chat
        self._clock = clock

    def shop(self, slug: str) -> ShopAccount | None:
        """Return the shop of this name, None when there is none."""
        shop = self._shops.find(slug)
        return None if shop is None else shop.account

    async def receive(self, message: IncomingMessage) -> Receipt:
        """Store a message; return only after the commit.

        Raises:
            NotFoundError: there is no such shop.
            RateLimitedError: this buyer writes too fast; nothing was stored.
        """
        return await self._inbox.receive(message)

    async def outcome(
        self, shop: str, receipt: Receipt, *, within: float
    ) -> TurnOutcome | None:
        """Wait up to ``within`` seconds for the turn of a message; None: not yet."""
        if self._turns.has(receipt.message_id):
            return await self._turns.outcome(receipt.message_id, within=within)
        shop_id = self._shops.by_slug(shop).record.shop_id
        return await self._database.read(
            lambda connection: _stored_outcome(
                connection, shop_id, message_id=receipt.message_id
            )
        )

    async def history(
        self, shop: str, conversation_id: int, *, after: int
    ) -> Sequence[HistoryMessage]:
        """Return a conversation's messages newer than ``after``, oldest first.

        Raises:
            NotFoundError: the conversation is not of this shop.
        """
        shop_id = self._shops.by_slug(shop).record.shop_id

        def query(connection: Connection) -> list[HistoryMessage]:
            conversation(connection, shop_id, conversation_id)
            return [
                _history_message(record)
                for record in messages_after(
                    connection,
                    shop_id,
                    conversation_id=conversation_id,
                    after=after,
                    limit=_HISTORY_LIMIT,
                )
            ]

        return await self._database.read(query)

    async def tell(self, shop: str, fact: Fact, *, told_at: datetime) -> bool:
        """Store a fact; False when something newer is known already."""
        return await self._told.take(
            self._shops.by_slug(shop), fact, told_at=told_at, now=self._clock()
        )


def _stored_outcome(
    connection: Connection, shop_id: int, *, message_id: int
) -> TurnOutcome | None:
    stored = outcome_of(connection, shop_id, message_id=message_id)
    if stored is None or stored.band is None:
        return None
    return TurnOutcome(
        band=stored.band,
        replies=tuple(_history_message(record) for record in stored.replies),
    )


def _history_message(record: MessageRecord) -> HistoryMessage:
    return HistoryMessage(
        message_id=record.message_id,
        text=record.text,
        sender=record.sender,
        sent_at=record.sent_at,
        intent=record.intent_id,
        script_id=record.script_id,
        buttons=record.buttons,
        attachments=record.attachments,
        image_url=record.image_url,
    )
