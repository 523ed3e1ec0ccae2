"""What is known of items, orders and reviews."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Row, bindparam, select

from bot.facts import Item, Order, OrderLine, OrderState, Review
from storage.cards import card_from_json
from storage.hot import HotStatement
from storage.literals import is_one_of
from storage.states import ReviewState
from storage.tables import ItemRow, OrderRow, ReviewRow, table_of

_items = table_of(ItemRow)
_orders = table_of(OrderRow)
_reviews = table_of(ReviewRow)

_OPEN = (
    OrderState.UNPAID,
    OrderState.PAID,
    OrderState.SHIPPED,
    OrderState.REFUNDING,
)
"""Orders that a buyer most probably means."""

# Asked by every turn, hence built once.
_ITEM = HotStatement(
    select(_items).where(
        _items.c.shop_id == bindparam("of_shop"),
        _items.c.item_id == bindparam("of_item"),
    )
)
_ORDER = HotStatement(
    select(_orders).where(
        _orders.c.shop_id == bindparam("of_shop"),
        _orders.c.order_id == bindparam("of_order"),
        _orders.c.buyer_ref == bindparam("of_buyer"),
    )
)
_OPEN_ORDERS = HotStatement(
    select(_orders)
    .where(
        _orders.c.shop_id == bindparam("of_shop"),
        _orders.c.buyer_ref == bindparam("of_buyer"),
        is_one_of(_orders.c.state, *_OPEN),
    )
    .order_by(_orders.c.told_at.desc(), _orders.c.id.desc())
    .limit(bindparam("at_most", type_=Integer()))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecord:
    """One review and how far the care for it has come."""

    review_row_id: int
    review: Review
    buyer_id: int | None
    state: ReviewState
    cause: str | None
    refused_at: datetime | None
    contacted_at: datetime | None
    ticket_id: int | None


def item(conn: Connection, shop_id: int, item_id: str) -> Item | None:
    """Return an item by the shop's own number."""
    values = {"of_shop": shop_id, "of_item": item_id}
    row = _ITEM.first(conn, values)
    return None if row is None else item_of(row)


def items(conn: Connection, shop_id: int, *, limit: int = 100) -> list[Item]:
    """Return items, those added first at the front."""
    statement = select(_items).where(_items.c.shop_id == shop_id)
    rows = conn.execute(statement.order_by(_items.c.id).limit(limit))
    return [item_of(row) for row in rows]


def order_told(
    conn: Connection, shop_id: int, order_id: str
) -> tuple[Order, datetime] | None:
    """Return an order, whoever's it is, and when it was told; for the shop's own use."""
    table = _orders.c
    row = conn.execute(
        select(_orders).where(table.shop_id == shop_id, table.order_id == order_id)
    ).one_or_none()
    return None if row is None else (order_of(row), row.told_at)


def order_of_buyer(
    conn: Connection, shop_id: int, *, order_id: str, buyer_ref: str
) -> Order | None:
    """Return an order only when it is this buyer's."""
    values = {"of_shop": shop_id, "of_order": order_id, "of_buyer": buyer_ref}
    row = _ORDER.first(conn, values)
    return None if row is None else order_of(row)


def open_orders_of_buyer(
    conn: Connection, shop_id: int, *, buyer_ref: str, limit: int = 20
) -> list[Order]:
    """Return the buyer's unfinished orders, those told last at the front."""
    values = {"of_shop": shop_id, "of_buyer": buyer_ref, "at_most": limit}
    return [order_of(row) for row in _OPEN_ORDERS.rows(conn, values)]


def orders(conn: Connection, shop_id: int, *, limit: int = 100) -> list[Order]:
    """Return orders, those told last at the front."""
    table = _orders.c
    statement = select(_orders).where(table.shop_id == shop_id)
    rows = conn.execute(
        statement.order_by(table.told_at.desc(), table.id.desc()).limit(limit)
    )
    return [order_of(row) for row in rows]


def reviews(conn: Connection, shop_id: int, *, limit: int = 100) -> list[ReviewRecord]:
    """Return reviews, newest first."""
    table = _reviews.c
    statement = select(_reviews).where(table.shop_id == shop_id)
    rows = conn.execute(statement.order_by(table.id.desc()).limit(limit))
    return [review_of(row) for row in rows]


def review(conn: Connection, shop_id: int, review_row_id: int) -> ReviewRecord | None:
    """Return one review by its row id."""
    table = _reviews.c
    row = conn.execute(
        select(_reviews).where(table.shop_id == shop_id, table.id == review_row_id)
    ).one_or_none()
    return None if row is None else review_of(row)


def item_of(row: Row[Any]) -> Item:
    """Return the item of a row of the table."""
    return Item(
        item_id=row.item_id,
        title=row.title,
        list_fen=row.list_fen,
        floor_fen=row.floor_fen,
        stock=row.stock,
        category=row.category,
        restock_at=row.restock_at,
        details=row.details,
        card=card_from_json(row.card),
    )


def order_of(row: Row[Any]) -> Order:
    """Return the order of a row of the table."""
    return Order(
        order_id=row.order_id,
        buyer_ref=row.buyer_ref,
        state=row.state,
        lines=_lines(row.lines),
        paid_at=row.paid_at,
        promised_ship_at=row.promised_ship_at,
        shipped_at=row.shipped_at,
        courier=row.courier,
        tracking_no=row.tracking_no,
        latest_track=row.latest_track,
        signed_at=row.signed_at,
        refund=row.refund,
        dispute=row.dispute,
        province=row.province,
        city=row.city,
    )


def review_of(row: Row[Any]) -> ReviewRecord:
    """Return the record of a row of the table."""
    return ReviewRecord(
        review_row_id=row.id,
        review=Review(
            review_id=row.review_id,
            order_id=row.order_id,
            stars=row.stars,
            text=row.text,
            created_at=row.created_at,
        ),
        buyer_id=row.buyer_id,
        state=row.state,
        cause=row.cause,
        refused_at=row.refused_at,
        contacted_at=row.contacted_at,
        ticket_id=row.ticket_id,
    )


def _lines(stored: Sequence[dict[str, Any]]) -> tuple[OrderLine, ...]:
    return tuple(OrderLine(**line) for line in stored)
