"""How facts come in: idempotent, and never replaced by an older telling."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.facts import Item, Order, Review
from storage.repositories import buyers
from storage.repositories.follow_ups import cancelling
from storage.repositories.intake import ensure_buyers, ensure_conversations
from storage.repositories.upserts import upsert
from storage.states import ReviewState
from storage.tables import (
    BuyerRow,
    ConsentRow,
    ItemRow,
    OrderEventRow,
    OrderRow,
    ReviewRow,
    table_of,
)

_buyers = table_of(BuyerRow)
_consents = table_of(ConsentRow)
_items = table_of(ItemRow)
_order_events = table_of(OrderEventRow)
_orders = table_of(OrderRow)
_reviews = table_of(ReviewRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentFact:
    """What a buyer said to being written to, as the shop tells it."""

    connector: str
    buyer_ref: str
    is_given: bool
    source: str
    """Where the buyer said so; kept as evidence."""
    purpose: str = buyers.MARKETING


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


def put_item(
    conn: Connection, shop_id: int, *, value: Item, told_at: datetime, now: datetime
) -> bool:
    """Store an item; False when something newer is known."""
    values: dict[str, Any] = {
        "title": value.title,
        "list_fen": value.list_fen,
        "floor_fen": value.floor_fen,
        "stock": value.stock,
        "category": value.category,
        "restock_at": value.restock_at,
        "details": dict(value.details),
    }
    key = {"item_id": value.item_id}
    return _put(conn, _items, shop_id, key=key, values=values, told_at=told_at)


def put_order(
    conn: Connection,
    shop_id: int,
    *,
    value: Order,
    told_at: datetime,
    now: datetime,
    ends_plans: Collection[str] = (),
) -> bool:
    """Store an order with an event of what changed; False when newer is known.

    Args:
        conn: Of the unit.
        shop_id: Whose order it is.
        value: The whole order as it stands now.
        told_at: By the shop's clock.
        now: Aware UTC.
        ends_plans: Follow-up plans that this order makes pointless; what is planned
            of them for this order is cancelled.
    """
    before = conn.execute(
        select(_orders)
        .where(_orders.c.shop_id == shop_id, _orders.c.order_id == value.order_id)
        .with_for_update()
    ).one_or_none()
    values = _order_values(value)
    key = {"order_id": value.order_id}
    if not _put(conn, _orders, shop_id, key=key, values=values, told_at=told_at):
        return False
    _record_order_event(conn, shop_id, value, before, values, told_at)
    if ends_plans:
        cancelling.cancel(
            conn,
            shop_id,
            order_ref=value.order_id,
            plan_ids=ends_plans,
            reason="obsolete",
        )
    return True


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
    is_news = _put(
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


def put_consent(
    conn: Connection,
    shop_id: int,
    *,
    value: ConsentFact,
    told_at: datetime,
    now: datetime,
) -> bool:
    """Record a change of consent; False when something newer is known.

    A buyer who asked us to stop stays stopped: only their own words end that.
    """
    pair = (value.connector, value.buyer_ref)
    buyer_id = ensure_buyers(conn, shop_id, names={pair: None}, now=now)[pair]
    table = _consents.c
    newest = conn.scalar(
        select(table.changed_at)
        .where(
            table.shop_id == shop_id,
            table.buyer_id == buyer_id,
            table.purpose == value.purpose,
        )
        .order_by(table.changed_at.desc())
        .limit(1)
    )
    if newest is not None and newest >= told_at:
        return False
    conn.execute(
        insert(_consents).values(
            shop_id=shop_id,
            buyer_id=buyer_id,
            purpose=value.purpose,
            is_given=value.is_given,
            source=value.source,
            changed_at=told_at,
        )
    )
    return True


def _put(
    conn: Connection,
    table: Any,
    shop_id: int,
    *,
    key: Mapping[str, str],
    values: Mapping[str, Any],
    told_at: datetime,
    first: Mapping[str, Any] | None = None,
) -> bool:
    """Insert or replace a fact unless what is stored was told later.

    Args:
        conn: Of the unit.
        table: Which facts.
        shop_id: Whose fact it is.
        key: The shop's own number of the thing.
        values: What is told.
        told_at: By the shop's clock; the same telling again changes nothing.
        first: Columns that only a new row gets.
    """
    new = {} if first is None else first
    statement = (
        upsert(conn, table)
        .values(shop_id=shop_id, **key, **values, **new, told_at=told_at)
        .on_conflict_do_update(
            index_elements=["shop_id", *key],
            set_={**values, "told_at": told_at},
            where=table.c.told_at < told_at,
        )
        .returning(table.c.id)
    )
    return conn.scalar(statement) is not None


def _order_values(value: Order) -> dict[str, Any]:
    return {
        "buyer_ref": value.buyer_ref,
        "state": value.state,
        "lines": [asdict(line) for line in value.lines],
        "paid_at": value.paid_at,
        "promised_ship_at": value.promised_ship_at,
        "shipped_at": value.shipped_at,
        "courier": value.courier,
        "tracking_no": value.tracking_no,
        "latest_track": value.latest_track,
        "signed_at": value.signed_at,
        "refund": value.refund,
        "dispute": value.dispute,
    }


def _record_order_event(
    conn: Connection,
    shop_id: int,
    value: Order,
    before: Row[Any] | None,
    values: Mapping[str, Any],
    told_at: datetime,
) -> None:
    row_id = conn.scalar(
        select(_orders.c.id).where(
            _orders.c.shop_id == shop_id, _orders.c.order_id == value.order_id
        )
    )
    changes = {
        name: [None if before is None else _plain(getattr(before, name)), _plain(new)]
        for name, new in values.items()
        if before is None or getattr(before, name) != new
    }
    what = "created" if before is None else ",".join(changes)
    conn.execute(
        insert(_order_events).values(
            shop_id=shop_id,
            order_row_id=row_id,
            what=what,
            data=changes,
            told_at=told_at,
        )
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


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
