"""What the shop sells, as its system tells it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.facts import Item
from storage.repositories.facts.putting import put_fact
from storage.tables import ItemRow, table_of

_items = table_of(ItemRow)


def put_item(
    conn: Connection, shop_id: int, *, value: Item, told_at: datetime, now: datetime
) -> bool:
    """Store an item; False when something newer is known."""
    values: dict[str, Any] = {
        "title": value.title,
        "list_fen": value.list_fen,
        "floor_fen": value.floor_fen,
        "stock": value.stock,
        "category": value.category,
        "restock_at": value.restock_at,
        "details": dict(value.details),
    }
    key = {"item_id": value.item_id}
    return put_fact(conn, _items, shop_id, key=key, values=values, told_at=told_at)
