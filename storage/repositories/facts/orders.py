"""Orders as the shop's system tells them, with an event of each change."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.facts import Order
from storage.repositories.facts.putting import put_fact
from storage.repositories.follow_ups import cancelling
from storage.tables import OrderEventRow, OrderRow, table_of
from storage.vault import vault_of

_order_events = table_of(OrderEventRow)
_orders = table_of(OrderRow)


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
    # Not in the events: where somebody lives is no history to look up.
    place = {"province": value.province, "city": value.city}
    told = {**values, **place, **_phone_values(conn, value)}
    if not put_fact(conn, _orders, shop_id, key=key, values=told, told_at=told_at):
        return False
    if value.phone is not None:
        _seal_phone(conn, shop_id, value.order_id, value.phone)
    _record_order_event(conn, shop_id, value, before, values, told_at)
    if before is not None and before.buyer_ref != value.buyer_ref:
        # What was promised to the first buyer is none of the second one's business.
        cancelling.cancel(conn, shop_id, order_ref=value.order_id, reason="obsolete")
    if ends_plans:
        cancelling.cancel(
            conn,
            shop_id,
            order_ref=value.order_id,
            plan_ids=ends_plans,
            reason="obsolete",
        )
    return True


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


def _phone_values(conn: Connection, value: Order) -> dict[str, Any]:
    """Return the hash by which a phone is news; an order told without one keeps its own."""
    if value.phone is None:
        return {}
    return {"phone_hash": vault_of(conn).fingerprint(value.phone)}


def _seal_phone(conn: Connection, shop_id: int, order_id: str, phone: str) -> None:
    """Store the phone; sealed anew each time, so it is compared by its hash."""
    conn.execute(
        update(_orders)
        .where(_orders.c.shop_id == shop_id, _orders.c.order_id == order_id)
        .values(phone_enc=vault_of(conn).seal(phone))
    )


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
