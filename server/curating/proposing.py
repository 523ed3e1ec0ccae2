"""How does an agent's wish become a manager's draft, or not?"""

from sqlalchemy import Connection

from server.curating.drafting import Who
from server.curating.saving import save
from storage.queries.drafts import open_draft_of
from storage.queries.proposals import proposal
from storage.repositories import audit
from storage.repositories.drafts import EntryChange
from storage.repositories.proposals import decide_proposal, propose
from storage.states import ProposalState


def make_proposal(conn: Connection, who: Who, *, change: EntryChange, by: int) -> int:
    """Write down what somebody would like to see; return its id."""
    number = propose(conn, who.shop_id, change=change, by=by, now=who.now)
    _record(conn, who, "library.proposed", number, change.kind, change.entry_id)
    return number


def take_proposal(
    conn: Connection, who: Who, *, proposal_id: int, draft: str, seen: int
) -> int:
    """Save a proposal in a draft; return the draft's revision.

    Args:
        conn: Of the unit.
        who: Takes it, and answers for it.
        proposal_id: Of the proposal.
        draft: Name of the open draft.
        seen: The entry's revision in the draft that was read.

    Raises:
        NotFoundError: there is no such proposal or draft.
        StaleStateError: it is decided already.
        StaleEntryError: the entry is not as it was seen any more.
    """
    wanted = proposal(conn, who.shop_id, proposal_id)
    known = open_draft_of(conn, who.shop_id, draft)
    decide_proposal(
        conn,
        who.shop_id,
        proposal_id=proposal_id,
        state=ProposalState.TAKEN,
        decision=draft,
        by=who.person_id,
        now=who.now,
        draft_id=known.draft_id,
    )
    change = EntryChange(
        kind=wanted.kind,
        entry_id=wanted.entry_id,
        content=wanted.content,
        reason=wanted.reason,
    )
    revision = save(conn, who, draft=draft, change=change, seen=seen)
    _record(conn, who, "library.proposal_taken", proposal_id, draft)
    return revision


def refuse_proposal(conn: Connection, who: Who, *, proposal_id: int, note: str) -> None:
    """Say that it is not done, and why.

    Raises:
        NotFoundError: there is no such proposal.
        StaleStateError: it is decided already.
    """
    decide_proposal(
        conn,
        who.shop_id,
        proposal_id=proposal_id,
        state=ProposalState.REFUSED,
        decision=note,
        by=who.person_id,
        now=who.now,
    )
    _record(conn, who, "library.proposal_refused", proposal_id)


def _record(conn: Connection, who: Who, action: str, number: int, *more: str) -> None:
    audit.record(
        conn,
        who.shop_id,
        action=action,
        subject="/".join((str(number), *more)),
        now=who.now,
        person_id=who.person_id,
    )
