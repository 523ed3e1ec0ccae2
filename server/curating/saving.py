"""How is a draft written in, looked at and ended? Each with who did it, in one unit."""

from collections.abc import Sequence

from sqlalchemy import Connection

from server.curating.drafting import Who
from storage.repositories import audit
from storage.repositories.draft_reviews import add_review
from storage.repositories.drafts import (
    EntryChange,
    close_draft,
    revert_entry,
    save_entries,
    save_entry,
)
from storage.states import DraftState, ReviewVerdict


def save(
    conn: Connection, who: Who, *, draft: str, change: EntryChange, seen: int | None
) -> int:
    """Store an entry; otherwise as :func:`save_entry`."""
    revision = save_entry(
        conn,
        who.shop_id,
        draft=draft,
        change=change,
        seen=seen,
        now=who.now,
        by=who.person_id,
    )
    action = "saved" if change.content is not None else "removed"
    _record(conn, who, f"library.entry_{action}", draft, change.kind, change.entry_id)
    return revision


def save_all(
    conn: Connection,
    who: Who,
    *,
    draft: str,
    seen: int | None,
    changes: Sequence[EntryChange],
    source: str,
) -> int:
    """Store what a file brings; otherwise as :func:`save_entries`.

    Args:
        conn: Of the unit.
        who: Imports it.
        draft: Name of the open draft.
        seen: The draft's revision that was read; None: whichever it is.
        changes: Whole entries.
        source: Name of the file.
    """
    revision = save_entries(
        conn,
        who.shop_id,
        draft=draft,
        seen=seen,
        changes=changes,
        now=who.now,
        by=who.person_id,
    )
    audit.record(
        conn,
        who.shop_id,
        action="library.imported",
        subject=draft,
        now=who.now,
        data={"file": source, "entries": len(changes)},
        person_id=who.person_id,
    )
    return revision


def revert(
    conn: Connection, who: Who, *, draft: str, kind: str, entry_id: str, seen: int
) -> None:
    """Take an entry back; otherwise as :func:`revert_entry`."""
    revert_entry(
        conn,
        who.shop_id,
        draft=draft,
        kind=kind,
        entry_id=entry_id,
        seen=seen,
        now=who.now,
    )
    _record(conn, who, "library.entry_reverted", draft, kind, entry_id)


def discard(conn: Connection, who: Who, *, draft: str) -> None:
    """End a draft unpublished; otherwise as :func:`close_draft`."""
    close_draft(conn, who.shop_id, draft=draft, state=DraftState.DISCARDED, now=who.now)
    _record(conn, who, "library.draft_discarded", draft)


def review(
    conn: Connection,
    who: Who,
    *,
    draft: str,
    revision: int,
    verdict: ReviewVerdict,
    note: str,
) -> None:
    """Write down what somebody says; otherwise as :func:`add_review`."""
    add_review(
        conn,
        who.shop_id,
        draft=draft,
        revision=revision,
        verdict=verdict,
        note=note,
        now=who.now,
        by=who.person_id,
    )
    _record(conn, who, f"library.draft_{verdict}", draft)


def _record(conn: Connection, who: Who, action: str, draft: str, *entry: str) -> None:
    audit.record(
        conn,
        who.shop_id,
        action=action,
        subject="/".join((draft, *entry)),
        now=who.now,
        person_id=who.person_id,
    )
