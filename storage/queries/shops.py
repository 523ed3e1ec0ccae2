"""What is known of shops."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.deciding.state import ShopMode
from storage.tables import ShopRow, table_of
from storage.vault import vault_of

_shops = table_of(ShopRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopRecord:
    """One shop as it was read; ``version`` tells whether it is still right."""

    shop_id: int
    slug: str
    name: str
    pack_id: str
    mode: ShopMode
    timezone: str
    secret: str
    callback_url: str | None
    policies: Mapping[str, str]
    settings: Mapping[str, Any]
    version: int


def shop_by_slug(conn: Connection, slug: str) -> ShopRecord | None:
    """Return the shop with this name in addresses."""
    row = conn.execute(select(_shops).where(_shops.c.slug == slug)).one_or_none()
    return None if row is None else _record(conn, row)


def shop_by_id(conn: Connection, shop_id: int) -> ShopRecord | None:
    """Return the shop with this id."""
    row = conn.execute(select(_shops).where(_shops.c.id == shop_id)).one_or_none()
    return None if row is None else _record(conn, row)


def all_shops(conn: Connection) -> list[ShopRecord]:
    """Return every shop, oldest first."""
    return [
        _record(conn, row) for row in conn.execute(select(_shops).order_by(_shops.c.id))
    ]


def _record(conn: Connection, row: Row[Any]) -> ShopRecord:
    return ShopRecord(
        shop_id=row.id,
        slug=row.slug,
        name=row.name,
        pack_id=row.pack_id,
        mode=row.mode,
        timezone=row.timezone,
        secret=vault_of(conn).open(row.secret),
        callback_url=row.callback_url,
        policies=row.policies,
        settings=row.settings,
        version=row.version,
    )
