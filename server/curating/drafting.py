"""How does a draft begin, and how is it brought up to date? Merged, never overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from scripts_library.shop.entries import (
    Content,
    Edits,
    Packed,
    edits_between,
    pack_entries,
)
from scripts_library.shop.merging import Conflict, Merged, merge
from server.curating.contents import NO_EDITS, DraftReading, Frame, Standing
from storage.queries.drafts import DraftRecord
from storage.queries.library import LibraryVersion
from storage.repositories import audit
from storage.repositories.drafts import (
    EntryChange,
    Ground,
    open_draft,
    put_on_ground,
)
from storage.repositories.library import keep_content

RELEASE_NOTE = "新版本行业包与本店改动的合并"
"""What a draft is called to be that a new release's pack made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who changes something, and when."""

    shop_id: int
    person_id: int | None
    """None: a command on the machine."""
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebased:
    """A draft on another ground, worked out but not stored."""

    ground: Ground
    blobs: tuple[Packed, ...]
    changes: tuple[EntryChange, ...]
    conflicts: tuple[Conflict, ...]


def begin_draft(
    conn: Connection,
    who: Who,
    *,
    name: str,
    frame: Frame,
    standing: Standing,
    note: str = "",
) -> DraftRecord:
    """Begin a draft on what is published, or on the plain pack.

    Raises:
        TakenError: an open one has this name.
    """
    version = standing.version
    if version is None:
        ground = ground_of(frame, base_number=None)
        blobs: tuple[Packed, ...] = (frame.packed, pack_entries(NO_EDITS))
    else:
        ground = _ground_at(version)
        blobs = ()
    return _open(conn, who, name=name, ground=ground, blobs=blobs, note=note)


def merge_release(frame: Frame, standing: Standing) -> Merged:
    """Return the release's pack merged with what a shop has made of an earlier one."""
    opened = standing.open(frame)
    return merge(opened.baseline, ours=opened.content, theirs=frame.content)


def begin_release_draft(
    conn: Connection,
    who: Who,
    *,
    name: str,
    frame: Frame,
    standing: Standing,
    merged: Merged,
) -> DraftRecord:
    """Begin a draft on the release's pack, with the shop's edits and the conflicts.

    Raises:
        TakenError: an open one has this name.
    """
    edits = pack_entries(edits_between(frame.content, merged.content))
    ground = ground_of(
        frame, base_number=standing.number, edits_hash=edits.content_hash
    )
    return _open(
        conn,
        who,
        name=name,
        ground=ground,
        blobs=(frame.packed, edits),
        note=RELEASE_NOTE,
        conflicts=merged.conflicts,
    )


def rebase(reading: DraftReading, frame: Frame) -> Rebased:
    """Return a draft on what is published now, its changes merged into it.

    A draft that brings a new release's pack keeps it.
    """
    before, now = reading.open(), reading.standing.open(frame)
    merged = merge(before.base, ours=before.content, theirs=now.content)
    reasons = {(one.kind, one.entry_id): one.reason for one in reading.entries}
    version = reading.standing.version
    if version is not None and reading.draft.baseline == version.baseline:
        return Rebased(
            ground=_ground_at(version),
            blobs=(),
            changes=_changes(now.content, merged.content, reasons),
            conflicts=merged.conflicts,
        )
    # Of another pack than what is published: the release's, as it is now or was then.
    baseline = frame.content if version is None else before.baseline
    edits = pack_entries(
        NO_EDITS if version is None else edits_between(baseline, merged.content)
    )
    own = {key: merged.content.get(key) for key in reading.edits}
    return Rebased(
        ground=Ground(
            base_number=reading.standing.number,
            pack_version=(
                frame.pack.version if version is None else reading.draft.pack_version
            ),
            baseline=(
                frame.packed.content_hash if version is None else reading.draft.baseline
            ),
            edits=edits.content_hash,
        ),
        blobs=(frame.packed, edits),
        changes=(
            _changes(now.content, merged.content, reasons)
            if version is None
            else _entries(own, reasons)
        ),
        conflicts=merged.conflicts,
    )


def store_rebased(
    conn: Connection, who: Who, *, reading: DraftReading, rebased: Rebased
) -> int:
    """Store a draft that was brought up to date; return its revision.

    Raises:
        StaleStateError: it was saved meanwhile.
    """
    _keep(conn, who, rebased.blobs)
    revision = put_on_ground(
        conn,
        who.shop_id,
        draft=reading.draft,
        ground=rebased.ground,
        changes=rebased.changes,
        conflicts=[conflict_json(one) for one in rebased.conflicts],
        now=who.now,
        by=who.person_id,
    )
    _record(conn, who, "library.draft_updated", reading.draft.name)
    return revision


def ground_of(
    frame: Frame, *, base_number: int | None, edits_hash: str | None = None
) -> Ground:
    """Return the ground that the release's pack is, with edits or without."""
    return Ground(
        base_number=base_number,
        pack_version=frame.pack.version,
        baseline=frame.packed.content_hash,
        edits=pack_entries(NO_EDITS).content_hash if edits_hash is None else edits_hash,
    )


def conflict_json(conflict: Conflict) -> dict[str, Any]:
    """Return a conflict as a draft keeps it."""
    return {
        "kind": conflict.key.kind.value,
        "id": conflict.key.entry_id,
        "field": conflict.field,
        "base": conflict.base,
        "ours": conflict.ours,
        "theirs": conflict.theirs,
    }


def _ground_at(version: LibraryVersion) -> Ground:
    return Ground(
        base_number=version.number,
        pack_version=version.pack_version,
        baseline=version.baseline,
        edits=version.edits,
    )


def _changes(
    before: Content, after: Content, reasons: Mapping[tuple[str, str], str]
) -> tuple[EntryChange, ...]:
    return _entries(edits_between(before, after), reasons)


def _entries(
    edits: Edits, reasons: Mapping[tuple[str, str], str]
) -> tuple[EntryChange, ...]:
    return tuple(
        EntryChange(
            kind=key.kind.value,
            entry_id=key.entry_id,
            content=entry,
            reason=reasons.get((key.kind.value, key.entry_id), ""),
        )
        for key, entry in edits.items()
    )


def _open(
    conn: Connection,
    who: Who,
    *,
    name: str,
    ground: Ground,
    blobs: Sequence[Packed],
    note: str,
    conflicts: Sequence[Conflict] = (),
) -> DraftRecord:
    _keep(conn, who, blobs)
    draft = open_draft(
        conn,
        who.shop_id,
        name=name,
        ground=ground,
        now=who.now,
        by=who.person_id,
        note=note,
        conflicts=[conflict_json(one) for one in conflicts],
    )
    _record(conn, who, "library.draft_opened", name)
    return draft


def _keep(conn: Connection, who: Who, blobs: Sequence[Packed]) -> None:
    for packed in blobs:
        keep_content(
            conn,
            who.shop_id,
            content_hash=packed.content_hash,
            content=packed.blob,
            now=who.now,
        )


def _record(conn: Connection, who: Who, action: str, subject: str) -> None:
    audit.record(
        conn,
        who.shop_id,
        action=action,
        subject=subject,
        now=who.now,
        person_id=who.person_id,
    )
