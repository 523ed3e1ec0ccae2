"""How are old rows come by, the oldest first, without looking at all of them?"""

from typing import Any

from sqlalchemy import Connection, Row, select

_ALL_SHOPS = "what is too old is so in every shop"


def next_rows(
    conn: Connection, table: Any, time: Any, after: int, limit: int
) -> list[Row[Any]]:
    """Return ``id`` and ``time`` of the next rows of a table behind an id."""
    return list(
        conn.execute(
            select(table.c.id, time.label("time"))
            .where(table.c.id > after)
            .order_by(table.c.id)
            .limit(limit)
            .execution_options(all_shops=_ALL_SHOPS)
        )
    )
