"""How a script library becomes a shop's current, numbered version."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from storage.queries.library import current_version
from storage.repositories.changes import record_change
from storage.tables import LibraryVersionRow, ShopRow, table_of

_shops = table_of(ShopRow)
_versions = table_of(LibraryVersionRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """A library to be published."""

    pack_id: str
    fingerprint: str
    """Hash of the content; the current one again is not a new version."""
    content: bytes | None = None
    """None: the plain pack of this program's release."""
    note: str = ""
    published_by: int | None = None


def publish_pack(
    conn: Connection, shop_id: int, *, value: NewVersion, now: datetime
) -> int:
    """Make a library the shop's current version and return its number.

    Publishing what is current already changes nothing.
    """
    # Numbers are counted under the shop's lock, so that none is given twice.
    conn.execute(select(_shops.c.id).where(_shops.c.id == shop_id).with_for_update())
    current = current_version(conn, shop_id)
    if current is not None and current.fingerprint == value.fingerprint:
        return current.number
    table = _versions.c
    last = conn.scalar(select(func.max(table.number)).where(table.shop_id == shop_id))
    number = 1 if last is None else last + 1
    conn.execute(
        update(_versions)
        .where(table.shop_id == shop_id, table.is_current)
        .values(is_current=False)
    )
    conn.execute(
        insert(_versions).values(
            shop_id=shop_id,
            number=number,
            pack_id=value.pack_id,
            fingerprint=value.fingerprint,
            content=value.content,
            note=value.note,
            is_current=True,
            published_by=value.published_by,
            published_at=now,
        )
    )
    record_change(conn)
    return number
