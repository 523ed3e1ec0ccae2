"""How do drafts, versions, findings and differences look to people?"""

from scripts_library.shop.entries import Kind
from scripts_library.shop.findings import Finding
from scripts_library.shop.wording import EntryChanged
from server.api.desk.library_bodies import (
    DraftBody,
    DraftEntryBody,
    EntryChangeBody,
    FieldChangeBody,
    FindingBody,
    GivenReviewBody,
    LibraryVersionBody,
    StretchBody,
)
from storage.queries.drafts import DraftEntryRecord, DraftRecord, ReviewRecord
from storage.queries.library import LibraryVersion


def version_body(version: LibraryVersion) -> LibraryVersionBody:
    """Return a version as people see it."""
    return LibraryVersionBody(
        number=version.number,
        pack_version=version.pack_version,
        note=version.note,
        is_current=version.is_current,
        rollback_of=version.rollback_of,
        published_by=version.publisher,
        reviewed_by=version.reviewer,
        published_at=version.published_at,
    )


def draft_body(draft: DraftRecord) -> DraftBody:
    """Return a draft as people see it."""
    return DraftBody(
        name=draft.name,
        base=draft.base_number,
        pack_version=draft.pack_version,
        revision=draft.revision,
        conflicts=[dict(one) for one in draft.conflicts],
        state=draft.state,
        note=draft.note,
        created_by=draft.creator,
        created_at=draft.created_at,
        updated_at=draft.updated_at,
    )


def draft_entry_body(entry: DraftEntryRecord) -> DraftEntryBody:
    """Return what a draft changes as people see it."""
    return DraftEntryBody(
        kind=Kind(entry.kind),
        id=entry.entry_id,
        revision=entry.revision,
        content=None if entry.content is None else dict(entry.content),
        reason=entry.reason,
        changed_by=entry.user,
        changed_at=entry.changed_at,
    )


def review_body(review: ReviewRecord) -> GivenReviewBody:
    """Return a review as people see it."""
    return GivenReviewBody(
        revision=review.revision,
        verdict=review.verdict,
        note=review.note,
        reviewed_by=review.user,
        reviewed_at=review.reviewed_at,
    )


def finding_body(finding: Finding) -> FindingBody:
    """Return a finding as people see it."""
    return FindingBody(
        severity=finding.severity.value,
        rule=finding.rule,
        kind=finding.kind,
        id=finding.entry_id,
        place=finding.place,
        reason=finding.reason,
        fix=finding.fix,
    )


def change_body(change: EntryChanged) -> EntryChangeBody:
    """Return a difference as people see it."""
    return EntryChangeBody(
        kind=change.kind,
        id=change.entry_id,
        what=change.what,
        title=change.title,
        fields=[
            FieldChangeBody(
                field=one.field,
                words=one.words,
                stretches=[
                    StretchBody(mark=it.mark.value, text=it.text)
                    for it in one.stretches
                ],
            )
            for one in change.fields
        ],
    )
