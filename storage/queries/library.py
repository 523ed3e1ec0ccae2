"""Which version of the script library a shop speaks from."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from storage.tables import LibraryVersionRow, table_of

_versions = table_of(LibraryVersionRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryVersion:
    """One published version; never changed."""

    number: int
    pack_id: str
    fingerprint: str
    content: bytes | None
    note: str
    published_by: int | None
    published_at: datetime


def current_version(conn: Connection, shop_id: int) -> LibraryVersion | None:
    """Return the version that is published now; None when none ever was."""
    table = _versions.c
    row = conn.execute(
        select(_versions).where(table.shop_id == shop_id, table.is_current)
    ).one_or_none()
    if row is None:
        return None
    return LibraryVersion(
        number=row.number,
        pack_id=row.pack_id,
        fingerprint=row.fingerprint,
        content=row.content,
        note=row.note,
        published_by=row.published_by,
        published_at=row.published_at,
    )
