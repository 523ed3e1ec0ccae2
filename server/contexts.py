"""What is a turn decided on? Conversation, buyer and facts, remembered between turns.

What is remembered may be old, never wrong for long: a turn's commit checks the
conversation's version (an old one is forgotten and read again), facts told to this
process are forgotten at once, and what another process changed within a tick.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from bot.actions import Decision, StopContact
from bot.deciding.bargaining_effects import day_began_at
from bot.deciding.clarifying import is_asking
from bot.deciding.letters import refusal_letter
from bot.deciding.state import TurnContext
from bot.facts import Facts, Item, Order
from bot.identity.state import IdentityLimits
from bot.messages import Turn
from connectors.base import Fact
from server.advancing import advance_conversation
from server.identity import read_identity, with_identity
from server.known_turns import Known, OrdersOf, item_id_of, last_order, read_known
from server.memory import Memory
from server.named_orders import naming_of, open_order
from server.shops import Shop
from storage.order_source import StoredOrders
from storage.queries.bargaining import load_bargaining
from storage.queries.turns import LoadedConversation
from storage.repositories.turns import CommittedTurn

T = TypeVar("T")
_MOST_REMEMBERED = 50_000
"""Conversations, buyers' orders and items each; the longest unused goes first."""


class Reading(Protocol):
    """What contexts are read with: the database, seen from here."""

    async def read(self, query: Callable[[Connection], T], /) -> T:
        """Return what a query of a reader's connection returns."""


