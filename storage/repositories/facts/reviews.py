"""Reviews as the shop's system tells them, and whose they are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.facts import Review
from storage.repositories.facts.putting import put_fact
from storage.repositories.intake import ensure_buyers, ensure_conversations
from storage.states import ReviewState
from storage.tables import BuyerRow, OrderRow, ReviewRow, table_of

_buyers = table_of(BuyerRow)
_orders = table_of(OrderRow)
_reviews = table_of(ReviewRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldReview:
    """What came of telling a review."""

    is_news: bool
    """False: older than what is known, and ignored."""
    is_new_bad: bool
    """It is a bad one, and was not before: a ticket is to be opened."""
    review_row_id: int
    buyer_id: int | None
    """None: the order is not known, so nobody can be contacted."""
    conversation_id: int | None


def put_review(
    conn: Connection,
    shop_id: int,
    *,
    value: Review,
    told_at: datetime,
    now: datetime,
    connector: str,
    bad_stars: int = 3,
) -> ToldReview:
    """Store a review and say whether it is a new bad one.

    Args:
        conn: Of the unit.
        shop_id: Whose review it is.
        value: The review as it stands now.
        told_at: By the shop's clock.
        now: Aware UTC.
        connector: Where its buyer is made when only the order knows them.
        bad_stars: A review of so many stars or fewer is a bad one.
    """
    pair, buyer_id = _reviewer(conn, shop_id, value.order_id, connector, now)
    before = conn.execute(
        select(_reviews)
        .where(_reviews.c.shop_id == shop_id, _reviews.c.review_id == value.review_id)
        .with_for_update()
    ).one_or_none()
    values: dict[str, Any] = {
        "order_id": value.order_id,
        "stars": value.stars,
        "text": value.text,
        "created_at": value.created_at,
        "buyer_id": buyer_id,
    }
    is_news = put_fact(
        conn,
        _reviews,
        shop_id,
        key={"review_id": value.review_id},
        values=values,
        told_at=told_at,
        first={"state": ReviewState.TOLD},
    )
    was_bad = before is not None and before.stars <= bad_stars
    is_new_bad = is_news and value.stars <= bad_stars and not was_bad
    return ToldReview(
        is_news=is_news,
        is_new_bad=is_new_bad,
        review_row_id=_review_row_id(conn, shop_id, value.review_id),
        buyer_id=buyer_id,
        conversation_id=None
        if pair is None
        else ensure_conversations(conn, shop_id, names={pair: None}, now=now)[pair],
    )


def adopt_reviews(
    conn: Connection, shop_id: int, *, order_id: str, connector: str, now: datetime
) -> list[tuple[Review, ToldReview]]:
    """Give the reviews that were told before their order to its buyer.

    Args:
        conn: Of the unit.
        shop_id: Whose reviews they are.
        order_id: The order that has just been told.
        connector: Where its buyer is made when only the order knows them.
        now: Aware UTC.
    """
    table = _reviews.c
    waiting = (table.shop_id == shop_id, table.order_id == order_id)
    rows = conn.execute(
        select(_reviews).where(*waiting, table.buyer_id.is_(None)).order_by(table.id)
    ).all()
    if not rows:
        return []
    pair, buyer_id = _reviewer(conn, shop_id, order_id, connector, now)
    if pair is None:
        return []
    places = ensure_conversations(conn, shop_id, names={pair: None}, now=now)
    conn.execute(
        update(_reviews)
        .where(*waiting, table.buyer_id.is_(None))
        .values(buyer_id=buyer_id)
    )
    return [
        (
            Review(
                review_id=row.review_id,
                order_id=row.order_id,
                stars=row.stars,
                text=row.text,
                created_at=row.created_at,
            ),
            ToldReview(
                is_news=True,
                is_new_bad=True,
                review_row_id=row.id,
                buyer_id=buyer_id,
                conversation_id=places[pair],
            ),
        )
        for row in rows
    ]


def attach_review_ticket(
    conn: Connection, shop_id: int, *, review_row_id: int, ticket_id: int
) -> None:
    """Record on which ticket a review is being worked on."""
    table = _reviews.c
    conn.execute(
        update(_reviews)
        .where(table.shop_id == shop_id, table.id == review_row_id)
        .values(ticket_id=ticket_id)
    )


def _reviewer(
    conn: Connection, shop_id: int, order_id: str, connector: str, now: datetime
) -> tuple[tuple[str, str] | None, int | None]:
    """Return who wrote a review, as (connector, buyer_ref) and as row id."""
    buyer_ref = conn.scalar(
        select(_orders.c.buyer_ref).where(
            _orders.c.shop_id == shop_id, _orders.c.order_id == order_id
        )
    )
    if buyer_ref is None:
        return None, None
    table = _buyers.c
    # Newest first: where the buyer spoke last is where they can be reached.
    known = conn.scalar(
        select(table.connector)
        .where(table.shop_id == shop_id, table.buyer_ref == buyer_ref)
        .order_by(table.id.desc())
        .limit(1)
    )
    pair = (connector if known is None else known, buyer_ref)
    return pair, ensure_buyers(conn, shop_id, names={pair: None}, now=now)[pair]


def _review_row_id(conn: Connection, shop_id: int, review_id: str) -> int:
    table = _reviews.c
    found: int | None = conn.scalar(
        select(table.id).where(table.shop_id == shop_id, table.review_id == review_id)
    )
    if found is None:
        message = f"review {review_id} vanished inside its own transaction"
        raise RuntimeError(message)
    return found
