"""Which offers were granted, and how many codes are left?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    ScalarSelect,
    Select,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.sql import operators

from bot.bargaining.policy import RungKind
from storage.states import DeliveryState, OfferState
from storage.tables import CouponRow, DeliveryRow, OfferRow, table_of

_coupons = table_of(CouponRow)
_deliveries = table_of(DeliveryRow)
_offers = table_of(OfferRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolRecord:
    """How many codes one pool has."""

    pool: str
    left: int
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRecord:
    """One concession, as people look it up."""

    offer_id: int
    buyer_id: int
    conversation_id: int
    item_id: str
    scope: str
    kind: RungKind
    rung: int
    name: str
    quantity: int
    list_fen: int
    price_fen: int
    cost_fen: int
    charged_fen: int
    coupon: str | None
    link: str | None
    state: OfferState
    """Expired as soon as its time is over, whatever the row says."""
    valid_until: datetime
    granted_by: int | None
    created_at: datetime


def coupons_left(
    conn: Connection, shop_id: int, *, pools: Sequence[str], now: datetime
) -> Mapping[str, int]:
    """Return how many codes can be given out of each pool."""
    if not pools:
        return {}
    table = _coupons.c
    rows = conn.execute(
        select(table.pool, func.count().label("left"))
        .where(
            table.shop_id == shop_id,
            table.pool.in_(pools),
            or_(table.offer_id.is_(None), table.offer_id.in_(unseen(shop_id, now))),
        )
        .group_by(table.pool)
    )
    return {row.pool: row.left for row in rows}


def unseen(shop_id: int, now: datetime) -> Select[Any]:
    """Return the select of expired offers that no buyer ever saw.

    What told of them was withheld, as a person had taken over.
    """
    offers, deliveries = _offers.c, _deliveries.c
    withheld: ScalarSelect[Any] = (
        select(deliveries.message_id)
        .where(
            deliveries.shop_id == shop_id,
            deliveries.message_id == offers.message_id,
            deliveries.state == DeliveryState.WITHHELD,
        )
        .scalar_subquery()
    )
    return select(offers.id).where(
        offers.shop_id == shop_id,
        offers.state.in_([OfferState.OPEN, OfferState.EXPIRED, OfferState.REPLACED]),
        offers.valid_until <= now,
        offers.granted_by.is_(None),
        or_(offers.message_id.is_(None), offers.message_id == withheld),
    )


def pools_of(conn: Connection, shop_id: int, *, now: datetime) -> list[PoolRecord]:
    """Return the pools of a shop by name, with how many codes each has."""
    table = _coupons.c
    totals = conn.execute(
        select(table.pool, func.count())
        .where(table.shop_id == shop_id)
        .group_by(table.pool)
        .order_by(table.pool)
    ).all()
    left = coupons_left(conn, shop_id, pools=[pool for pool, _ in totals], now=now)
    return [
        PoolRecord(pool=pool, left=left.get(pool, 0), taken=total - left.get(pool, 0))
        for pool, total in totals
    ]


def offers_of(  # noqa: PLR0913 - what people may narrow a list by
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int | None = None,
    buyer_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
    now: datetime,
) -> list[OfferRecord]:
    """Return the offers of a shop, newest first.

    Args:
        conn: Of a reader.
        shop_id: Whose offers they are.
        conversation_id: Only of this conversation.
        buyer_id: Only of this buyer.
        since: Only those granted then or later.
        until: Only those granted before.
        before: Only those whose id is less.
        limit: At most so many.
        now: Aware UTC; what is past its time is expired.
    """
    table = _offers.c
    narrowed = (
        (table.conversation_id, operators.eq, conversation_id),
        (table.buyer_id, operators.eq, buyer_id),
        (table.created_at, operators.ge, since),
        (table.created_at, operators.lt, until),
        (table.id, operators.lt, before),
    )
    rows = conn.execute(
        select(_offers, _coupons.c.code)
        .join_from(
            _offers,
            _coupons,
            and_(_coupons.c.offer_id == table.id, _coupons.c.shop_id == shop_id),
            isouter=True,
        )
        .where(
            table.shop_id == shop_id,
            *(
                compare(column, value)
                for column, compare, value in narrowed
                if value is not None
            ),
        )
        .order_by(table.id.desc())
        .limit(limit)
    )
    return [_offer_record(row, now) for row in rows]


def _offer_record(row: Row[Any], now: datetime) -> OfferRecord:
    is_over = row.state is OfferState.OPEN and row.valid_until <= now
    return OfferRecord(
        offer_id=row.id,
        buyer_id=row.buyer_id,
        conversation_id=row.conversation_id,
        item_id=row.item_id,
        scope=row.scope,
        kind=row.kind,
        rung=row.rung,
        name=row.name,
        quantity=row.quantity,
        list_fen=row.list_fen,
        price_fen=row.price_fen,
        cost_fen=row.cost_fen,
        charged_fen=row.charged_fen,
        coupon=row.code,
        link=row.link,
        state=OfferState.EXPIRED if is_over else row.state,
        valid_until=row.valid_until,
        granted_by=row.granted_by,
        created_at=row.created_at,
    )
