"""What is known of buyers; personal data is opened only here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.tables import BuyerRow, table_of
from storage.vault import Vault, vault_of

_buyers = table_of(BuyerRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerRecord:
    """One buyer with the contact data in clear: never logged."""

    buyer_id: int
    connector: str
    buyer_ref: str
    name: str | None
    phone: str | None
    address: str | None
    is_professional_reviewer: bool


def buyer(conn: Connection, shop_id: int, buyer_id: int) -> BuyerRecord | None:
    """Return a buyer by row id."""
    table = _buyers.c
    row = conn.execute(
        select(_buyers).where(table.shop_id == shop_id, table.id == buyer_id)
    ).one_or_none()
    return None if row is None else _record(vault_of(conn), row)


def buyers_by_phone(conn: Connection, shop_id: int, phone: str) -> list[BuyerRecord]:
    """Return the buyers who gave this phone number (digits), oldest first."""
    vault = vault_of(conn)
    table = _buyers.c
    statement = (
        select(_buyers)
        .where(table.shop_id == shop_id, table.phone_hash == vault.fingerprint(phone))
        .order_by(table.id)
    )
    return [_record(vault, row) for row in conn.execute(statement)]


def buyers_by_ref(conn: Connection, shop_id: int, buyer_ref: str) -> list[BuyerRecord]:
    """Return the buyers whom a platform knows by this id, oldest first."""
    table = _buyers.c
    statement = (
        select(_buyers)
        .where(table.shop_id == shop_id, table.buyer_ref == buyer_ref)
        .order_by(table.id)
    )
    return [_record(vault_of(conn), row) for row in conn.execute(statement)]


def buyer_names(
    conn: Connection, shop_id: int, ids: Collection[int]
) -> Mapping[int, str | None]:
    """Return what these buyers are called, by row id; None: it is not known."""
    table = _buyers.c
    statement = select(table.id, table.name).where(
        table.shop_id == shop_id, table.id.in_(sorted(set(ids)))
    )
    return {row.id: row.name for row in conn.execute(statement)}


def _record(vault: Vault, row: Row[Any]) -> BuyerRecord:
    return BuyerRecord(
        buyer_id=row.id,
        connector=row.connector,
        buyer_ref=row.buyer_ref,
        name=row.name,
        phone=None if row.phone_enc is None else vault.open(row.phone_enc),
        address=None if row.address_enc is None else vault.open(row.address_enc),
        is_professional_reviewer=row.is_professional_reviewer,
    )
