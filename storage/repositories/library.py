"""How a script library becomes a shop's current, numbered version."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from storage.queries.library import LibraryVersion, current_version
from storage.repositories.changes import record_change
from storage.repositories.upserts import upsert
from storage.tables import LibraryContentRow, LibraryVersionRow, ShopRow, table_of

_contents = table_of(LibraryContentRow)
_shops = table_of(ShopRow)
_versions = table_of(LibraryVersionRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """A library to be published; its blobs are kept already."""

    pack_id: str
    pack_version: str
    baseline: str
    edits: str
    note: str = ""
    rollback_of: int | None = None
    draft_id: int | None = None
    reviewed_by: int | None = None
    published_by: int | None = None


def keep_content(
    conn: Connection, shop_id: int, *, content_hash: str, content: bytes, now: datetime
) -> None:
    """Keep a blob under its hash, once."""
    conn.execute(
        upsert(conn, _contents)
        .values(shop_id=shop_id, hash=content_hash, content=content, created_at=now)
        .on_conflict_do_nothing(index_elements=[_contents.c.shop_id, _contents.c.hash])
    )


def lock_library(conn: Connection, shop_id: int) -> LibraryVersion | None:
    """Hold the shop until the end of the unit; return its current version.

    Numbers are counted, and bases compared, under this lock.
    """
    conn.execute(select(_shops.c.id).where(_shops.c.id == shop_id).with_for_update())
    return current_version(conn, shop_id)


def publish_version(
    conn: Connection, shop_id: int, *, value: NewVersion, now: datetime
) -> int:
    """Make a library the shop's current version and return its number."""
    lock_library(conn, shop_id)
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
            pack_version=value.pack_version,
            baseline=value.baseline,
            edits=value.edits,
            note=value.note,
            is_current=True,
            rollback_of=value.rollback_of,
            draft_id=value.draft_id,
            reviewed_by=value.reviewed_by,
            published_by=value.published_by,
            published_at=now,
        )
    )
    record_change(conn)
    return number
