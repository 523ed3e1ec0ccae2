"""How claimed deliveries end: delivered, tried again, given up, freed, sent again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.errors import NotFoundError
from storage.literals import is_one_of
from storage.repositories.outbox.leases import ALL_SHOPS, UNDELIVERED, held_by
from storage.states import DeliveryState
from storage.tables import DeliveryRow, MessageRow, table_of

_deliveries = table_of(DeliveryRow)
_messages = table_of(MessageRow)


def finish_delivered(
    conn: Connection, delivery_ids: Sequence[int], *, owner: str, now: datetime
) -> int:
    """Record that the platform took these; return how many were still ours."""
    table = _deliveries.c
    return conn.execute(
        update(_deliveries)
        .where(table.id.in_(delivery_ids), *held_by(owner))
        .values(state=DeliveryState.DELIVERED, delivered_at=now, lease_owner=None)
        .execution_options(all_shops=ALL_SHOPS)
    ).rowcount


def finish_failed(
    conn: Connection,
    delivery_id: int,
    *,
    owner: str,
    now: datetime,
    error: str,
    next_at: datetime | None,
) -> bool:
    """Record a failed try; return False when the lease was no longer ours.

    Args:
        conn: Of the unit.
        delivery_id: What was tried.
        owner: Who claimed it.
        now: Aware UTC.
        error: Why it failed; kept for people.
        next_at: When to try again; None gives up: a dead letter.
    """
    table = _deliveries.c
    values: dict[str, Any] = {
        "state": DeliveryState.DEAD if next_at is None else DeliveryState.PENDING,
        "next_at": now if next_at is None else next_at,
        "last_error": error,
        "lease_owner": None,
    }
    changed = conn.execute(
        update(_deliveries)
        .where(table.id == delivery_id, *held_by(owner))
        .values(**values)
        .execution_options(all_shops=ALL_SHOPS)
    )
    return changed.rowcount == 1


def release_claims(conn: Connection, *, owner: str | None = None) -> int:
    """Make due at once what a killed process had claimed; return how many.

    Args:
        conn: Of the unit.
        owner: Only its claims; None: everybody's, right where one process runs.
    """
    table, messages = _deliveries.c, _messages.c
    sent_at = (
        select(messages.sent_at)
        .where(messages.id == table.message_id, messages.shop_id == table.shop_id)
        .scalar_subquery()
    )
    statement = (
        update(_deliveries)
        .where(is_one_of(table.state, *UNDELIVERED))
        .where(table.state == DeliveryState.SENDING)
    )
    if owner is not None:
        statement = statement.where(table.lease_owner == owner)
    return conn.execute(
        statement.values(
            state=DeliveryState.PENDING, next_at=sent_at, lease_owner=None
        ).execution_options(all_shops="recovery at start frees every shop's claims")
    ).rowcount


def send_again(
    conn: Connection, shop_id: int, *, delivery_id: int, now: datetime
) -> None:
    """Make a dead letter due now, with its tries counted from the beginning.

    Raises:
        NotFoundError: The shop has no such dead letter.
    """
    table = _deliveries.c
    changed = conn.execute(
        update(_deliveries)
        .where(
            table.shop_id == shop_id,
            table.id == delivery_id,
            table.state == DeliveryState.DEAD,
        )
        .values(state=DeliveryState.PENDING, attempts=0, next_at=now)
    )
    if changed.rowcount == 0:
        raise NotFoundError("dead letter", delivery_id)
