"""How codes are kept: each goes to one offer, and one that was shown to no other."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage.queries.offers import unseen
from storage.repositories.upserts import upsert
from storage.states import OfferState
from storage.tables import CouponRow, OfferRow, table_of

_coupons = table_of(CouponRow)
_offers = table_of(OfferRow)


def add_codes(
    conn: Connection, shop_id: int, *, pool: str, codes: Iterable[str], now: datetime
) -> int:
    """Add codes to a pool; return how many were new. Known ones stay as they are."""
    added = 0
    for code in dict.fromkeys(codes):
        statement = upsert(conn, _coupons).values(
            shop_id=shop_id, pool=pool, code=code, added_at=now
        )
        added += conn.execute(statement.on_conflict_do_nothing()).rowcount
    return added


def remove_free_codes(conn: Connection, shop_id: int, *, pool: str) -> int:
    """Remove the codes of a pool that no offer has; return how many."""
    table = _coupons.c
    return conn.execute(
        delete(_coupons).where(
            table.shop_id == shop_id, table.pool == pool, table.offer_id.is_(None)
        )
    ).rowcount


def take_code(
    conn: Connection, shop_id: int, *, pool: str, offer_id: int, now: datetime
) -> str | None:
    """Give the next code of a pool to an offer; None when there is none left."""
    table = _coupons.c
    while True:
        found = conn.execute(
            select(table.id, table.code)
            .where(
                table.shop_id == shop_id,
                table.pool == pool,
                table.offer_id.is_(None),
            )
            .order_by(table.id)
            .limit(1)
        ).one_or_none()
        if found is None:
            return None
        taken = conn.execute(
            update(_coupons)
            .where(
                table.shop_id == shop_id,
                table.id == found.id,
                table.offer_id.is_(None),
            )
            .values(offer_id=offer_id, taken_at=now)
        )
        if taken.rowcount == 1:
            return str(found.code)


def end_expired(conn: Connection, shop_id: int, *, now: datetime) -> None:
    """Mark the offers whose time is over; the code of one never shown is free again."""
    coupons, offers = _coupons.c, _offers.c
    conn.execute(
        update(_coupons)
        .where(coupons.shop_id == shop_id, coupons.offer_id.in_(unseen(shop_id, now)))
        .values(offer_id=None, taken_at=None)
    )
    conn.execute(
        update(_offers)
        .where(
            offers.shop_id == shop_id,
            offers.state == OfferState.OPEN,
            offers.valid_until <= now,
        )
        .values(state=OfferState.EXPIRED, closed_at=offers.valid_until)
    )
