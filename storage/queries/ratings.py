"""What did buyers think, in a shop as a whole?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.queries.people_names import names_of
from storage.tables import RatingRow, table_of

_ratings = table_of(RatingRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRating:
    """One rating, and of which conversation."""

    rating_id: int
    conversation_id: int
    stars: int
    reason: str
    user: str | None
    """Who served last; None: only the assistant did."""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingSummary:
    """The ratings of a period together."""

    count: int
    average: float | None
    """None: there are none."""


def ratings_since(
    conn: Connection, shop_id: int, *, since: datetime, before: int | None, limit: int
) -> list[GivenRating]:
    """Return the ratings since a moment, newest first; those under the id ``before``."""
    table = _ratings.c
    statement = select(_ratings).where(
        table.shop_id == shop_id, table.created_at >= since
    )
    if before is not None:
        statement = statement.where(table.id < before)
    rows = conn.execute(statement.order_by(table.id.desc()).limit(limit)).all()
    names = names_of(conn, [row.person_id for row in rows])
    return [
        GivenRating(
            rating_id=row.id,
            conversation_id=row.conversation_id,
            stars=row.stars,
            reason=row.reason,
            user=names.get(row.person_id),
            created_at=row.created_at,
        )
        for row in rows
    ]


def rating_summary(conn: Connection, shop_id: int, *, since: datetime) -> RatingSummary:
    """Return how many ratings there are since a moment, and their average."""
    table = _ratings.c
    count, total = conn.execute(
        select(func.count(), func.sum(table.stars)).where(
            table.shop_id == shop_id, table.created_at >= since
        )
    ).one()
    average = None if count == 0 else round(int(total) / count, 2)
    return RatingSummary(count=count, average=average)
