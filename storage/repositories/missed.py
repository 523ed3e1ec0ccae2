"""What managers make of missed lines: written once, and again when they change their mind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert

from storage.states import GroupVerdict
from storage.tables import MissedDecisionRow, table_of

_decisions = table_of(MissedDecisionRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """What somebody made of a group."""

    key: str
    verdict: GroupVerdict
    kind: str
    lines: Sequence[str]
    sketch: Mapping[str, float]
    per_day: float
    intent_id: str | None = None
    draft_id: int | None = None
    note: str = ""


def decide_missed(
    conn: Connection,
    shop_id: int,
    *,
    value: NewDecision,
    now: datetime,
    by: int | None = None,
) -> None:
    """Write down what was made of a group, in the place of what was before."""
    conn.execute(
        delete(_decisions).where(
            _decisions.c.shop_id == shop_id, _decisions.c.key == value.key
        )
    )
    conn.execute(
        insert(_decisions).values(
            shop_id=shop_id,
            key=value.key,
            verdict=value.verdict,
            kind=value.kind,
            intent_id=value.intent_id,
            draft_id=value.draft_id,
            lines=list(value.lines),
            sketch=dict(value.sketch),
            per_day=value.per_day,
            note=value.note,
            decided_by=by,
            decided_at=now,
        )
    )
