"""What the shop sells, as its system and its people tell it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.catalogue.cards import ProductCard
from bot.errors import NotFoundError, StaleStateError
from bot.facts import Item
from storage.cards import card_to_json
from storage.repositories.changes import record_change
from storage.repositories.facts.putting import put_fact
from storage.tables import ItemRow, table_of

_items = table_of(ItemRow)


def put_item(
    conn: Connection, shop_id: int, *, value: Item, told_at: datetime, now: datetime
) -> bool:
    """Store an item; False when something newer is known.

    A card is told with it or not at all: without one, the card there is stays, and it
    has a time of its own, so that a system that tells stock wipes out no card.
    """
    values: dict[str, Any] = {
        "title": value.title,
        "list_fen": value.list_fen,
        "floor_fen": value.floor_fen,
        "stock": value.stock,
        "category": value.category,
        "restock_at": value.restock_at,
        "details": dict(value.details),
    }
    is_news = put_fact(
        conn,
        _items,
        shop_id,
        key={"item_id": value.item_id},
        values=values,
        told_at=told_at,
        first={"card_version": 0},
    )
    if value.card is None:
        return is_news
    card = card_to_json(value.card)
    return _take_card(conn, shop_id, value.item_id, card, told_at=told_at) or is_news


def put_card(
    conn: Connection,
    shop_id: int,
    *,
    item_id: str,
    card: ProductCard,
    seen: int,
    now: datetime,
) -> int:
    """Store the card of an item as a person has edited it; return its version.

    Running processes notice.

    Raises:
        NotFoundError: The shop has told of no such item.
        StaleStateError: The card is not as it was seen any more.
    """
    version: int | None = conn.scalar(
        select(_items.c.card_version)
        .where(_items.c.shop_id == shop_id, _items.c.item_id == item_id)
        .with_for_update()
    )
    if version is None:
        raise NotFoundError("item", item_id)
    if version != seen:
        raise StaleStateError("card", item_id)
    _write_card(conn, shop_id, item_id, card_to_json(card), told_at=now)
    record_change(conn)
    return version + 1


def _take_card(
    conn: Connection, shop_id: int, item_id: str, card: Any, *, told_at: datetime
) -> bool:
    known = conn.execute(
        select(_items.c.card, _items.c.card_told_at).where(
            _items.c.shop_id == shop_id, _items.c.item_id == item_id
        )
    ).one()
    is_older = known.card_told_at is not None and known.card_told_at > told_at
    if is_older or known.card == card:
        return False
    _write_card(conn, shop_id, item_id, card, told_at=told_at)
    return True


def _write_card(
    conn: Connection, shop_id: int, item_id: str, card: Any, *, told_at: datetime
) -> None:
    conn.execute(
        update(_items)
        .where(_items.c.shop_id == shop_id, _items.c.item_id == item_id)
        .values(card=card, card_version=_items.c.card_version + 1, card_told_at=told_at)
    )
