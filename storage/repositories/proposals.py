"""How is a change of the library proposed and decided, and a private script kept?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.errors import NotFoundError, StaleStateError
from storage.queries.proposals import ProposalRecord, proposal
from storage.repositories.drafts import EntryChange
from storage.repositories.library import lock_library
from storage.repositories.upserts import new_id
from storage.states import ProposalState
from storage.tables import PrivateScriptRow, ScriptProposalRow, table_of

_private = table_of(PrivateScriptRow)
_proposals = table_of(ScriptProposalRow)


def propose(
    conn: Connection, shop_id: int, *, change: EntryChange, by: int, now: datetime
) -> int:
    """Write down a proposed change and return its id."""
    result = conn.execute(
        insert(_proposals).values(
            shop_id=shop_id,
            kind=change.kind,
            entry_id=change.entry_id,
            content=None if change.content is None else dict(change.content),
            reason=change.reason,
            state=ProposalState.OPEN,
            proposed_by=by,
            proposed_at=now,
            decision="",
        )
    )
    return new_id(result)


def decide_proposal(
    conn: Connection,
    shop_id: int,
    *,
    proposal_id: int,
    state: ProposalState,
    decision: str,
    by: int | None,
    now: datetime,
    draft_id: int | None = None,
) -> ProposalRecord:
    """Take or refuse a proposal, once; return it as it was proposed.

    Raises:
        NotFoundError: There is none of this id.
        StaleStateError: It is decided already.
    """
    table = _proposals.c
    conn.execute(
        select(table.id)
        .where(table.shop_id == shop_id, table.id == proposal_id)
        .with_for_update()
    )
    found = proposal(conn, shop_id, proposal_id)
    if found.state is not ProposalState.OPEN:
        raise StaleStateError("proposal", proposal_id)
    conn.execute(
        update(_proposals)
        .where(table.shop_id == shop_id, table.id == proposal_id)
        .values(
            state=state,
            decision=decision,
            decided_by=by,
            decided_at=now,
            draft_id=draft_id,
        )
    )
    return found


def put_private_script(
    conn: Connection,
    shop_id: int,
    *,
    person_id: int,
    entry_id: str,
    content: Mapping[str, Any],
    seen: int,
    now: datetime,
) -> int:
    """Store a person's own script in place of what stood there; return its revision.

    Raises:
        StaleStateError: It is not as it was seen any more.
    """
    lock_library(conn, shop_id)  # two windows of one person add it once
    known = _revision(conn, shop_id, person_id, entry_id)
    if seen != known:
        raise StaleStateError("private script", entry_id)
    values = {"content": dict(content), "revision": known + 1, "updated_at": now}
    if known:
        conn.execute(
            update(_private)
            .where(*_place(shop_id, person_id, entry_id))
            .values(**values)
        )
    else:
        conn.execute(
            insert(_private).values(
                shop_id=shop_id, person_id=person_id, entry_id=entry_id, **values
            )
        )
    return known + 1


def delete_private_script(
    conn: Connection, shop_id: int, *, person_id: int, entry_id: str
) -> None:
    """Remove a person's own script.

    Raises:
        NotFoundError: They have none of this name.
    """
    result = conn.execute(delete(_private).where(*_place(shop_id, person_id, entry_id)))
    if result.rowcount == 0:
        raise NotFoundError("private script", entry_id)


def _revision(conn: Connection, shop_id: int, person_id: int, entry_id: str) -> int:
    found: int | None = conn.scalar(
        select(_private.c.revision)
        .where(*_place(shop_id, person_id, entry_id))
        .with_for_update()
    )
    return 0 if found is None else found


def _place(shop_id: int, person_id: int, entry_id: str) -> tuple[Any, ...]:
    return (
        _private.c.shop_id == shop_id,
        _private.c.person_id == person_id,
        _private.c.entry_id == entry_id,
    )
