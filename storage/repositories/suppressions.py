"""How a person lifts a buyer's opt-out: only with a newer consent to show for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from bot.errors import NotFoundError, NotPermittedError
from storage.repositories import audit, buyers
from storage.repositories.changes import record_change
from storage.tables import ConsentRow, SuppressionRow, table_of

_consents = table_of(ConsentRow)
_suppressions = table_of(SuppressionRow)


def lift(
    conn: Connection,
    shop_id: int,
    *,
    buyer_id: int,
    reason: str,
    person_id: int,
    now: datetime,
) -> None:
    """Let the buyer be written to again, on every connector.

    The history of their consent keeps both: that they opted out and that it was lifted.

    Raises:
        NotFoundError: The shop has no such buyer, or they have not opted out.
        NotPermittedError: They have given no consent since they opted out.
    """
    ids = buyers.same_buyer(conn, shop_id, buyer_id=buyer_id)
    if not ids:
        raise NotFoundError("buyer", buyer_id)
    opted_out_at = conn.scalar(
        select(func.max(_suppressions.c.created_at)).where(
            _suppressions.c.shop_id == shop_id, _suppressions.c.buyer_id.in_(ids)
        )
    )
    if opted_out_at is None:
        raise NotFoundError("opt-out of buyer", buyer_id)
    consent = _newest_consent(conn, shop_id, ids)
    if consent is None or not consent.is_given or consent.changed_at <= opted_out_at:
        raise NotPermittedError("the buyer has given no consent since they opted out")
    conn.execute(
        delete(_suppressions).where(
            _suppressions.c.shop_id == shop_id, _suppressions.c.buyer_id.in_(ids)
        )
    )
    for row_id in ids:
        buyers.record_consent(
            conn,
            shop_id,
            buyer_id=row_id,
            purpose=buyers.CONTACT,
            is_given=True,
            source=reason,
            now=now,
        )
    audit.record(
        conn,
        shop_id,
        action="opt_out.lifted",
        subject=f"buyer:{buyer_id}",
        data={"reason": reason, "consent_id": consent.id},
        person_id=person_id,
        now=now,
    )
    record_change(conn)


def _newest_consent(conn: Connection, shop_id: int, ids: list[int]) -> Row[Any] | None:
    table = _consents.c
    return conn.execute(
        select(_consents)
        .where(
            table.shop_id == shop_id,
            table.buyer_id.in_(ids),
            table.purpose == buyers.MARKETING,
        )
        .order_by(table.changed_at.desc(), table.id.desc())
        .limit(1)
    ).one_or_none()
