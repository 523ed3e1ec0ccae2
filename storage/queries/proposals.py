"""What have agents proposed to change in the library, and what do they keep for themselves?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.errors import NotFoundError
from storage.queries.people_names import names_of
from storage.states import ProposalState
from storage.tables import PrivateScriptRow, ScriptProposalRow, table_of

_private = table_of(PrivateScriptRow)
_proposals = table_of(ScriptProposalRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRecord:
    """A change that somebody would like to see."""

    proposal_id: int
    kind: str
    entry_id: str
    content: Mapping[str, Any] | None
    reason: str
    state: ProposalState
    proposed_by: int
    user: str | None
    proposed_at: datetime
    decided_user: str | None
    decided_at: datetime | None
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateScript:
    """A script that one person keeps for themselves."""

    entry_id: str
    content: Mapping[str, Any]
    revision: int
    updated_at: datetime


def proposals(
    conn: Connection,
    shop_id: int,
    *,
    state: ProposalState | None = None,
    person_id: int | None = None,
    limit: int = 50,
    after: int = 0,
) -> list[ProposalRecord]:
    """Return proposals, oldest first; of one person, in one state, after an id."""
    table = _proposals.c
    statement = select(_proposals).where(table.shop_id == shop_id, table.id > after)
    if state is not None:
        statement = statement.where(table.state == state)
    if person_id is not None:
        statement = statement.where(table.proposed_by == person_id)
    return _records(conn, conn.execute(statement.order_by(table.id).limit(limit)).all())


def proposal(conn: Connection, shop_id: int, proposal_id: int) -> ProposalRecord:
    """Return one proposal.

    Raises:
        NotFoundError: There is none of this id.
    """
    table = _proposals.c
    rows = conn.execute(
        select(_proposals).where(table.shop_id == shop_id, table.id == proposal_id)
    ).all()
    if not rows:
        raise NotFoundError("proposal", proposal_id)
    return _records(conn, rows)[0]


def private_scripts(
    conn: Connection, shop_id: int, person_id: int
) -> list[PrivateScript]:
    """Return what a person keeps for themselves, by name."""
    table = _private.c
    rows = conn.execute(
        select(_private)
        .where(table.shop_id == shop_id, table.person_id == person_id)
        .order_by(table.entry_id)
    )
    return [
        PrivateScript(
            entry_id=row.entry_id,
            content=row.content,
            revision=row.revision,
            updated_at=row.updated_at,
        )
        for row in rows
    ]


def _records(conn: Connection, rows: Any) -> list[ProposalRecord]:
    names = names_of(
        conn, [who for row in rows for who in (row.proposed_by, row.decided_by)]
    )
    return [_proposal(row, names) for row in rows]


def _proposal(row: Row[Any], names: Mapping[int, str]) -> ProposalRecord:
    return ProposalRecord(
        proposal_id=row.id,
        kind=row.kind,
        entry_id=row.entry_id,
        content=row.content,
        reason=row.reason,
        state=row.state,
        proposed_by=row.proposed_by,
        user=names.get(row.proposed_by),
        proposed_at=row.proposed_at,
        decided_user=None if row.decided_by is None else names.get(row.decided_by),
        decided_at=row.decided_at,
        decision=row.decision,
    )
