"""Which pictures have buyers sent, and whose are they?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from storage.tables import BuyerRow, MediaRow, table_of

_buyers = table_of(BuyerRow)
_media = table_of(MediaRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRecord:
    """One picture that a buyer sent."""

    shop_id: int
    name: str
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturesRecord:
    """What a buyer's pictures of some time come to."""

    count: int
    size: int
    """Bytes of all of them."""
    oldest: datetime | None
    """None: there are none."""


def picture(conn: Connection, name: str) -> PictureRecord | None:
    """Return the picture of this name, of any shop; None when there is none."""
    table = _media.c
    statement = (
        select(table.shop_id, table.name, table.content_type)
        .where(table.name == name)
        .execution_options(all_shops="a picture's address names no shop")
    )
    row = conn.execute(statement).one_or_none()
    return None if row is None else PictureRecord(**row._mapping)  # noqa: SLF001 - the row's public mapping


def is_picture_of(
    conn: Connection, shop_id: int, *, pair: tuple[str, str], name: str
) -> bool:
    """Return whether the buyer (connector, buyer_ref) sent the picture of this name."""
    table, buyers = _media.c, _buyers.c
    statement = (
        select(table.id)
        .join_from(
            _media,
            _buyers,
            and_(buyers.id == table.buyer_id, buyers.shop_id == table.shop_id),
        )
        .where(
            table.shop_id == shop_id,
            table.name == name,
            buyers.connector == pair[0],
            buyers.buyer_ref == pair[1],
        )
    )
    return conn.scalar(statement) is not None


def pictures_since(
    conn: Connection, shop_id: int, *, pair: tuple[str, str], since: datetime
) -> PicturesRecord:
    """Return how many pictures the buyer (connector, buyer_ref) has sent since then."""
    table, buyers = _media.c, _buyers.c
    row = conn.execute(
        select(
            func.count().label("count_"),
            func.coalesce(func.sum(table.size), 0).label("size"),
            func.min(table.created_at).label("oldest"),
        )
        .join_from(
            _media,
            _buyers,
            and_(buyers.id == table.buyer_id, buyers.shop_id == table.shop_id),
        )
        .where(
            table.shop_id == shop_id,
            table.created_at >= since,
            buyers.connector == pair[0],
            buyers.buyer_ref == pair[1],
        )
    ).one()
    return PicturesRecord(count=row.count_, size=int(row.size), oldest=row.oldest)
