"""What is a turn decided on? Conversation, buyer and facts, read in one go."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.deciding.state import TurnContext
from bot.facts import Facts, Item, Order
from bot.messages import Turn
from server.shops import Shop
from storage.queries import facts as fact_queries
from storage.queries.turns import LoadedConversation, load_conversation


def load_context(
    connection: Connection, *, shop: Shop, turn: Turn, now: datetime
) -> tuple[TurnContext, LoadedConversation]:
    """Return everything that the assistant decides this turn on.

    Raises:
        NotFoundError: the conversation is not of this shop.
    """
    shop_id = shop.record.shop_id
    loaded = load_conversation(
        connection, shop_id, conversation_id=turn.conversation_id
    )
    orders: Sequence[Order] = ()
    if loaded.buyer.is_verified:
        orders = fact_queries.open_orders_of_buyer(
            connection, shop_id, buyer_ref=loaded.buyer_ref
        )
    order = _order_of_turn(connection, shop_id, turn, loaded, orders)
    facts = Facts(
        policies=shop.policies,
        buyer_name=loaded.buyer_name,
        item=_item_of_turn(connection, shop_id, turn, loaded, order),
        order=order,
        open_order_count=len(orders),
        timezone=shop.record.timezone,
    )
    context = TurnContext(
        now=now,
        shop_mode=shop.record.mode,
        conversation=loaded.state,
        buyer=loaded.buyer,
        facts=facts,
        calendar=shop.calendar,
        limits=shop.limits,
        misses_before_hand_over=shop.misses_before_person,
        agents_on_duty=shop.agents_on_duty,
        next_open_at=shop.next_open_at(now),
    )
    return context, loaded


def _order_of_turn(
    connection: Connection,
    shop_id: int,
    turn: Turn,
    loaded: LoadedConversation,
    orders: Sequence[Order],
) -> Order | None:
    """Return the order a turn is about: only ever one of this verified buyer's."""
    if not loaded.buyer.is_verified:
        return None
    for order in orders:
        if order.order_id in turn.text:
            return order
    for order_id in (turn.order_ref, loaded.last_order_ref):
        if order_id is not None:
            named = fact_queries.order_of_buyer(
                connection, shop_id, order_id=order_id, buyer_ref=loaded.buyer_ref
            )
            if named is not None:
                return named
    return orders[0] if len(orders) == 1 else None


def _item_of_turn(
    connection: Connection,
    shop_id: int,
    turn: Turn,
    loaded: LoadedConversation,
    order: Order | None,
) -> Item | None:
    """Return the item that was named last, else the only one of the order."""
    for item_id in (turn.item_ref, loaded.last_item_ref):
        if item_id is not None:
            return fact_queries.item(connection, shop_id, item_id)
    if order is not None and len(order.lines) == 1:
        return fact_queries.item(connection, shop_id, order.lines[0].item_id)
    return None
