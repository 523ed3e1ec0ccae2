"""Which item does a conversation speak of?"""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.bargaining.policy import Policy
from bot.errors import NotFoundError
from bot.facts import Item
from storage.queries.bargaining import policies_of
from storage.queries.facts import item, order_of_buyer
from storage.tables import ConversationRow, table_of

_conversations = table_of(ConversationRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """Where a conversation takes place, and what it speaks of."""

    connector: str
    item: Item | None
    """None: nobody can tell which one it is."""
    policies: tuple[Policy, ...] = ()
    """The shop's bargaining policies, where there is an item."""


def spoken_of(conn: Connection, shop_id: int, conversation_id: int) -> Spoken:
    """Return what a conversation speaks of: the item, or the only one of the order.

    Raises:
        NotFoundError: The shop has no such conversation.
    """
    table = _conversations.c
    row = conn.execute(
        select(
            table.connector, table.buyer_ref, table.last_item_ref, table.last_order_ref
        ).where(table.shop_id == shop_id, table.id == conversation_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError("conversation", conversation_id)
    item_ref = row.last_item_ref
    if item_ref is None and row.last_order_ref is not None:
        order = order_of_buyer(
            conn, shop_id, order_id=row.last_order_ref, buyer_ref=row.buyer_ref
        )
        lines = () if order is None else order.lines
        item_ref = lines[0].item_id if len(lines) == 1 else None
    found = None if item_ref is None else item(conn, shop_id, item_ref)
    if found is None:
        return Spoken(connector=row.connector, item=None)
    policies = tuple(record.policy for record in policies_of(conn, shop_id))
    return Spoken(connector=row.connector, item=found, policies=policies)
