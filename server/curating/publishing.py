"""When may a draft become what buyers are told? One transaction, and the way back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection

from bot.errors import NotFoundError, NotPublishableError, StaleStateError
from scripts_library.shop.entries import Packed, edits_between, pack_entries
from scripts_library.shop.findings import Finding, Severity
from server.curating.contents import DraftReading, Frame
from server.curating.drafting import Who
from storage.queries.drafts import ReviewRecord, open_draft_of, reviews
from storage.queries.library import known_version
from storage.queries.shops import shop_by_id
from storage.repositories import audit
from storage.repositories.drafts import close_draft
from storage.repositories.library import (
    NewVersion,
    keep_content,
    lock_library,
    publish_version,
)
from storage.repositories.shops import ShopChanges, set_shop
from storage.states import DraftState, ReviewVerdict

TWO_PERSONS = "two_person_publish"
"""The shop's setting: nobody publishes what they wrote without another's approval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A draft that may be published as far as its content goes."""

    reading: DraftReading
    edits: Packed
    pack_id: str
    note: str


def prepare_publication(
    reading: DraftReading, frame: Frame, *, findings: Sequence[Finding], note: str
) -> Publication:
    """Return a draft ready to be published.

    Args:
        reading: The draft as it is stored.
        frame: The release's pack.
        findings: What the checks say of this revision.
        note: Why it is published.

    Raises:
        NotPublishableError: Something has to be done first.
    """
    errors = [one for one in findings if one.severity is Severity.ERROR]
    if errors:
        raise NotPublishableError(
            "findings", details=[msgspec.to_builtins(one) for one in errors]
        )
    if reading.draft.conflicts:
        raise NotPublishableError("conflicts", details=reading.draft.conflicts)
    if reading.is_outdated(frame):
        raise NotPublishableError("outdated")
    opened = reading.open()
    if opened.content == reading.standing.open(frame).content and not _moves_ground(
        reading
    ):
        raise NotPublishableError("empty")
    return Publication(
        reading=reading,
        edits=pack_entries(edits_between(opened.baseline, opened.content)),
        pack_id=frame.pack.pack_id,
        note=note,
    )


def publish(conn: Connection, who: Who, publication: Publication) -> int:
    """Publish a draft: all of it in one unit, or nothing. Return the version's number.

    Raises:
        NotFoundError: the draft is closed meanwhile.
        StaleStateError: it was saved, or something else was published, meanwhile.
        NotPublishableError: another person has to approve it first.
    """
    reading = publication.reading
    current = lock_library(conn, who.shop_id)
    draft = open_draft_of(conn, who.shop_id, reading.draft.name)
    if (draft.draft_id, draft.revision) != (
        reading.draft.draft_id,
        reading.draft.revision,
    ):
        raise StaleStateError("draft", draft.name)
    if (None if current is None else current.number) != reading.standing.number:
        raise StaleStateError("library", reading.standing.number)
    approval = _approval(reviews(conn, who.shop_id, draft.draft_id), reading)
    if approval is None and needs_two(conn, who.shop_id):
        raise NotPublishableError("review")
    keep_content(
        conn,
        who.shop_id,
        content_hash=publication.edits.content_hash,
        content=publication.edits.blob,
        now=who.now,
    )
    number = publish_version(
        conn,
        who.shop_id,
        value=NewVersion(
            pack_id=publication.pack_id,
            pack_version=draft.pack_version,
            baseline=draft.baseline,
            edits=publication.edits.content_hash,
            note=publication.note,
            draft_id=draft.draft_id,
            reviewed_by=None if approval is None else approval.reviewed_by,
            published_by=who.person_id,
        ),
        now=who.now,
    )
    close_draft(
        conn, who.shop_id, draft=draft.name, state=DraftState.PUBLISHED, now=who.now
    )
    _record(conn, who, "library.published", number, draft=draft.name)
    return number


def roll_back(conn: Connection, who: Who, *, number: int, note: str) -> int:
    """Publish an old version under a new number; return that.

    Raises:
        NotFoundError: there is no version of this number.
        NotPublishableError: it is what is published now.
    """
    current = lock_library(conn, who.shop_id)
    old = known_version(conn, who.shop_id, number)
    if current is not None and (current.baseline, current.edits) == (
        old.baseline,
        old.edits,
    ):
        raise NotPublishableError("empty")
    published = publish_version(
        conn,
        who.shop_id,
        value=NewVersion(
            pack_id=old.pack_id,
            pack_version=old.pack_version,
            baseline=old.baseline,
            edits=old.edits,
            note=note,
            rollback_of=number,
            published_by=who.person_id,
        ),
        now=who.now,
    )
    _record(conn, who, "library.rolled_back", published, rollback_of=number)
    return published


def needs_two(conn: Connection, shop_id: int) -> bool:
    """Return whether a second person has to approve what the shop publishes."""
    shop = shop_by_id(conn, shop_id)
    return shop is not None and shop.settings.get(TWO_PERSONS) is True


def require_two(conn: Connection, who: Who, *, is_required: bool) -> None:
    """Set whether a second person has to approve."""
    lock_library(conn, who.shop_id)
    shop = shop_by_id(conn, who.shop_id)
    if shop is None:
        raise NotFoundError("shop", who.shop_id)
    settings = {**shop.settings, TWO_PERSONS: is_required}
    set_shop(conn, who.shop_id, changes=ShopChanges(settings=settings))
    audit.record(
        conn,
        who.shop_id,
        action="library.settings",
        subject=TWO_PERSONS,
        now=who.now,
        data={TWO_PERSONS: is_required},
        person_id=who.person_id,
    )


def _approval(
    found: Sequence[ReviewRecord], reading: DraftReading
) -> ReviewRecord | None:
    """Return the newest word on this revision, if it approves and is another's."""
    said: Mapping[int | None, ReviewRecord] = {
        one.reviewed_by: one
        for one in reversed(found)
        if one.revision == reading.draft.revision
    }
    if any(one.verdict is ReviewVerdict.REJECTED for one in said.values()):
        return None
    others = [
        one
        for who, one in said.items()
        if who is not None and who not in reading.authors
    ]
    return others[-1] if others else None


def _moves_ground(reading: DraftReading) -> bool:
    """Return whether a draft brings another pack, though not another word."""
    version = reading.standing.version
    return version is not None and version.baseline != reading.draft.baseline


def _record(conn: Connection, who: Who, action: str, number: int, **data: Any) -> None:
    audit.record(
        conn,
        who.shop_id,
        action=action,
        subject=str(number),
        now=who.now,
        data=data,
        person_id=who.person_id,
    )
