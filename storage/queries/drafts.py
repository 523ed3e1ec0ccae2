"""Which drafts of the script library are open, what they change, who said what of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.errors import NotFoundError
from storage.queries.people_names import names_of
from storage.states import DraftState, ReviewVerdict
from storage.tables import (
    LibraryDraftEntryRow,
    LibraryDraftRow,
    LibraryReviewRow,
    table_of,
)

_drafts = table_of(LibraryDraftRow)
_entries = table_of(LibraryDraftEntryRow)
_reviews = table_of(LibraryReviewRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRecord:
    """One draft; an open one changes with every save."""

    draft_id: int
    name: str
    base_number: int | None
    pack_version: str
    baseline: str
    edits: str
    revision: int
    conflicts: tuple[Mapping[str, Any], ...]
    state: DraftState
    note: str
    created_by: int | None
    creator: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftEntryRecord:
    """One entry that a draft adds, replaces or (``content`` None) removes."""

    kind: str
    entry_id: str
    revision: int
    content: Mapping[str, Any] | None
    reason: str
    changed_by: int | None
    user: str | None
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecord:
    """What somebody said of one revision."""

    revision: int
    verdict: ReviewVerdict
    note: str
    reviewed_by: int | None
    user: str | None
    reviewed_at: datetime


def open_drafts(conn: Connection, shop_id: int) -> list[DraftRecord]:
    """Return the drafts that are worked on, those begun first at the front."""
    table = _drafts.c
    rows = conn.execute(
        select(_drafts)
        .where(table.shop_id == shop_id, table.closed_at.is_(None))
        .order_by(table.id)
    ).all()
    return _draft_records(conn, rows)


def open_draft_of(conn: Connection, shop_id: int, name: str) -> DraftRecord:
    """Return the open draft of a name.

    Raises:
        NotFoundError: There is none.
    """
    table = _drafts.c
    rows = conn.execute(
        select(_drafts).where(
            table.shop_id == shop_id, table.name == name, table.closed_at.is_(None)
        )
    ).all()
    if not rows:
        raise NotFoundError("draft", name)
    return _draft_records(conn, rows)[0]


def draft_entries(
    conn: Connection, shop_id: int, draft_id: int
) -> list[DraftEntryRecord]:
    """Return what a draft changes, by kind and id."""
    table = _entries.c
    rows = conn.execute(
        select(_entries)
        .where(table.shop_id == shop_id, table.draft_id == draft_id)
        .order_by(table.kind, table.entry_id)
    ).all()
    return _entry_records(conn, rows)


def draft_entry(
    conn: Connection, shop_id: int, draft_id: int, *, kind: str, entry_id: str
) -> DraftEntryRecord | None:
    """Return what a draft changes of one entry; None: it does not."""
    table = _entries.c
    rows = conn.execute(
        select(_entries).where(
            table.shop_id == shop_id,
            table.draft_id == draft_id,
            table.kind == kind,
            table.entry_id == entry_id,
        )
    ).all()
    found = _entry_records(conn, rows)
    return found[0] if found else None


def reviews(conn: Connection, shop_id: int, draft_id: int) -> list[ReviewRecord]:
    """Return what was said of a draft, newest first."""
    table = _reviews.c
    rows = conn.execute(
        select(_reviews)
        .where(table.shop_id == shop_id, table.draft_id == draft_id)
        .order_by(table.id.desc())
    ).all()
    names = names_of(conn, [row.reviewed_by for row in rows])
    return [
        ReviewRecord(
            revision=row.revision,
            verdict=row.verdict,
            note=row.note,
            reviewed_by=row.reviewed_by,
            user=names.get(row.reviewed_by),
            reviewed_at=row.reviewed_at,
        )
        for row in rows
    ]


def _entry_records(conn: Connection, rows: Any) -> list[DraftEntryRecord]:
    names = names_of(conn, [row.changed_by for row in rows])
    return [
        DraftEntryRecord(
            kind=row.kind,
            entry_id=row.entry_id,
            revision=row.revision,
            content=row.content,
            reason=row.reason,
            changed_by=row.changed_by,
            user=names.get(row.changed_by),
            changed_at=row.changed_at,
        )
        for row in rows
    ]


def _draft_records(conn: Connection, rows: Any) -> list[DraftRecord]:
    names = names_of(conn, [row.created_by for row in rows])
    return [_draft(row, names) for row in rows]


def _draft(row: Row[Any], names: Mapping[int, str]) -> DraftRecord:
    return DraftRecord(
        draft_id=row.id,
        name=row.name,
        base_number=row.base_number,
        pack_version=row.pack_version,
        baseline=row.baseline,
        edits=row.edits,
        revision=row.revision,
        conflicts=tuple(row.conflicts),
        state=row.state,
        note=row.note,
        created_by=row.created_by,
        creator=names.get(row.created_by),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
