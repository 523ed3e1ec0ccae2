"""What do people ask of a shop's script library, and what do they get? Bodies."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec

from scripts_library.shop.entries import Kind
from server.api.desk.bodies import Body, Version, Word
from server.api.desk.parts import invalid
from storage.states import DraftState, ReviewVerdict

Note = Annotated[
    str, msgspec.Meta(max_length=500, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$(?!\n)")
]
"""Why something is done; may be empty."""
DraftName = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=60,
        pattern=r"^(?![0-9]+$)[^\x00-\x20\x7f-\x9f/][^\x00-\x1f\x7f-\x9f/]*$(?!\n)",
    ),
]
"""No number alone: versions are called so."""
Named = Annotated[
    str,
    msgspec.Meta(
        min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$(?!\n)"
    ),
]
"""A version's number, ``current``, ``pack``, or the name of a draft."""

_DEEPEST: Final = 5
_LONGEST: Final = 2000
_MOST: Final = 3000
_WHOLE: Final = 2**53
_UNPRINTED: Final = "\n\u3000\u200d\ufe0f"
"""Of these, texts and emoji are made too."""


class DraftPlace(msgspec.Struct, frozen=True):
    """``…/drafts/{draft}/…``."""

    draft: DraftName


class EntryPlace(msgspec.Struct, frozen=True):
    """``…/entries/{kind}/{entry_id}``."""

    kind: Kind
    entry_id: Word


class DraftEntryPlace(msgspec.Struct, frozen=True):
    """``…/drafts/{draft}/entries/{kind}/{entry_id}``."""

    draft: DraftName
    kind: Kind
    entry_id: Word


class DiffQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``?before=…&after=…``."""

    before: Named
    after: Named


class OpenDraftBody(Body, frozen=True):
    """Begin a draft."""

    name: DraftName
    note: Note = ""


class SaveEntryBody(Body, frozen=True):
    """The whole entry, and the revision of it that it was made from."""

    revision: Version
    """0: the draft had not changed it yet."""
    content: dict[str, Any]
    reason: Note = ""


class RevisionBody(Body, frozen=True):
    """What one has read, and why one does it."""

    revision: Version
    reason: Note = ""


class ReviewBody(Body, frozen=True):
    """What a second person says."""

    revision: Version
    verdict: ReviewVerdict
    note: Note = ""


class RollbackBody(Body, frozen=True):
    """Back to a version."""

    number: Version
    note: Note = ""


class LibrarySettingsBody(Body, frozen=True):
    """How this shop publishes."""

    two_person_publish: bool


class LibraryBody(msgspec.Struct, frozen=True):
    """What a shop speaks from."""

    version: int | None
    """Null: the plain pack; nothing was published."""
    served: int | None
    """The version that this process serves."""
    pack_id: str
    pack_version: str
    """Of the pack that the edits are over."""
    release: str
    """Of the pack that this program brings."""
    has_new_pack: bool
    """It is another one: an admin can begin a draft that merges it."""
    two_person_publish: bool


class LibraryVersionBody(msgspec.Struct, frozen=True):
    """One published version."""

    number: int
    pack_version: str
    note: str
    is_current: bool
    rollback_of: int | None
    published_by: str | None
    """Null: a command on the machine."""
    reviewed_by: str | None
    published_at: datetime


class LibraryVersionsBody(msgspec.Struct, frozen=True):
    """Everything published, newest first."""

    items: list[LibraryVersionBody]


class NumberBody(msgspec.Struct, frozen=True):
    """What was published."""

    version: int


class DraftBody(msgspec.Struct, frozen=True):
    """One open draft."""

    name: str
    base: int | None
    """The version it goes on from; null: the plain pack."""
    pack_version: str
    revision: int
    conflicts: list[dict[str, Any]]
    state: DraftState
    note: str
    created_by: str | None
    created_at: datetime
    updated_at: datetime


class DraftsBody(msgspec.Struct, frozen=True):
    """The open drafts, those begun first at the front."""

    items: list[DraftBody]


class DraftEntryBody(msgspec.Struct, frozen=True):
    """One entry that a draft changes; ``content`` null: it removes it."""

    kind: Kind
    id: str
    revision: int
    content: dict[str, Any] | None
    reason: str
    changed_by: str | None
    changed_at: datetime


class GivenReviewBody(msgspec.Struct, frozen=True):
    """What somebody said of a revision."""

    revision: int
    verdict: ReviewVerdict
    note: str
    reviewed_by: str | None
    reviewed_at: datetime


class WholeDraftBody(msgspec.Struct, frozen=True):
    """A draft with what it changes."""

    draft: DraftBody
    is_outdated: bool
    """Something else was published since: bring it up to date first."""
    entries: list[DraftEntryBody]
    reviews: list[GivenReviewBody]


class EntryBody(msgspec.Struct, frozen=True):
    """An entry as it is, and the revision that a save of it names."""

    kind: Kind
    id: str
    content: dict[str, Any] | None
    revision: int
    published: dict[str, Any] | None
    """As buyers are told now."""


class FindingBody(msgspec.Struct, frozen=True):
    """One thing that should be mended."""

    severity: str
    rule: str
    kind: str
    id: str
    place: str
    reason: str
    fix: str


class FindingsBody(msgspec.Struct, frozen=True):
    """What the checks say; an error stops a publication."""

    revision: int
    items: list[FindingBody]


class StretchBody(msgspec.Struct, frozen=True):
    """Some words of a changed text: same, removed or added."""

    mark: str
    text: str


class FieldChangeBody(msgspec.Struct, frozen=True):
    """One field, or one text of it."""

    field: str
    words: str
    stretches: list[StretchBody]


class EntryChangeBody(msgspec.Struct, frozen=True):
    """One entry that is different."""

    kind: Kind
    id: str
    what: str
    title: str
    fields: list[FieldChangeBody]


class DiffBody(msgspec.Struct, frozen=True):
    """What is different between two contents."""

    items: list[EntryChangeBody]


def check_content(content: Mapping[str, Any]) -> None:
    """Refuse what no entry holds: control characters, fractions, endless nesting.

    Raises:
        InvalidPayloadError: names the content.
    """
    if not _is_plain(content, 0):
        raise invalid(
            "holds something other than texts, whole numbers, true and false",
            field="content",
        )


def _is_plain(value: Any, depth: int) -> bool:
    """Return whether a value is one that entries are made of."""
    if isinstance(value, str):
        return _is_readable(value)
    if isinstance(value, int):
        return abs(value) < _WHOLE
    if not isinstance(value, list | dict) or depth == _DEEPEST or len(value) > _MOST:
        return False
    names = value if isinstance(value, dict) else ()
    inner = value.values() if isinstance(value, dict) else value
    return all(map(_is_readable, names)) and all(
        _is_plain(it, depth + 1) for it in inner
    )


def _is_readable(text: str) -> bool:
    return len(text) <= _LONGEST and all(
        one.isprintable() or one in _UNPRINTED for one in text
    )
