"""What is stored that one turn is decided on? Read in one go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.bargaining.known import Bargaining
from bot.deciding.clarifying import is_asking
from bot.deciding.letters import refusal_letter
from bot.facts import Item, Order
from bot.flows.flow import OPEN_FOR
from bot.messages import Turn
from bot.ports import OrderSource
from bot.understanding.short_answers import LONGEST
from server.named_orders import Naming, naming_of, open_order
from server.turns import turn_of
from storage.order_source import StoredOrders
from storage.queries import facts as fact_queries
from storage.queries.pending_turns import rows_of_turn
from storage.queries.turns import LoadedConversation, last_said, load_conversation

_NAMED_FOR = OPEN_FOR
"""Without a word for so long, a matter is over, as a flow is."""
_MOST_NAMED = 5
"""Numbers of one turn that are looked up among the buyer's older orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything stored that one turn is decided on."""

    loaded: LoadedConversation
    orders: tuple[Order, ...]
    """The buyer's open orders; empty for a buyer nobody vouches for."""
    order: Order | None
    """The order the turn is about."""
    item: Item | None
    last_said: str = ""
    """Our newest message, where the turn may answer it by a letter."""
    asked_about: Turn | None = None
    """What our newest words ask the meaning of."""
    bargaining: Bargaining | None = None
    """Never remembered: other conversations and people change it."""


OrdersOf = Callable[[Connection, int], OrderSource]
"""Gives the orders of a shop for one read."""


def read_known(
    connection: Connection,
    turn: Turn,
    *,
    now: datetime,
    orders_of: OrdersOf = StoredOrders,
) -> Known:
    """Return what is stored that a turn is decided on at an aware UTC time.

    Raises:
        NotFoundError: the conversation is not of this shop.
    """
    shop_id = turn.shop_id
    loaded = load_conversation(
        connection, shop_id, conversation_id=turn.conversation_id
    )
    source = orders_of(connection, shop_id)
    orders: tuple[Order, ...] = ()
    if turn.is_verified:
        orders = tuple(source.open_orders(loaded.buyer_ref))
    asked_about = _asked_about(connection, turn, loaded)
    naming = _naming(turn, asked_about)
    last = last_order(loaded, orders, now=now)
    order = open_order(naming, last_order_ref=last, orders=orders)
    if order is None or (naming.to_look_up and not naming.is_of(order)):
        order = _older_order(source, turn, loaded, naming, last) or order
    item_id = item_id_of(turn, loaded, order)
    item = None if item_id is None else fact_queries.item(connection, shop_id, item_id)
    said = ""
    if refusal_letter(turn.text) is not None:
        said = last_said(connection, shop_id, conversation_id=turn.conversation_id)
    return Known(
        loaded=loaded,
        orders=orders,
        order=order,
        item=item,
        last_said=said,
        asked_about=asked_about,
    )


def last_order(
    loaded: LoadedConversation, orders: tuple[Order, ...], *, now: datetime
) -> str | None:
    """Return the order that was named last in a conversation, None when none counts.

    After ``_NAMED_FOR`` without a word one that is over gives way to those that are open.
    """
    ref, past = loaded.last_order_ref, loaded.state.past
    is_long_ago = bool(past) and now - past[0].handled_at > _NAMED_FOR
    is_over = bool(orders) and all(order.order_id != ref for order in orders)
    return None if is_long_ago and is_over else ref


def _asked_about(
    connection: Connection, turn: Turn, loaded: LoadedConversation
) -> Turn | None:
    """Return what the buyer had written when we asked what it meant."""
    if not is_asking(loaded.state.past):
        return None
    rows = rows_of_turn(
        connection,
        turn.shop_id,
        conversation_id=turn.conversation_id,
        first_message_id=loaded.state.past[0].first_message_id,
    )
    return turn_of(rows) if rows else None


def _naming(turn: Turn, asked_about: Turn | None) -> Naming:
    """Return what a turn names; an answer to what was meant names what was named then."""
    naming = naming_of(turn)
    if asked_about is None or naming.names_any or len(turn.text) > LONGEST:
        return naming
    return naming_of(asked_about)


def _older_order(
    source: OrderSource,
    turn: Turn,
    loaded: LoadedConversation,
    naming: Naming,
    last: str | None,
) -> Order | None:
    """Return the named order that is not open any more; only ever this buyer's."""
    if not turn.is_verified:
        return None
    refs = list(naming.to_look_up)
    if not naming.is_explicit and last is not None:
        refs.append(last)
    found = (
        source.order(ref, buyer_ref=loaded.buyer_ref) for ref in refs[:_MOST_NAMED]
    )
    return next((order for order in found if order is not None), None)


def item_id_of(
    turn: Turn, loaded: LoadedConversation, order: Order | None
) -> str | None:
    """Return the item that was named last, else the only one of the order."""
    if turn.item_ref is not None:
        return turn.item_ref
    if loaded.last_item_ref is not None:
        return loaded.last_item_ref
    if order is not None and len(order.lines) == 1:
        return order.lines[0].item_id
    return None
