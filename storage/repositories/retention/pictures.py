"""Which pictures are too old, and whose rows go when their files are gone?"""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.tables import MediaRow, table_of

_media = table_of(MediaRow)
_ALL_SHOPS = "what is too old is so in every shop"


def old_media(
    conn: Connection, *, before: datetime, limit: int
) -> list[tuple[int, int, str]]:
    """Return row id, shop and name of the next pictures sent before a moment."""
    table = _media.c
    rows = conn.execute(
        select(table.id, table.shop_id, table.name)
        .where(table.created_at < before)
        .order_by(table.created_at)
        .limit(limit)
        .execution_options(all_shops=_ALL_SHOPS)
    )
    return [(row.id, row.shop_id, row.name) for row in rows]


def delete_media(conn: Connection, *, ids: list[int]) -> int:
    """Delete the rows of pictures whose files are gone; return how many."""
    return conn.execute(
        delete(_media)
        .where(_media.c.id.in_(ids))
        .execution_options(all_shops=_ALL_SHOPS)
    ).rowcount


def known_media(conn: Connection, *, names: list[str]) -> set[str]:
    """Return which of these names are pictures that a row tells of."""
    return set(
        conn.scalars(
            select(_media.c.name)
            .where(_media.c.name.in_(names))
            .execution_options(all_shops=_ALL_SHOPS)
        )
    )
