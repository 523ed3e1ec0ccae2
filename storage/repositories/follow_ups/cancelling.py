"""How planned follow-ups are made void, by buyer, order, ticket or review."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, update

from bot.errors import NotFoundError
from bot.follow_ups.plans import Kind
from storage.states import FollowUpState
from storage.tables import FollowUpRow, table_of
from storage.tables.desk import UNSENT

_follow_ups = table_of(FollowUpRow)


def cancel(  # noqa: PLR0913 - each condition is one column
    conn: Connection,
    shop_id: int,
    *,
    reason: str,
    buyer_id: int | None = None,
    order_ref: str | None = None,
    ticket_id: int | None = None,
    review_id: int | None = None,
    plan_ids: Collection[str] | None = None,
    kinds: Collection[Kind] | None = None,
    since: datetime | None = None,
) -> int:
    """Make void what is planned or being looked at and fits every given condition.

    Returns:
        How many follow-ups that were.

    Raises:
        ValueError: No condition is given: that would be the whole shop.
    """
    table = _follow_ups.c
    equals = {
        table.buyer_id: buyer_id,
        table.order_ref: order_ref,
        table.ticket_id: ticket_id,
        table.review_id: review_id,
    }
    conditions: list[ColumnElement[bool]] = [
        column == value for column, value in equals.items() if value is not None
    ]
    if not conditions:
        raise ValueError("say whose follow-ups are to be cancelled")
    if plan_ids is not None:
        conditions.append(table.plan_id.in_(sorted(plan_ids)))
    if kinds is not None:
        conditions.append(table.kind.in_(sorted(kinds)))
    if since is not None:
        conditions.append(table.created_at >= since)
    statement = (
        update(_follow_ups)
        .where(table.shop_id == shop_id, UNSENT, *conditions)
        .values(**_void(reason))
    )
    return conn.execute(statement).rowcount


def cancel_one(
    conn: Connection, shop_id: int, *, follow_up_id: int, reason: str
) -> None:
    """Make one follow-up void that was not sent yet.

    Raises:
        NotFoundError: The shop has no such follow-up that is still to be sent.
    """
    table = _follow_ups.c
    statement = (
        update(_follow_ups)
        .where(table.shop_id == shop_id, table.id == follow_up_id, UNSENT)
        .values(**_void(reason))
    )
    if conn.execute(statement).rowcount == 0:
        raise NotFoundError("unsent follow-up", follow_up_id)


def _void(reason: str) -> dict[str, Any]:
    return {
        "state": FollowUpState.CANCELLED,
        "reason": reason,
        "lease_owner": None,
        "lease_until": None,
    }
