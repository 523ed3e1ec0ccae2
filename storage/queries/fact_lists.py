"""Which items and orders are there, and what happened to an order?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from bot.errors import NotFoundError
from bot.facts import Item, Order
from storage.queries.facts import item, item_of, order_of
from storage.tables import ItemRow, OrderEventRow, OrderRow, table_of

_events = table_of(OrderEventRow)
_items = table_of(ItemRow)
_orders = table_of(OrderRow)

_MOST_EVENTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEventRecord:
    """One change of an order."""

    what: str
    data: Mapping[str, Any]
    """Field → [before, after]."""
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOrder:
    """An order with its place in lists."""

    row_id: int
    order: Order
    told_at: datetime


def items_after(
    conn: Connection, shop_id: int, *, after: str | None, limit: int
) -> list[Item]:
    """Return items in the order of their numbers; ``after`` is the last one seen."""
    statement = select(_items).where(_items.c.shop_id == shop_id)
    if after is not None:
        statement = statement.where(_items.c.item_id > after)
    rows = conn.execute(statement.order_by(_items.c.item_id).limit(limit))
    return [item_of(row) for row in rows]


def known_item(conn: Connection, shop_id: int, item_id: str) -> Item:
    """Return an item.

    Raises:
        NotFoundError: The shop has told of no such item.
    """
    found = item(conn, shop_id, item_id)
    if found is None:
        raise NotFoundError("item", item_id)
    return found


def card_version(conn: Connection, shop_id: int, item_id: str) -> int:
    """Return the version of an item's card, 0 when it has none."""
    version: int | None = conn.scalar(
        select(_items.c.card_version).where(
            _items.c.shop_id == shop_id, _items.c.item_id == item_id
        )
    )
    return 0 if version is None else version


def orders_of_buyer(
    conn: Connection,
    shop_id: int,
    *,
    buyer_ref: str,
    after: tuple[datetime, int] | None,
    limit: int,
) -> list[ToldOrder]:
    """Return a buyer's orders, those told last at the front."""
    table = _orders.c
    statement = select(_orders).where(
        table.shop_id == shop_id, table.buyer_ref == buyer_ref
    )
    if after is not None:
        told_at, row_id = after
        is_behind = (table.told_at == told_at) & (table.id < row_id)
        statement = statement.where(or_(table.told_at < told_at, is_behind))
    rows = conn.execute(
        statement.order_by(table.told_at.desc(), table.id.desc()).limit(limit)
    )
    return [_told(row) for row in rows]


def known_order(conn: Connection, shop_id: int, order_id: str) -> ToldOrder:
    """Return an order, whosever it is.

    Raises:
        NotFoundError: The shop has told of no such order.
    """
    table = _orders.c
    row = conn.execute(
        select(_orders).where(table.shop_id == shop_id, table.order_id == order_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError("order", order_id)
    return _told(row)


def order_events(
    conn: Connection, shop_id: int, *, order_row_id: int
) -> list[OrderEventRecord]:
    """Return what happened to an order, oldest first."""
    table = _events.c
    rows = conn.execute(
        select(_events)
        .where(table.shop_id == shop_id, table.order_row_id == order_row_id)
        .order_by(table.id)
        .limit(_MOST_EVENTS)
    )
    return [
        OrderEventRecord(what=row.what, data=row.data, told_at=row.told_at)
        for row in rows
    ]


def _told(row: Any) -> ToldOrder:
    return ToldOrder(row_id=row.id, order=order_of(row), told_at=row.told_at)
