"""Which versions of the script library a shop has published, and what is in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.errors import NotFoundError
from storage.queries.people_names import names_of
from storage.tables import LibraryContentRow, LibraryVersionRow, table_of

_contents = table_of(LibraryContentRow)
_versions = table_of(LibraryVersionRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryVersion:
    """One published version; never changed, except that another becomes current."""

    number: int
    pack_id: str
    pack_version: str
    baseline: str
    """Hash of the pack's entries as they were."""
    edits: str
    """Hash of the shop's edits over them."""
    note: str
    is_current: bool
    rollback_of: int | None
    draft_id: int | None
    reviewed_by: int | None
    published_by: int | None
    published_at: datetime
    publisher: str | None = None
    """User name; None: a command on the machine."""
    reviewer: str | None = None


def current_version(conn: Connection, shop_id: int) -> LibraryVersion | None:
    """Return the version that is published now; None when none ever was."""
    table = _versions.c
    row = conn.execute(
        select(_versions).where(table.shop_id == shop_id, table.is_current)
    ).one_or_none()
    return None if row is None else _version(row, {})


def known_version(conn: Connection, shop_id: int, number: int) -> LibraryVersion:
    """Return the version of a number.

    Raises:
        NotFoundError: There is none.
    """
    found = versions(conn, shop_id, only=number)
    if not found:
        raise NotFoundError("library version", number)
    return found[0]


def versions(
    conn: Connection, shop_id: int, *, only: int | None = None, limit: int = 200
) -> list[LibraryVersion]:
    """Return what was published, newest first, with who did it."""
    statement = select(_versions).where(_versions.c.shop_id == shop_id)
    if only is not None:
        statement = statement.where(_versions.c.number == only)
    rows = conn.execute(statement.order_by(_versions.c.number.desc()).limit(limit))
    found = rows.all()
    names = names_of(
        conn, [who for row in found for who in (row.published_by, row.reviewed_by)]
    )
    return [_version(row, names) for row in found]


def library_content(conn: Connection, shop_id: int, content_hash: str) -> bytes:
    """Return the blob of a hash.

    Raises:
        NotFoundError: The shop has none of this hash.
    """
    table = _contents.c
    found: bytes | None = conn.scalar(
        select(table.content).where(
            table.shop_id == shop_id, table.hash == content_hash
        )
    )
    if found is None:
        raise NotFoundError("library content", content_hash)
    return found


def _version(row: Row[Any], names: Mapping[int, str]) -> LibraryVersion:
    return LibraryVersion(
        number=row.number,
        pack_id=row.pack_id,
        pack_version=row.pack_version,
        baseline=row.baseline,
        edits=row.edits,
        note=row.note,
        is_current=row.is_current,
        rollback_of=row.rollback_of,
        draft_id=row.draft_id,
        reviewed_by=row.reviewed_by,
        published_by=row.published_by,
        published_at=row.published_at,
        publisher=names.get(row.published_by),
        reviewer=names.get(row.reviewed_by),
    )