class Contexts:
    """The contexts of turns; one instance a serving process, used on its loop."""

    def __init__(
        self,
        database: Reading,
        *,
        identity: IdentityLimits | None = None,
        orders_of: OrdersOf = StoredOrders,
        without_pictures: frozenset[str] = frozenset(),
    ) -> None:
        """Read with a database.

        Args:
            database: As it is read from here.
            identity: None: as by default.
            orders_of: Where orders come from.
            without_pictures: Names of the connectors whose buyers are shown none.
        """
        self._database = database
        self._without_pictures = without_pictures
        self._identity = IdentityLimits() if identity is None else identity
        self._orders_of = orders_of
        self._conversations: Memory[int, LoadedConversation] = Memory(_MOST_REMEMBERED)
        self._orders: Memory[tuple[int, str], tuple[Order, ...]] = Memory(
            _MOST_REMEMBERED
        )
        self._items: Memory[tuple[int, str], Item | None] = Memory(_MOST_REMEMBERED)
        self._forgotten = 0
        """Counts what was forgotten: a read that began before is not remembered."""

    async def load(
        self, shop: Shop, turn: Turn, *, now: datetime
    ) -> tuple[TurnContext, LoadedConversation]:
        """Return everything that the assistant decides this turn on.

        Raises:
            NotFoundError: the conversation is not of this shop.
        """
        known = self._recall(turn, now=now)
        if known is None:
            before = self._forgotten
            known = await self._database.read(
                lambda connection: read_known(
                    connection, turn, now=now, orders_of=self._orders_of
                )
            )
            # What was forgotten meanwhile may have been read before its change.
            if before == self._forgotten:
                self._remember(turn, known)
        if shop.bargaining:
            known = await self._with_bargaining(shop, turn, known, now=now)
        context = replace(
            _context(shop, turn, known, now=now),
            can_show_pictures=(
                known.loaded.state.connector not in self._without_pictures
            ),
        )
        is_served = known.loaded.state.served_by is not None
        if turn.is_verified or is_served or shop.library.pack.identity is None:
            return context, known.loaded
        # Read each time: what others try counts, too.
        identity = await self._database.read(
            lambda connection: read_identity(
                connection, turn, limits=self._identity, now=now
            )
        )
        return with_identity(context, identity), known.loaded

    async def _with_bargaining(
        self, shop: Shop, turn: Turn, known: Known, *, now: datetime
    ) -> Known:
        """Return what is known with how far the bargaining about the item has gone."""
        item = known.item
        if item is None:
            return known
        began_at = day_began_at(now, timezone=shop.record.timezone)
        found = await self._database.read(
            lambda connection: load_bargaining(
                connection,
                turn.shop_id,
                item=item,
                conversation_id=turn.conversation_id,
                day_began_at=began_at,
                now=now,
            )
        )
        return replace(known, bargaining=found)

    def advance(
        self,
        turn: Turn,
        decision: Decision,
        *,
        loaded: LoadedConversation,
        committed: CommittedTurn,
    ) -> None:
        """Remember the conversation as the committed turn left it, or forget it."""
        if any(isinstance(action, StopContact) for action in decision.actions):
            # It holds on every connector: the buyer's other conversations, too.
            self.clear()
        left = advance_conversation(turn, decision, loaded=loaded, committed=committed)
        if left is None:
            self.forget(turn.conversation_id)
        else:
            self._conversations[turn.conversation_id] = left

    def forget(self, conversation_id: int) -> None:
        """Read a conversation anew for its next turn."""
        self._forgotten += 1
        self._conversations.forget(conversation_id)

    def forget_fact(self, shop_id: int, fact: Fact) -> None:
        """Read anew what a fact has changed."""
        self._forgotten += 1
        match fact:
            case Order(buyer_ref=buyer_ref):
                self._orders.forget((shop_id, buyer_ref))
            case Item(item_id=item_id):
                self._items.forget((shop_id, item_id))
            case _:
                self.clear()

    def clear(self) -> None:
        """Read everything anew: another process has changed something."""
        self._forgotten += 1
        self._conversations.clear()
        self._orders.clear()
        self._items.clear()

    def _recall(self, turn: Turn, *, now: datetime) -> Known | None:
        """Return what is known of a turn, None when anything must be read."""
        if turn.conversation_id not in self._conversations:
            return None
        loaded = self._conversations[turn.conversation_id]
        if refusal_letter(turn.text) is not None or is_asking(loaded.state.past):
            return None
        orders: tuple[Order, ...] = ()
        if turn.is_verified:
            buyer = (turn.shop_id, loaded.buyer_ref)
            if buyer not in self._orders:
                return None
            orders = self._orders[buyer]
        naming = naming_of(turn)
        last = last_order(loaded, orders, now=now)
        order = open_order(naming, last_order_ref=last, orders=orders)
        is_older = order is None and last is not None
        if (
            turn.is_verified
            and not naming.is_of(order)
            and (is_older or naming.to_look_up)
        ):
            return None
        item_id = item_id_of(turn, loaded, order)
        item = None
        if item_id is not None:
            if (turn.shop_id, item_id) not in self._items:
                return None
            item = self._items[turn.shop_id, item_id]
        return Known(loaded=loaded, orders=orders, order=order, item=item)

    def _remember(self, turn: Turn, known: Known) -> None:
        loaded = known.loaded
        self._conversations[turn.conversation_id] = loaded
        if turn.is_verified:
            self._orders[turn.shop_id, loaded.buyer_ref] = known.orders
        item_id = item_id_of(turn, loaded, known.order)
        if item_id is not None:
            self._items[turn.shop_id, item_id] = known.item


def _context(shop: Shop, turn: Turn, known: Known, *, now: datetime) -> TurnContext:
    loaded = known.loaded
    return TurnContext(
        now=now,
        shop_mode=shop.record.mode,
        conversation=loaded.state,
        buyer=replace(loaded.buyer, is_verified=turn.is_verified),
        facts=Facts(
            policies=shop.policies,
            buyer_name=loaded.buyer_name,
            nameless=shop.library.pack.nameless,
            item=known.item,
            order=known.order,
            open_order_count=len(known.orders),
            timezone=shop.record.timezone,
            catalogue=shop.catalogue,
        ),
        calendar=shop.calendar,
        limits=shop.limits,
        misses_before_hand_over=shop.misses_before_person,
        agents_on_duty=shop.agents_on_duty,
        next_open_at=shop.next_open_at(now),
        last_said=known.last_said,
        is_order_named=naming_of(turn).is_of(known.order),
        asked_about=known.asked_about,
        incidents=shop.incidents,
        channel=shop.channel(loaded.state.connector),
        guard_rules=shop.guard_rules,
        policies=shop.bargaining,
        bargaining=known.bargaining,
        authority=shop.authority,
    )
