"""How the care for reviews goes on: the cause, the contact, the refusal."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.repositories.follow_ups import cancelling
from storage.states import ReviewState
from storage.tables import ReviewRow, table_of

_reviews = table_of(ReviewRow)


def refuse(
    conn: Connection,
    shop_id: int,
    *,
    buyer_id: int,
    review_row_id: int | None,
    now: datetime,
) -> tuple[int, ...]:
    """End the contact about reviews for ever, and return which reviews those are.

    Args:
        conn: Of the unit.
        shop_id: Whose reviews they are.
        buyer_id: Who refuses.
        review_row_id: The review that was asked about; None: all of this buyer.
        now: Aware UTC.
    """
    table = _reviews.c
    statement = update(_reviews).where(
        table.shop_id == shop_id,
        table.buyer_id == buyer_id,
        table.state != ReviewState.REFUSED,
    )
    if review_row_id is not None:
        statement = statement.where(table.id == review_row_id)
    rows = conn.execute(
        statement.values(state=ReviewState.REFUSED, refused_at=now).returning(table.id)
    )
    refused = tuple(row.id for row in rows)
    for row_id in refused:
        cancelling.cancel(conn, shop_id, review_id=row_id, reason="review_refused")
    return refused


def know_cause(
    conn: Connection, shop_id: int, *, ticket_id: int, cause: str
) -> tuple[int, ...]:
    """Record the cause on the reviews of a ticket; return those to be contacted.

    A review that was refused or contacted stays so.
    """
    table = _reviews.c
    conn.execute(
        update(_reviews)
        .where(table.shop_id == shop_id, table.ticket_id == ticket_id)
        .values(cause=cause)
    )
    rows = conn.execute(
        update(_reviews)
        .where(
            table.shop_id == shop_id,
            table.ticket_id == ticket_id,
            table.state.in_((ReviewState.TOLD, ReviewState.CAUSE_KNOWN)),
        )
        .values(state=ReviewState.CAUSE_KNOWN)
        .returning(table.id)
    )
    return tuple(row.id for row in rows)


def is_refused(conn: Connection, shop_id: int, *, review_row_id: int) -> bool:
    """Return whether the buyer refused to speak of this review."""
    table = _reviews.c
    state = conn.scalar(
        select(table.state).where(table.shop_id == shop_id, table.id == review_row_id)
    )
    return state is ReviewState.REFUSED


def mark_contacted(
    conn: Connection, shop_id: int, *, review_row_id: int, now: datetime
) -> None:
    """Record that the one contact about this review has been made."""
    table = _reviews.c
    conn.execute(
        update(_reviews)
        .where(table.shop_id == shop_id, table.id == review_row_id)
        .values(state=ReviewState.CONTACTED, contacted_at=now)
    )
