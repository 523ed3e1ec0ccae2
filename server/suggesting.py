"""What could an agent answer, in a conversation or to any text?"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from bot.deciding.state import BuyerState, ConversationState, ShopMode, TurnContext
from bot.deciding.suggesting import Suggestion
from bot.facts import Facts, Item, Order
from bot.messages import Turn
from bot.scripts import Script
from server.contexts import Contexts
from server.shops import Shop
from storage.database import Database
from storage.queries.conversation_details import last_burst
from storage.queries.conversations import conversation
from storage.queries.fact_lists import known_item, known_order

MOST: Final = 3
"""Intents that are answered."""
_NOWHERE: Final = "signed_http"
"""Conditions of scripts may name a connector; a pasted text comes from the usual one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """Any text, and what it may be about."""

    text: str
    order_id: str | None = None
    item_id: str | None = None


class Suggester:
    """Finds replies; the matcher works in a thread of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def for_conversation(
        self,
        shop: Shop,
        conversation_id: int,
        *,
        now: datetime,
        own: tuple[Script, ...] = (),
    ) -> tuple[Suggestion, ...]:
        """Return replies to what the buyer wrote last; none when they wrote nothing.

        Args:
            shop: Whose conversation it is.
            conversation_id: Which.
            now: Aware UTC.
            own: Scripts that the person who asks keeps for themselves.

        Raises:
            NotFoundError: the conversation is not of this shop.
        """
        shop_id = shop.record.shop_id

        def read(connection: Connection) -> Turn | None:
            conversation(connection, shop_id, conversation_id)
            burst = last_burst(connection, shop_id, conversation_id)
            if burst is None or not burst.text.strip():
                return None
            return Turn(
                shop_id=shop_id,
                conversation_id=conversation_id,
                message_ids=burst.message_ids,
                text=burst.text,
                is_verified=burst.is_verified,
                order_ref=burst.order_ref,
                item_ref=burst.item_ref,
            )

        turn = await self._database.read(read)
        if turn is None:
            return ()
        # Of its own: what is remembered for turns is told of changes, this would not be.
        context, _ = await Contexts(self._database).load(shop, turn, now=now)
        return await _think(shop, turn, context, own)

    async def for_text(
        self,
        shop: Shop,
        pasted: Pasted,
        *,
        now: datetime,
        own: tuple[Script, ...] = (),
    ) -> tuple[Suggestion, ...]:
        """Return replies to any text; otherwise as :meth:`for_conversation`.

        Raises:
            NotFoundError: the shop has told of no such order or item.
        """
        order, item = await self._database.read(_facts_of(shop, pasted))
        turn = Turn(
            shop_id=shop.record.shop_id,
            conversation_id=0,
            message_ids=(),
            text=pasted.text,
            is_verified=True,
        )
        return await _think(shop, turn, _context(shop, order, item, now=now), own)


async def _think(
    shop: Shop, turn: Turn, context: TurnContext, own: tuple[Script, ...]
) -> tuple[Suggestion, ...]:
    assistant = shop.library.assistant
    return await asyncio.to_thread(assistant.suggest, turn, context, most=MOST, own=own)


def _facts_of(
    shop: Shop, pasted: Pasted
) -> Callable[[Connection], tuple[Order | None, Item | None]]:
    shop_id = shop.record.shop_id

    def read(connection: Connection) -> tuple[Order | None, Item | None]:
        order = None
        item_id = pasted.item_id
        if pasted.order_id is not None:
            order = known_order(connection, shop_id, pasted.order_id).order
        item = None if item_id is None else known_item(connection, shop_id, item_id)
        return order, item

    return read


def _context(
    shop: Shop, order: Order | None, item: Item | None, *, now: datetime
) -> TurnContext:
    return TurnContext(
        now=now,
        shop_mode=ShopMode.ASSIST,
        conversation=ConversationState(
            conversation_id=0, version=0, connector=_NOWHERE, is_greeted=True
        ),
        buyer=BuyerState(buyer_id=0, is_verified=True),
        facts=Facts(
            policies=shop.policies,
            nameless=shop.library.pack.nameless,
            item=item,
            order=order,
            open_order_count=0 if order is None else 1,
            timezone=shop.record.timezone,
            catalogue=shop.catalogue,
        ),
        calendar=shop.calendar,
        limits=shop.limits,
        agents_on_duty=shop.agents_on_duty,
        next_open_at=shop.next_open_at(now),
        channel=shop.strictest_channel,
        guard_rules=shop.guard_rules,
        policies=shop.bargaining,
    )
