"""What becomes of a buyer's bargaining when they are forgotten, or turn out somebody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from storage.states import OfferState
from storage.tables import (
    BargainingAskRow,
    BargainingStateRow,
    OfferRow,
    table_of,
)

_asks = table_of(BargainingAskRow)
_offers = table_of(OfferRow)
_states = table_of(BargainingStateRow)


def forget_bargaining(
    conn: Connection, shop_id: int, *, buyer_ids: Sequence[int], now: datetime
) -> None:
    """Delete how buyers bargained; what was given away stays, as nobody's.

    The budgets count it on. What was open is over.
    """
    for table in (_asks, _states):
        conn.execute(
            delete(table).where(
                table.c.shop_id == shop_id, table.c.buyer_id.in_(buyer_ids)
            )
        )
    offers = _offers.c
    conn.execute(
        update(_offers)
        .where(
            offers.shop_id == shop_id,
            offers.buyer_id.in_(buyer_ids),
            offers.state == OfferState.OPEN,
        )
        .values(state=OfferState.EXPIRED, closed_at=now)
    )


def join_bargaining(
    conn: Connection, shop_id: int, *, old: int, new: int, now: datetime
) -> None:
    """Leave one state and one open offer an item where two buyers become one.

    The state that is further down stays, so that nothing is given a second time; of two
    open offers the one that is worth more.
    """
    for mine, theirs in _pairs(_states_of(conn, shop_id, (old, new)), old):
        further = max(mine, theirs, key=lambda row: (row.rung, row.rounds))
        _drop_state(conn, shop_id, theirs.id)
        _set_state(conn, shop_id, mine.id, further, (mine, theirs), now)
    for mine, theirs in _pairs(_open_of(conn, shop_id, (old, new)), old):
        worse = min(mine, theirs, key=lambda row: (row.cost_fen, row.id))
        conn.execute(
            update(_offers)
            .where(_offers.c.shop_id == shop_id, _offers.c.id == worse.id)
            .values(state=OfferState.REPLACED, closed_at=now)
        )


def _pairs(rows: list[Row[Any]], old: int) -> list[tuple[Row[Any], Row[Any]]]:
    """Return (row of the old buyer, row of the new one) of each item both have."""
    kept = {row.item_id: row for row in rows if row.buyer_id != old}
    return [
        (row, kept[row.item_id])
        for row in rows
        if row.buyer_id == old and row.item_id in kept
    ]


def _states_of(
    conn: Connection, shop_id: int, buyer_ids: tuple[int, int]
) -> list[Row[Any]]:
    table = _states.c
    return list(
        conn.execute(
            select(_states)
            .where(table.shop_id == shop_id, table.buyer_id.in_(buyer_ids))
            .order_by(table.id)
        )
    )


def _open_of(
    conn: Connection, shop_id: int, buyer_ids: tuple[int, int]
) -> list[Row[Any]]:
    table = _offers.c
    return list(
        conn.execute(
            select(_offers)
            .where(
                table.shop_id == shop_id,
                table.buyer_id.in_(buyer_ids),
                table.state == OfferState.OPEN,
            )
            .order_by(table.id)
        )
    )


def _drop_state(conn: Connection, shop_id: int, row_id: int) -> None:
    conn.execute(
        delete(_states).where(_states.c.shop_id == shop_id, _states.c.id == row_id)
    )


def _set_state(
    conn: Connection,
    shop_id: int,
    row_id: int,
    further: Row[Any],
    both: tuple[Row[Any], Row[Any]],
    now: datetime,
) -> None:
    """Store what stays; its version is another one for whoever decides meanwhile."""
    conn.execute(
        update(_states)
        .where(_states.c.shop_id == shop_id, _states.c.id == row_id)
        .values(
            rung=further.rung,
            rounds=further.rounds,
            version=max(row.version for row in both) + 1,
            updated_at=now,
        )
    )
