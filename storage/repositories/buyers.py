"""What changes a buyer: contact data, flags, and the wish not to be written to."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from bot.errors import NotFoundError
from bot.replying.masking import mask_personal
from storage.repositories.follow_ups import cancelling
from storage.repositories.tickets import call_backs
from storage.repositories.upserts import upsert
from storage.tables import BuyerRow, ConsentRow, SuppressionRow, table_of
from storage.vault import vault_of

MARKETING = "marketing"
"""The one purpose that needs consent so far."""
CONTACT = "contact"
"""Being written to first at all: taken back by opting out, given back by a person who
lifts that. Kept as evidence; nothing is sent because of it."""

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
    """Stop every message that we would write first, for good; withdraw consent.

    On every connector on which the shop knows this buyer. The words are kept, with
    personal data masked, as evidence.
    """
    evidence = mask_personal(words)
    ids = same_buyer(conn, shop_id, buyer_id=buyer_id)
    call_backs.record_opted_out(conn, shop_id, buyer_ids=ids, now=now)
    for row_id in ids:
        _suppress_one(conn, shop_id, row_id, evidence, now)


def same_buyer(conn: Connection, shop_id: int, *, buyer_id: int) -> list[int]:
    """Return the row ids of one buyer on every connector, this one included."""
    same, own = _buyers.alias("same"), _buyers.alias("own")
    statement = select(same.c.id).where(
        same.c.shop_id == shop_id,
        own.c.shop_id == shop_id,
        own.c.id == buyer_id,
        same.c.buyer_ref == own.c.buyer_ref,
    )
    return list(conn.scalars(statement.order_by(same.c.id)))


def is_suppressed(conn: Connection, shop_id: int, *, buyer_id: int) -> bool:
    """Return whether the buyer wants no more messages, said on whichever connector."""
    statement = select(suppressed_anywhere(shop_id, buyer_id))
    return bool(conn.scalar(statement))


def suppressed_anywhere(shop_id: object, buyer_id: object) -> ColumnElement[bool]:
    """Return the condition that a buyer opted out, on whichever connector.

    Args:
        shop_id: A value, a bind parameter, or a column of the enclosing statement.
        buyer_id: Likewise.
    """
    same, own = _buyers.alias("same"), _buyers.alias("own")
    return (
        select(_suppressions.c.id)
        .where(
            own.c.shop_id == shop_id,
            own.c.id == buyer_id,
            same.c.shop_id == own.c.shop_id,
            same.c.buyer_ref == own.c.buyer_ref,
            _suppressions.c.shop_id == same.c.shop_id,
            _suppressions.c.buyer_id == same.c.id,
        )
        .exists()
    )


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


def _suppress_one(
    conn: Connection, shop_id: int, buyer_id: int, evidence: str, now: datetime
) -> None:
    table = _suppressions.c
    added = conn.execute(
        upsert(conn, _suppressions)
        .values(shop_id=shop_id, buyer_id=buyer_id, words=evidence, created_at=now)
        .on_conflict_do_nothing(index_elements=[table.shop_id, table.buyer_id])
    ).rowcount
    purposes = [CONTACT] if added else []
    if has_consent(conn, shop_id, buyer_id=buyer_id, purpose=MARKETING):
        purposes.append(MARKETING)
    for purpose in purposes:
        record_consent(
            conn,
            shop_id,
            buyer_id=buyer_id,
            purpose=purpose,
            is_given=False,
            source=evidence,
            now=now,
        )
    cancelling.cancel(conn, shop_id, buyer_id=buyer_id, reason="contact_stopped")


def record_consent(
    conn: Connection,
    shop_id: int,
    *,
    buyer_id: int,
    purpose: str,
    is_given: bool,
    source: str,
    now: datetime,
) -> None:
    """Add one line to the history of what a buyer agreed to."""
    conn.execute(
        insert(_consents).values(
            shop_id=shop_id,
            buyer_id=buyer_id,
            purpose=purpose,
            is_given=is_given,
            source=source,
            changed_at=now,
        )
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
