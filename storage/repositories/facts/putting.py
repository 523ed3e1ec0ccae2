"""A fact is stored unless what is known was told later."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.repositories.upserts import upsert


def put_fact(
    conn: Connection,
    table: Any,
    shop_id: int,
    *,
    key: Mapping[str, str],
    values: Mapping[str, Any],
    told_at: datetime,
    first: Mapping[str, Any] | None = None,
) -> bool:
    """Insert or replace a fact unless what is stored was told later.

    Args:
        conn: Of the unit.
        table: Which facts.
        shop_id: Whose fact it is.
        key: The shop's own number of the thing.
        values: What is told.
        told_at: By the shop's clock; the same telling again changes nothing.
        first: Columns that only a new row gets.
    """
    new = {} if first is None else first
    places = (table.c.shop_id == shop_id, *(table.c[name] == key[name] for name in key))
    known = conn.execute(select(table).where(*places).with_for_update()).one_or_none()
    if known is not None and not _is_news(known, values, told_at):
        return False
    conn.execute(
        upsert(conn, table)
        .values(shop_id=shop_id, **key, **values, **new, told_at=told_at)
        .on_conflict_do_update(
            index_elements=["shop_id", *key],
            set_={**values, "told_at": told_at},
            where=table.c.told_at <= told_at,
        )
    )
    return True


def _is_news(known: Row[Any], values: Mapping[str, Any], told_at: datetime) -> bool:
    """Return whether a telling replaces what is known.

    Of two tellings with one time the one that arrives later wins: systems whose clocks
    count whole seconds tell two states of one second.
    """
    if known.told_at != told_at:
        return bool(known.told_at < told_at)
    return any(getattr(known, name) != value for name, value in values.items())
