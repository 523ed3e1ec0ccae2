"""How a buyer's browser is remembered: by the hash of its token, never by the token."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.errors import NotFoundError
from storage.repositories.intake import ensure_buyers
from storage.repositories.upserts import upsert
from storage.tables import BuyerRow, ConversationRow, DeviceRow, table_of

_buyers = table_of(BuyerRow)
_conversations = table_of(ConversationRow)
_devices = table_of(DeviceRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRecord:
    """One browser, and whose it is now."""

    device_id: int
    buyer_id: int
    buyer_ref: str
    conversation_id: int | None
    """None: this buyer has not written yet."""


def device(conn: Connection, shop_id: int, token_hash: bytes) -> DeviceRecord | None:
    """Return the browser with this token in this shop, None when there is none."""
    table, buyers, conversations = _devices.c, _buyers.c, _conversations.c
    row = conn.execute(
        select(
            table.id,
            table.buyer_id,
            buyers.buyer_ref,
            conversations.id.label("conversation_id"),
        )
        .join_from(
            _devices,
            _buyers,
            (buyers.id == table.buyer_id) & (buyers.shop_id == table.shop_id),
        )
        .outerjoin(
            _conversations,
            (conversations.buyer_id == table.buyer_id)
            & (conversations.shop_id == table.shop_id),
        )
        .where(table.shop_id == shop_id, table.token_hash == token_hash)
    ).one_or_none()
    if row is None:
        return None
    return DeviceRecord(
        device_id=row.id,
        buyer_id=row.buyer_id,
        buyer_ref=row.buyer_ref,
        conversation_id=row.conversation_id,
    )


def bind_device(
    conn: Connection,
    shop_id: int,
    *,
    token_hash: bytes,
    pair: tuple[str, str],
    is_taking: bool,
    now: datetime,
) -> DeviceRecord:
    """Store that a browser was seen, and whose it is; return whose it is now.

    Args:
        conn: Of the unit.
        shop_id: Whose buyer it is.
        token_hash: SHA-256 of the browser's token.
        pair: (connector, buyer_ref) of the buyer.
        is_taking: True: it is theirs from now on, the shop vouches for them. False:
            only when it is nobody's yet.
        now: Aware UTC.
    """
    known = device(conn, shop_id, token_hash)
    if known is not None and not is_taking:
        _see(conn, shop_id, token_hash, {"last_seen_at": now})
        return known
    buyer_id = ensure_buyers(conn, shop_id, names={pair: None}, now=now)[pair]
    conn.execute(
        upsert(conn, _devices)
        .values(
            shop_id=shop_id,
            buyer_id=buyer_id,
            token_hash=token_hash,
            created_at=now,
            last_seen_at=now,
        )
        .on_conflict_do_nothing(index_elements=[_devices.c.token_hash])
    )
    seen: dict[str, object] = {"last_seen_at": now}
    if is_taking:
        seen["buyer_id"] = buyer_id
    _see(conn, shop_id, token_hash, seen)
    bound = device(conn, shop_id, token_hash)
    if bound is None:
        raise NotFoundError("device", "of this shop")
    return bound


def _see(
    conn: Connection, shop_id: int, token_hash: bytes, values: dict[str, object]
) -> None:
    table = _devices.c
    conn.execute(
        update(_devices)
        .where(table.shop_id == shop_id, table.token_hash == token_hash)
        .values(**values)
    )
