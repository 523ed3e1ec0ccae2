"""Tables: a shop's script library: versions, drafts with their entries, reviews, proposals."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.states import DraftState, GroupVerdict, ProposalState, ReviewVerdict
from storage.tables.base import Base, belongs_to, row_id, shop_column
from storage.types import ByValue

CURRENT = text("is_current")
OPEN_DRAFT = text("closed_at IS NULL")


class LibraryContentRow(Base):
    """Some entries as one blob, named by what is in it; never changed."""

    __tablename__ = "library_contents"
    __table_args__ = (UniqueConstraint("shop_id", "hash"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    hash: Mapped[str]
    content: Mapped[bytes]
    created_at: Mapped[datetime]


class LibraryVersionRow(Base):
    """One published, immutable version of a shop's script library."""

    __tablename__ = "library_versions"
    __table_args__ = (
        UniqueConstraint("shop_id", "number"),
        Index(
            "uq_library_versions_current",
            "shop_id",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    number: Mapped[int]
    pack_id: Mapped[str]
    pack_version: Mapped[str]
    baseline: Mapped[str]
    """Hash of the pack's entries as they were."""
    edits: Mapped[str]
    """Hash of the shop's edits over them."""
    note: Mapped[str]
    """Why it was published."""
    is_current: Mapped[bool]
    rollback_of: Mapped[int | None]
    """The version that was taken back to."""
    draft_id: Mapped[int | None] = belongs_to("library_drafts")
    reviewed_by: Mapped[int | None] = belongs_to("people")
    published_by: Mapped[int | None] = belongs_to("people")
    """None: a command on the machine."""
    published_at: Mapped[datetime]


class LibraryDraftRow(Base):
    """Changes to a library that are not published yet."""

    __tablename__ = "library_drafts"
    __table_args__ = (
        Index(
            "uq_library_drafts_open",
            "shop_id",
            "name",
            unique=True,
            sqlite_where=OPEN_DRAFT,
            postgresql_where=OPEN_DRAFT,
        ),
        Index(None, "shop_id", "id"),
    )

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    name: Mapped[str]
    base_number: Mapped[int | None]
    """The version it goes on from; None: the plain pack, nothing was published."""
    pack_version: Mapped[str]
    baseline: Mapped[str]
    """Hash of the pack's entries that it stands on."""
    edits: Mapped[str]
    """Hash of the edits that it began with; its own changes are its entries."""
    revision: Mapped[int]
    """Counts its saves; 1 at first."""
    conflicts: Mapped[list[Any]]
    """Fields that a merge could not decide, as JSON; not published while there are any."""
    state: Mapped[DraftState] = mapped_column(ByValue(DraftState))
    note: Mapped[str]
    created_by: Mapped[int | None] = belongs_to("people")
    """None: a command on the machine."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class LibraryDraftEntryRow(Base):
    """One entry that a draft adds, replaces or removes."""

    __tablename__ = "library_draft_entries"
    __table_args__ = (UniqueConstraint("shop_id", "draft_id", "kind", "entry_id"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    draft_id: Mapped[int] = belongs_to("library_drafts")
    kind: Mapped[str]
    entry_id: Mapped[str]
    revision: Mapped[int]
    """Of the draft, when this was saved last."""
    content: Mapped[dict[str, Any] | None]
    """The whole entry; None: it is removed."""
    reason: Mapped[str]
    changed_by: Mapped[int | None] = belongs_to("people")
    changed_at: Mapped[datetime]


class LibraryReviewRow(Base):
    """What somebody said of one revision of a draft."""

    __tablename__ = "library_reviews"
    __table_args__ = (Index(None, "shop_id", "draft_id"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    draft_id: Mapped[int] = belongs_to("library_drafts")
    revision: Mapped[int]
    verdict: Mapped[ReviewVerdict] = mapped_column(ByValue(ReviewVerdict))
    note: Mapped[str]
    reviewed_by: Mapped[int | None] = belongs_to("people")
    reviewed_at: Mapped[datetime]


class ScriptProposalRow(Base):
    """A change that an agent would like to see; a manager takes it into a draft or not."""

    __tablename__ = "script_proposals"
    __table_args__ = (Index(None, "shop_id", "state", "id"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    kind: Mapped[str]
    entry_id: Mapped[str]
    content: Mapped[dict[str, Any] | None]
    """The whole entry; None: it should go."""
    reason: Mapped[str]
    state: Mapped[ProposalState] = mapped_column(ByValue(ProposalState))
    proposed_by: Mapped[int] = belongs_to("people")
    proposed_at: Mapped[datetime]
    draft_id: Mapped[int | None] = belongs_to("library_drafts")
    decided_by: Mapped[int | None] = belongs_to("people")
    decided_at: Mapped[datetime | None]
    decision: Mapped[str]


class PrivateScriptRow(Base):
    """A script that one person keeps for themselves."""

    __tablename__ = "private_scripts"
    __table_args__ = (UniqueConstraint("shop_id", "person_id", "entry_id"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    person_id: Mapped[int] = belongs_to("people")
    entry_id: Mapped[str]
    content: Mapped[dict[str, Any]]
    revision: Mapped[int]
    updated_at: Mapped[datetime]


class MissedDecisionRow(Base):
    """What a manager made of missed lines that want the same; holds none of their words."""

    __tablename__ = "missed_decisions"
    __table_args__ = (UniqueConstraint("shop_id", "key"),)

    id: Mapped[int] = row_id()
    shop_id: Mapped[int] = shop_column()
    key: Mapped[str]
    """Of the group: a hash of its central line."""
    verdict: Mapped[GroupVerdict] = mapped_column(ByValue(GroupVerdict))
    kind: Mapped[str]
    """What was proposed."""
    intent_id: Mapped[str | None]
    """Of the lines that were taken."""
    draft_id: Mapped[int | None] = belongs_to("library_drafts")
    """That they went into; None: refused."""
    lines: Mapped[list[Any]]
    """Keys of the group's lines."""
    sketch: Mapped[dict[str, Any]]
    """Weights by hashed n-gram, by which other words for the same are recognised."""
    per_day: Mapped[float]
    """Turns of the group a day, then."""
    note: Mapped[str]
    decided_by: Mapped[int | None] = belongs_to("people")
    """None: a command on the machine."""
    decided_at: Mapped[datetime]
