"""What changes a shop's typed facts and promotions; running processes notice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from bot.catalogue.promotions import Promotion
from bot.catalogue.shop_facts import ShopFacts
from bot.errors import NotFoundError, StaleStateError
from storage.cards import facts_to_json
from storage.repositories.changes import record_change
from storage.tables import PromotionRow, ShopFactsRow, table_of

_facts = table_of(ShopFactsRow)
_promotions = table_of(PromotionRow)


def put_shop_facts(
    conn: Connection,
    shop_id: int,
    *,
    value: ShopFacts,
    now: datetime,
    seen: int | None = None,
) -> int:
    """Store facts under their name in place of what stood there; return the version.

    Args:
        conn: Of the unit.
        shop_id: Whose facts they are.
        value: The whole of them.
        now: Aware UTC.
        seen: The version that was read, 0 for none yet; None: whichever it is.

    Raises:
        StaleStateError: It is not as it was seen any more.
    """
    values = {
        "valid_from": value.valid_from,
        "valid_until": value.valid_until,
        "facts": facts_to_json(value),
    }
    return _put(
        conn, _facts, shop_id, name=value.name, values=values, now=now, seen=seen
    )


def put_promotion(
    conn: Connection,
    shop_id: int,
    *,
    value: Promotion,
    now: datetime,
    seen: int | None = None,
) -> int:
    """Store a promotion; otherwise as :func:`put_shop_facts`."""
    values = {
        "title": value.title,
        "phrase": value.phrase,
        "valid_from": value.valid_from,
        "valid_until": value.valid_until,
        "items": list(value.items),
        "categories": list(value.categories),
    }
    name = value.promotion_id
    return _put(
        conn, _promotions, shop_id, name=name, values=values, now=now, seen=seen
    )


def delete_shop_facts(conn: Connection, shop_id: int, *, name: str, seen: int) -> None:
    """Remove the facts of a name.

    Raises:
        NotFoundError: There are none.
        StaleStateError: They are not as they were seen any more.
    """
    _delete(conn, _facts, shop_id, name=name, seen=seen)


def delete_promotion(
    conn: Connection, shop_id: int, *, promotion_id: str, seen: int
) -> None:
    """Remove a promotion.

    Raises:
        NotFoundError: There is none.
        StaleStateError: It is not as it was seen any more.
    """
    _delete(conn, _promotions, shop_id, name=promotion_id, seen=seen)


def _put(
    conn: Connection,
    table: Table,
    shop_id: int,
    *,
    name: str,
    values: Mapping[str, Any],
    now: datetime,
    seen: int | None,
) -> int:
    known = _version(conn, table, shop_id, name)
    before = 0 if known is None else known
    if seen is not None and seen != before:
        raise StaleStateError(table.name, name)
    place = (table.c.shop_id == shop_id, _key(table) == name)
    told = {**values, "version": before + 1, "updated_at": now}
    if known is None:
        key = {"shop_id": shop_id, _key(table).name: name}
        conn.execute(insert(table).values(**key, **told))
    else:
        conn.execute(update(table).where(*place).values(**told))
    record_change(conn)
    return before + 1


def _delete(
    conn: Connection, table: Table, shop_id: int, *, name: str, seen: int
) -> None:
    known = _version(conn, table, shop_id, name)
    if known is None:
        raise NotFoundError(table.name, name)
    if known != seen:
        raise StaleStateError(table.name, name)
    conn.execute(delete(table).where(table.c.shop_id == shop_id, _key(table) == name))
    record_change(conn)


def _version(conn: Connection, table: Table, shop_id: int, name: str) -> int | None:
    found: int | None = conn.scalar(
        select(table.c.version)
        .where(table.c.shop_id == shop_id, _key(table) == name)
        .with_for_update()
    )
    return found


def _key(table: Table) -> Any:
    """Return the column that names a row to people."""
    return table.c.name if table is _facts else table.c.promotion_id
