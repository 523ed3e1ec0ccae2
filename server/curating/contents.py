"""What stands in a draft, in a version and in the pack? Read as rows, opened outside."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.errors import NotFoundError, NotPermittedError
from bot.scripts import Pack
from scripts_library.shop.entries import (
    Content,
    Edits,
    Entry,
    Key,
    Kind,
    Packed,
    entries_of,
    pack_entries,
    unpack_content,
    unpack_edits,
    with_edits,
)
from storage.queries.drafts import (
    DraftEntryRecord,
    DraftRecord,
    ReviewRecord,
    draft_entries,
    open_draft_of,
    reviews,
)
from storage.queries.library import (
    LibraryVersion,
    current_version,
    known_version,
    library_content,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The pack of the release, and what of it a shop can change."""

    pack: Pack
    content: Content
    packed: Packed


def make_frame(pack: Pack) -> Frame:
    """Return the frame that a pack is; a quarter of a second for the e-commerce pack."""
    content = entries_of(pack)
    return Frame(pack=pack, content=content, packed=pack_entries(content))


class Frames:
    """Frames by pack; remembers the last one."""

    def __init__(self) -> None:
        self._last: Frame | None = None

    def of(self, pack: Pack) -> Frame:
        """Return the frame of a pack; call it outside the loop."""
        last = self._last
        if last is None or last.pack is not pack:
            self._last = last = make_frame(pack)
        return last


@dataclass(frozen=True, slots=True, kw_only=True)
class Blobs:
    """A content as it is stored: a pack's entries, and edits over them."""

    baseline: bytes
    edits: bytes

    def open(self) -> "Opened":
        """Return the entries."""
        baseline = unpack_content(self.baseline)
        return Opened(
            baseline=baseline,
            content=with_edits(baseline, unpack_edits(self.edits)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The entries of a stored content."""

    baseline: Content
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a shop has published now; nothing: the plain pack."""

    version: LibraryVersion | None
    blobs: Blobs | None

    @property
    def number(self) -> int | None:
        """Return the number of the version."""
        return None if self.version is None else self.version.number

    def open(self, frame: Frame) -> Opened:
        """Return the entries that the shop speaks from."""
        if self.blobs is None:
            return Opened(baseline=frame.content, content=frame.content)
        return self.blobs.open()


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReading:
    """Everything stored of an open draft, and what it would take the place of."""

    draft: DraftRecord
    entries: tuple[DraftEntryRecord, ...]
    reviews: tuple[ReviewRecord, ...]
    blobs: Blobs
    """Of what it began with."""
    base: Blobs
    """Of the version that it goes on from; without one as ``blobs``."""
    standing: Standing

    @property
    def edits(self) -> Mapping[Key, Entry | None]:
        """Return what the draft itself changes."""
        return {Key(Kind(one.kind), one.entry_id): one.content for one in self.entries}

    @property
    def authors(self) -> frozenset[int | None]:
        """Return who began it and who wrote in it."""
        return frozenset(
            (self.draft.created_by, *(one.changed_by for one in self.entries))
        )

    def is_outdated(self, frame: Frame) -> bool:
        """Return whether something else is published than what it goes on from."""
        if self.standing.number is None:
            return self.draft.baseline != frame.packed.content_hash
        return self.draft.base_number != self.standing.number

    def open(self) -> "DraftContent":
        """Return the entries of the draft; call it outside units of the writer."""
        opened = self.blobs.open()
        is_same = self.base == self.blobs
        return DraftContent(
            base=opened.content if is_same else self.base.open().content,
            baseline=opened.baseline,
            start=opened.content,
            content=with_edits(opened.content, self.edits),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent:
    """The entries of a draft: of its pack, as it began, and as it is."""

    base: Content
    """What it goes on from: the published version of then."""
    baseline: Content
    start: Content
    """As it began: the base, unless it brings a new release's pack."""
    content: Content


def read_standing(conn: Connection, shop_id: int) -> Standing:
    """Return what a shop has published."""
    version = current_version(conn, shop_id)
    if version is None:
        return Standing(version=None, blobs=None)
    return Standing(version=version, blobs=read_blobs(conn, shop_id, version))


def read_version(conn: Connection, shop_id: int, number: int) -> Standing:
    """Return a version as if it were current.

    Raises:
        NotFoundError: there is none of this number.
    """
    version = known_version(conn, shop_id, number)
    return Standing(version=version, blobs=read_blobs(conn, shop_id, version))


def read_draft(conn: Connection, shop_id: int, name: str) -> DraftReading:
    """Return an open draft.

    Raises:
        NotFoundError: there is none of this name.
    """
    draft = open_draft_of(conn, shop_id, name)
    blobs = read_blobs(conn, shop_id, draft)
    base = (
        blobs
        if draft.base_number is None
        else read_blobs(conn, shop_id, known_version(conn, shop_id, draft.base_number))
    )
    return DraftReading(
        draft=draft,
        entries=tuple(draft_entries(conn, shop_id, draft.draft_id)),
        reviews=tuple(reviews(conn, shop_id, draft.draft_id)),
        blobs=blobs,
        base=base,
        standing=read_standing(conn, shop_id),
    )


def read_blobs(
    conn: Connection, shop_id: int, of: LibraryVersion | DraftRecord
) -> Blobs:
    """Return the blobs of a version, or those that a draft began with."""
    return Blobs(
        baseline=library_content(conn, shop_id, of.baseline),
        edits=library_content(conn, shop_id, of.edits),
    )


def check_removal(reading: DraftReading, frame: Frame, key: Key) -> None:
    """Refuse to remove what is not there: nobody shall think that it is gone.

    Raises:
        NotFoundError: neither the draft nor what it began with has such an entry.
        NotPermittedError: it is an intent of the trade, which the release keeps.
    """
    if key in reading.edits or key in reading.open().content:
        return
    if key.kind is Kind.INTENT and key.entry_id in frame.pack.intents:
        raise NotPermittedError(
            f"“{key.entry_id}”是行业包自带的意图，不能删；可以删改的是它的话术"
        )
    raise NotFoundError(key.kind.value, key.entry_id)


NO_EDITS: Edits = {}
