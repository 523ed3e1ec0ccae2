"""How follow-ups are claimed under a lease, and put off or ended."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from storage.literals import is_just
from storage.queries.claims import ClaimedFollowUp, load_claimed
from storage.states import FollowUpState
from storage.tables import FollowUpRow, table_of

_follow_ups = table_of(FollowUpRow)

_ALL_SHOPS = "the scheduler's tick serves every shop"


def claim_due(
    conn: Connection, *, owner: str, now: datetime, lease: timedelta, limit: int
) -> list[ClaimedFollowUp]:
    """Take what is due, of all shops, with all that its stop rules ask about.

    Due is what was planned for now or earlier, and what somebody claimed and did not
    finish within the lease. With nothing due this is two look-ups in an index.

    Args:
        conn: Of the unit.
        owner: Name of the process; only it may finish what it claimed.
        now: Aware UTC.
        lease: After this an unfinished claim is due again.
        limit: At most so many.
    """
    ids = _due_ids(conn, now, limit)
    if not ids:
        return []
    table = _follow_ups.c
    conn.execute(
        update(_follow_ups)
        .where(table.id.in_(ids))
        .values(state=FollowUpState.CLAIMED, lease_owner=owner, lease_until=now + lease)
        .execution_options(all_shops=_ALL_SHOPS)
    )
    return load_claimed(conn, ids, owner=owner)


def defer(
    conn: Connection,
    shop_id: int,
    *,
    claimed: ClaimedFollowUp,
    to: datetime,
    reason: str,
) -> bool:
    """Put it off; the first due time is kept. False: the lease is no longer ours."""
    table = _follow_ups.c
    return _finish(
        conn,
        shop_id,
        claimed,
        {
            "state": FollowUpState.PLANNED,
            "due_at": to,
            "deferred_from": func.coalesce(table.deferred_from, table.due_at),
            "reason": reason,
        },
    )


def skip(
    conn: Connection, shop_id: int, *, claimed: ClaimedFollowUp, reason: str
) -> bool:
    """Record that it must not be sent. False: the lease is no longer ours."""
    values = {"state": FollowUpState.SKIPPED, "reason": reason}
    return _finish(conn, shop_id, claimed, values)


def end(
    conn: Connection, shop_id: int, *, claimed: ClaimedFollowUp, reason: str
) -> bool:
    """Record that it has become pointless. False: the lease is no longer ours."""
    values = {"state": FollowUpState.ENDED, "reason": reason}
    return _finish(conn, shop_id, claimed, values)


def release_claims(conn: Connection, *, owner: str | None = None) -> int:
    """Make due at once what a killed process had claimed; return how many.

    Args:
        conn: Of the unit.
        owner: Only its claims; None: everybody's, right where one process runs.
    """
    table = _follow_ups.c
    statement = update(_follow_ups).where(is_just(table.state, FollowUpState.CLAIMED))
    if owner is not None:
        statement = statement.where(table.lease_owner == owner)
    return conn.execute(
        statement.values(
            state=FollowUpState.PLANNED, lease_owner=None, lease_until=None
        ).execution_options(all_shops="recovery at start frees every shop's claims")
    ).rowcount


def _due_ids(conn: Connection, now: datetime, limit: int) -> list[int]:
    """Return what may be claimed, those of ended leases first."""
    table = _follow_ups.c
    leased = (
        select(table.id)
        .where(is_just(table.state, FollowUpState.CLAIMED), table.lease_until <= now)
        .order_by(table.lease_until)
    )
    planned = (
        select(table.id)
        .where(is_just(table.state, FollowUpState.PLANNED), table.due_at <= now)
        .order_by(table.due_at)
    )
    ids: list[int] = []
    for statement in (leased, planned):
        ids += conn.scalars(
            statement.limit(limit - len(ids))
            .with_for_update(skip_locked=True)
            .execution_options(all_shops=_ALL_SHOPS)
        )
    return ids


def _finish(
    conn: Connection, shop_id: int, claimed: ClaimedFollowUp, values: dict[str, Any]
) -> bool:
    table = _follow_ups.c
    changed = conn.execute(
        update(_follow_ups)
        .where(
            table.shop_id == shop_id,
            table.id == claimed.follow_up_id,
            table.state == FollowUpState.CLAIMED,
            table.lease_owner == claimed.owner,
        )
        .values(lease_owner=None, lease_until=None, **values)
    )
    return changed.rowcount == 1
