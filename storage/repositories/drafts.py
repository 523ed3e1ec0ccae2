"""What changes a draft of the script library. A save names what it was made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.errors import StaleEntryError, StaleStateError, TakenError
from storage.queries.drafts import (
    DraftRecord,
    draft_entries,
    draft_entry,
    open_draft_of,
)
from storage.repositories.library import lock_library
from storage.states import DraftState
from storage.tables import (
    LibraryDraftEntryRow,
    LibraryDraftRow,
    table_of,
)

_drafts = table_of(LibraryDraftRow)
_entries = table_of(LibraryDraftEntryRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a draft stands on; its blobs are kept already."""

    base_number: int | None
    pack_version: str
    baseline: str
    edits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChange:
    """One entry as somebody wants it; ``content`` None removes it."""

    kind: str
    entry_id: str
    content: Mapping[str, Any] | None
    reason: str = ""


def open_draft(
    conn: Connection,
    shop_id: int,
    *,
    name: str,
    ground: Ground,
    now: datetime,
    by: int | None = None,
    note: str = "",
    conflicts: Sequence[Mapping[str, Any]] = (),
) -> DraftRecord:
    """Begin a draft.

    Raises:
        TakenError: An open one has this name.
    """
    lock_library(conn, shop_id)
    table = _drafts.c
    known = conn.scalar(
        select(table.id).where(
            table.shop_id == shop_id, table.name == name, table.closed_at.is_(None)
        )
    )
    if known is not None:
        raise TakenError(f"there is an open draft {name} already", field="name")
    conn.execute(
        insert(_drafts).values(
            shop_id=shop_id,
            name=name,
            base_number=ground.base_number,
            pack_version=ground.pack_version,
            baseline=ground.baseline,
            edits=ground.edits,
            revision=1,
            conflicts=[dict(one) for one in conflicts],
            state=DraftState.OPEN,
            note=note,
            created_by=by,
            created_at=now,
            updated_at=now,
        )
    )
    return open_draft_of(conn, shop_id, name)


def save_entry(
    conn: Connection,
    shop_id: int,
    *,
    draft: str,
    change: EntryChange,
    seen: int | None,
    now: datetime,
    by: int | None = None,
) -> int:
    """Store an entry in a draft; return the draft's revision, which the entry now has.

    A conflict of the entry counts as settled: somebody has looked at it.

    Args:
        conn: Of the unit.
        shop_id: Whose draft it is.
        draft: Name of the open draft.
        change: The whole entry.
        seen: The entry's revision that was read, 0 when the draft did not change it
            then; None: whichever it is.
        now: Aware UTC.
        by: Who saves.

    Raises:
        NotFoundError: There is no open draft of this name.
        StaleEntryError: It is not as it was seen any more; shows both sides.
    """
    record = held_draft(conn, shop_id, draft)
    _compare(conn, shop_id, record, change, seen)
    revision = record.revision + 1
    _delete_entry(conn, shop_id, record.draft_id, change)
    conn.execute(
        insert(_entries).values(
            shop_id=shop_id,
            draft_id=record.draft_id,
            kind=change.kind,
            entry_id=change.entry_id,
            revision=revision,
            content=None if change.content is None else dict(change.content),
            reason=change.reason,
            changed_by=by,
            changed_at=now,
        )
    )
    _touch(conn, shop_id, record, settled=change, now=now)
    return revision


def save_entries(
    conn: Connection,
    shop_id: int,
    *,
    draft: str,
    seen: int | None,
    changes: Sequence[EntryChange],
    now: datetime,
    by: int | None = None,
) -> int:
    """Store many entries in a draft as one revision, which is returned.

    Args:
        conn: Of the unit.
        shop_id: Whose draft it is.
        draft: Name of the open draft.
        seen: The draft's revision that was read; None: whichever it is.
        changes: Whole entries, each once.
        now: Aware UTC.
        by: Who saves.

    Raises:
        NotFoundError: There is no open draft of this name.
        StaleStateError: It was saved meanwhile.
    """
    record = held_draft(conn, shop_id, draft)
    if seen not in {None, record.revision}:
        raise StaleStateError("draft", draft)
    revision = record.revision + 1
    known = {
        (one.kind, one.entry_id)
        for one in draft_entries(conn, shop_id, record.draft_id)
    }
    for change in changes:
        if (change.kind, change.entry_id) in known:
            _delete_entry(conn, shop_id, record.draft_id, change)
    if changes:
        conn.execute(
            insert(_entries),
            [
                {
                    "shop_id": shop_id,
                    "draft_id": record.draft_id,
                    "kind": change.kind,
                    "entry_id": change.entry_id,
                    "revision": revision,
                    "content": (
                        None if change.content is None else dict(change.content)
                    ),
                    "reason": change.reason,
                    "changed_by": by,
                    "changed_at": now,
                }
                for change in changes
            ],
        )
    settled = {(one.kind, one.entry_id) for one in changes}
    conflicts = [
        dict(one) for one in record.conflicts if (one["kind"], one["id"]) not in settled
    ]
    conn.execute(
        update(_drafts)
        .where(_drafts.c.shop_id == shop_id, _drafts.c.id == record.draft_id)
        .values(revision=revision, conflicts=conflicts, updated_at=now)
    )
    return revision


