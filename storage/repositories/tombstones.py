"""What stays of buyers who were forgotten, and what it means when one comes back."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select

from storage.repositories.upserts import upsert
from storage.tables import ForgottenBuyerRow, SuppressionRow, table_of
from storage.vault import vault_of

_forgotten = table_of(ForgottenBuyerRow)
_suppressions = table_of(SuppressionRow)


def hash_of(conn: Connection, shop_id: int, buyer_ref: str) -> bytes:
    """Return the keyed hash by which a forgotten buyer is known again.

    The same on every connector, as opting out is.
    """
    return vault_of(conn).fingerprint(f"forgotten buyer {shop_id} {buyer_ref}")


def is_suppressed(conn: Connection, shop_id: int, *, buyer_ref: str) -> bool:
    """Return whether this buyer had opted out before they were forgotten."""
    table = _forgotten.c
    statement = select(table.id).where(
        table.shop_id == shop_id,
        table.ref_hash == hash_of(conn, shop_id, buyer_ref),
        table.is_suppressed,
    )
    return conn.scalar(statement.limit(1)) is not None


def newest(conn: Connection, shop_id: int, *, buyer_ref: str) -> int | None:
    """Return the row id of the last time this buyer was forgotten; None: never."""
    table = _forgotten.c
    found: int | None = conn.scalar(
        select(table.id)
        .where(
            table.shop_id == shop_id,
            table.ref_hash == hash_of(conn, shop_id, buyer_ref),
        )
        .order_by(table.id.desc())
        .limit(1)
    )
    return found


def add(
    conn: Connection,
    shop_id: int,
    *,
    buyer_ref: str,
    phone_hash: bytes | None,
    is_suppressed: bool,
    person_id: int | None,
    now: datetime,
) -> int:
    """Write down that a buyer was forgotten and return the row id."""
    tombstone_id: int = conn.execute(
        insert(_forgotten)
        .values(
            shop_id=shop_id,
            ref_hash=hash_of(conn, shop_id, buyer_ref),
            phone_hash=phone_hash,
            is_suppressed=is_suppressed,
            person_id=person_id,
            at=now,
        )
        .returning(_forgotten.c.id)
    ).scalar_one()
    return tombstone_id


def carry_over(
    conn: Connection, shop_id: int, *, refs: Mapping[int, str], now: datetime
) -> None:
    """Keep new buyers opted out who had opted out before they were forgotten.

    Args:
        conn: Of the unit.
        shop_id: Whose buyers they are.
        refs: Row id → the platform's id, of the buyers that were just made.
        now: Aware UTC.
    """
    hashes = {
        buyer_id: hash_of(conn, shop_id, buyer_ref)
        for buyer_id, buyer_ref in refs.items()
    }
    table = _forgotten.c
    statement = select(table.ref_hash).where(
        table.shop_id == shop_id,
        table.ref_hash.in_(sorted(set(hashes.values()))),
        table.is_suppressed,
    )
    found = set(conn.scalars(statement))
    rows = [
        {"shop_id": shop_id, "buyer_id": buyer_id, "words": "", "created_at": now}
        for buyer_id, ref_hash in hashes.items()
        if ref_hash in found
    ]
    if rows:
        conn.execute(
            upsert(conn, _suppressions).on_conflict_do_nothing(
                index_elements=[_suppressions.c.shop_id, _suppressions.c.buyer_id]
            ),
            rows,
        )
