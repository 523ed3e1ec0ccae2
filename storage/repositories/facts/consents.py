"""What buyers said to being written to, as the shop's system tells it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from storage.repositories import buyers
from storage.repositories.intake import ensure_buyers
from storage.tables import ConsentRow, table_of

_consents = table_of(ConsentRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentFact:
    """What a buyer said to being written to, as the shop tells it."""

    connector: str
    buyer_ref: str
    is_given: bool
    source: str
    """Where the buyer said so; kept as evidence."""
    purpose: str = buyers.MARKETING


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
    newest = conn.execute(
        select(table.changed_at, table.is_given)
        .where(
            table.shop_id == shop_id,
            table.buyer_id == buyer_id,
            table.purpose == value.purpose,
        )
        .order_by(table.changed_at.desc(), table.id.desc())
        .limit(1)
    ).one_or_none()
    if newest is not None and (
        newest.changed_at > told_at
        or (newest.changed_at == told_at and newest.is_given == value.is_given)
    ):
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
