"""What changes a buyer: contact data, flags, and the wish not to be written to."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.errors import NotFoundError
from storage.repositories.follow_ups import cancelling
from storage.repositories.upserts import upsert
from storage.tables import BuyerRow, ConsentRow, SuppressionRow, table_of
from storage.vault import vault_of

MARKETING = "marketing"
"""The one purpose that needs consent so far."""

_buyers = table_of(BuyerRow)
_consents = table_of(ConsentRow)
_suppressions = table_of(SuppressionRow)


def set_contact(
    conn: Connection,
    shop_id: int,
    *,
    buyer_id: int,
    phone: str | None = None,
    address: str | None = None,
) -> None:
    """Store a buyer's phone (digits) or address, sealed; None leaves it as it is.

    Raises:
        NotFoundError: The shop has no such buyer.
    """
    vault = vault_of(conn)
    values: dict[str, object] = {}
    if phone is not None:
        values["phone_enc"] = vault.seal(phone)
        values["phone_hash"] = vault.fingerprint(phone)
    if address is not None:
        values["address_enc"] = vault.seal(address)
    if values:
        _change(conn, shop_id, buyer_id, values)


def flag_professional_reviewer(
    conn: Connection, shop_id: int, *, buyer_id: int, is_flagged: bool
) -> None:
    """Mark a buyer as suspected of living from bad reviews, or lift the mark.

    Raises:
        NotFoundError: The shop has no such buyer.
    """
    _change(conn, shop_id, buyer_id, {"is_professional_reviewer": is_flagged})


def suppress(
    conn: Connection, shop_id: int, *, buyer_id: int, words: str, now: datetime
) -> None:
    """Stop every message that we would write first, for good; withdraw consent."""
    table = _suppressions.c
    conn.execute(
        upsert(conn, _suppressions)
        .values(shop_id=shop_id, buyer_id=buyer_id, words=words, created_at=now)
        .on_conflict_do_nothing(index_elements=[table.shop_id, table.buyer_id])
    )
    if has_consent(conn, shop_id, buyer_id=buyer_id, purpose=MARKETING):
        conn.execute(
            insert(_consents).values(
                shop_id=shop_id,
                buyer_id=buyer_id,
                purpose=MARKETING,
                is_given=False,
                source=words,
                changed_at=now,
            )
        )
    cancelling.cancel(conn, shop_id, buyer_id=buyer_id, reason="contact_stopped")


def is_suppressed(conn: Connection, shop_id: int, *, buyer_id: int) -> bool:
    """Return whether the buyer wants no more messages."""
    table = _suppressions.c
    statement = select(table.id).where(
        table.shop_id == shop_id, table.buyer_id == buyer_id
    )
    return conn.scalar(statement) is not None


def has_consent(conn: Connection, shop_id: int, *, buyer_id: int, purpose: str) -> bool:
    """Return whether the buyer's newest word on this purpose was yes."""
    table = _consents.c
    statement = (
        select(table.is_given)
        .where(
            table.shop_id == shop_id,
            table.buyer_id == buyer_id,
            table.purpose == purpose,
        )
        .order_by(table.changed_at.desc(), table.id.desc())
        .limit(1)
    )
    return bool(conn.scalar(statement))


def lock_buyer(conn: Connection, shop_id: int, *, buyer_id: int) -> None:
    """Make other writers wait who count this buyer's messages at the same time."""
    table = _buyers.c
    conn.execute(
        select(table.id)
        .where(table.shop_id == shop_id, table.id == buyer_id)
        .with_for_update()
    )


def _change(
    conn: Connection, shop_id: int, buyer_id: int, values: dict[str, object]
) -> None:
    table = _buyers.c
    result = conn.execute(
        update(_buyers)
        .where(table.shop_id == shop_id, table.id == buyer_id)
        .values(**values)
    )
    if result.rowcount == 0:
        raise NotFoundError("buyer", buyer_id)