def revert_entry(
    conn: Connection,
    shop_id: int,
    *,
    draft: str,
    kind: str,
    entry_id: str,
    seen: int,
    now: datetime,
) -> None:
    """Take back what a draft changes of an entry.

    Raises:
        NotFoundError: There is no open draft of this name.
        StaleEntryError: It is not as it was seen any more.
    """
    record = held_draft(conn, shop_id, draft)
    change = EntryChange(kind=kind, entry_id=entry_id, content=None)
    _compare(conn, shop_id, record, change, seen)
    _delete_entry(conn, shop_id, record.draft_id, change)
    _touch(conn, shop_id, record, settled=None, now=now)


def put_on_ground(
    conn: Connection,
    shop_id: int,
    *,
    draft: DraftRecord,
    ground: Ground,
    changes: Sequence[EntryChange],
    conflicts: Sequence[Mapping[str, Any]],
    now: datetime,
    by: int | None = None,
) -> int:
    """Move a draft onto another ground with what a merge left of its changes.

    Who wrote an entry stays its author. Returns the new revision.

    Raises:
        StaleStateError: The draft was saved meanwhile.
    """
    record = held_draft(conn, shop_id, draft.name)
    if (record.draft_id, record.revision) != (draft.draft_id, draft.revision):
        raise StaleStateError("draft", draft.name)
    authors = {
        (one.kind, one.entry_id): one
        for one in draft_entries(conn, shop_id, record.draft_id)
    }
    conn.execute(
        delete(_entries).where(
            _entries.c.shop_id == shop_id, _entries.c.draft_id == record.draft_id
        )
    )
    revision = record.revision + 1
    for change in changes:
        before = authors.get((change.kind, change.entry_id))
        conn.execute(
            insert(_entries).values(
                shop_id=shop_id,
                draft_id=record.draft_id,
                kind=change.kind,
                entry_id=change.entry_id,
                revision=revision,
                content=None if change.content is None else dict(change.content),
                reason=change.reason if before is None else before.reason,
                changed_by=by if before is None else before.changed_by,
                changed_at=now if before is None else before.changed_at,
            )
        )
    conn.execute(
        update(_drafts)
        .where(_drafts.c.shop_id == shop_id, _drafts.c.id == record.draft_id)
        .values(
            base_number=ground.base_number,
            pack_version=ground.pack_version,
            baseline=ground.baseline,
            edits=ground.edits,
            revision=revision,
            conflicts=[dict(one) for one in conflicts],
            updated_at=now,
        )
    )
    return revision


def close_draft(
    conn: Connection, shop_id: int, *, draft: str, state: DraftState, now: datetime
) -> None:
    """End a draft; its entries and reviews stay for whoever asks later.

    Raises:
        NotFoundError: There is no open draft of this name.
    """
    record = held_draft(conn, shop_id, draft)
    conn.execute(
        update(_drafts)
        .where(_drafts.c.shop_id == shop_id, _drafts.c.id == record.draft_id)
        .values(state=state, closed_at=now, updated_at=now)
    )


def held_draft(conn: Connection, shop_id: int, name: str) -> DraftRecord:
    """Return an open draft that nobody else changes before the unit ends."""
    table = _drafts.c
    conn.execute(
        select(table.id)
        .where(table.shop_id == shop_id, table.name == name, table.closed_at.is_(None))
        .with_for_update()
    )
    return open_draft_of(conn, shop_id, name)


def _compare(
    conn: Connection,
    shop_id: int,
    draft: DraftRecord,
    change: EntryChange,
    seen: int | None,
) -> None:
    """Refuse a change of what is not as it was seen any more."""
    if seen is None:
        return
    known = draft_entry(
        conn, shop_id, draft.draft_id, kind=change.kind, entry_id=change.entry_id
    )
    if seen == (0 if known is None else known.revision):
        return
    raise StaleEntryError(
        change.kind,
        change.entry_id,
        details={
            "yours": change.content,
            "theirs": None if known is None else known.content,
            "is_in_draft": known is not None,
            "revision": 0 if known is None else known.revision,
            "user": None if known is None else known.user,
            "changed_at": None if known is None else known.changed_at,
        },
    )


def _delete_entry(
    conn: Connection, shop_id: int, draft_id: int, change: EntryChange
) -> None:
    table = _entries.c
    conn.execute(
        delete(_entries).where(
            table.shop_id == shop_id,
            table.draft_id == draft_id,
            table.kind == change.kind,
            table.entry_id == change.entry_id,
        )
    )


def _touch(
    conn: Connection,
    shop_id: int,
    draft: DraftRecord,
    *,
    settled: EntryChange | None,
    now: datetime,
) -> None:
    conflicts = [
        dict(one)
        for one in draft.conflicts
        if settled is None
        or (one["kind"], one["id"]) != (settled.kind, settled.entry_id)
    ]
    conn.execute(
        update(_drafts)
        .where(_drafts.c.shop_id == shop_id, _drafts.c.id == draft.draft_id)
        .values(revision=draft.revision + 1, conflicts=conflicts, updated_at=now)
    )
