"""What have managers made of missed lines so far?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, select

from storage.states import DraftState, GroupVerdict
from storage.tables import LibraryDraftRow, MissedDecisionRow, table_of

_decisions = table_of(MissedDecisionRow)
_drafts = table_of(LibraryDraftRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedDecision:
    """What somebody made of a group."""

    key: str
    verdict: GroupVerdict
    kind: str
    intent_id: str | None
    draft: str | None
    """Name of the draft that it went into."""
    lines: frozenset[str]
    sketch: Mapping[str, float]
    per_day: float
    note: str
    decided_at: datetime


def missed_decisions(conn: Connection, shop_id: int) -> list[MissedDecision]:
    """Return the decisions that hold, oldest first: not those of a discarded draft."""
    rows = conn.execute(
        select(_decisions, _drafts.c.name.label("draft"), _drafts.c.state)
        .outerjoin(
            _drafts,
            and_(
                _drafts.c.shop_id == _decisions.c.shop_id,
                _drafts.c.id == _decisions.c.draft_id,
            ),
        )
        .where(_decisions.c.shop_id == shop_id)
        .order_by(_decisions.c.id)
    )
    return [
        MissedDecision(
            key=row.key,
            verdict=row.verdict,
            kind=row.kind,
            intent_id=row.intent_id,
            draft=row.draft,
            lines=frozenset(row.lines),
            sketch=row.sketch,
            per_day=row.per_day,
            note=row.note,
            decided_at=row.decided_at,
        )
        for row in rows
        if row.state is not DraftState.DISCARDED
    ]
