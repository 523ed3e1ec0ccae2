"""How buyer messages become rows, once each, before the platform is answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, select, tuple_, update
from sqlalchemy.sql.dml import ReturningInsert

from bot.deciding.mood import Mood
from bot.identity.claims import hide_digits
from bot.messages import IncomingMessage, Receipt, Sender
from bot.replying.masking import mask_personal
from storage.repositories.tombstones import carry_over
from storage.repositories.upserts import upsert, upsert_for
from storage.states import ConversationPhase, Direction
from storage.tables import BuyerRow, ConversationRow, MessageRow, table_of

BuyerKey = tuple[int, str, str]
"""Shop id, connector, the platform's id of the buyer."""

_Stored = dict[tuple[str, str], tuple[int, int]]
"""(connector, platform's message id) → (message id, conversation id)."""

_buyers = table_of(BuyerRow)
_conversations = table_of(ConversationRow)
_messages = table_of(MessageRow)


def take_message(
    conn: Connection, shop_id: int, *, message: IncomingMessage, now: datetime
) -> Receipt:
    """Store one message and say where it belongs; a repeat changes nothing."""
    return take_messages(conn, [(shop_id, message)], now=now, known={})[0]


def take_messages(
    conn: Connection,
    batch: Sequence[tuple[int, IncomingMessage]],
    *,
    now: datetime,
    known: Mapping[BuyerKey, int],
) -> list[Receipt]:
    """Store many messages in few statements; receipts come in the batch's order.

    Args:
        conn: Of the unit.
        batch: Shop id and message, in the order they came.
        now: Aware UTC.
        known: Conversation ids by buyer, for those seen before; only read here, as
            this unit may be undone. Fill it from the receipts after the commit.
    """
    by_shop: dict[int, list[IncomingMessage]] = {}
    for shop_id, message in batch:
        by_shop.setdefault(shop_id, []).append(message)
    receipts = {
        shop_id: iter(_take(conn, shop_id, messages=messages, now=now, known=known))
        for shop_id, messages in by_shop.items()
    }
    return [next(receipts[shop_id]) for shop_id, _ in batch]


def _take(
    conn: Connection,
    shop_id: int,
    *,
    messages: list[IncomingMessage],
    now: datetime,
    known: Mapping[BuyerKey, int],
) -> list[Receipt]:
    places = _places(conn, shop_id, messages=messages, now=now, known=known)
    rows = [
        _row(shop_id, message, places[message.connector, message.buyer_ref], now)
        for message in messages
    ]
    table = _messages.c
    stored: _Stored = {
        (row.connector, row.platform_message_id): (row.id, row.conversation_id)
        for row in conn.execute(_insert_messages(conn.dialect.name), rows)
    }
    fresh = set(stored)
    repeated = [
        _message_key(message)
        for message in messages
        if _message_key(message) not in stored
    ]
    if repeated:
        found = select(
            table.connector,
            table.platform_message_id,
            table.id,
            table.conversation_id,
        ).where(
            table.shop_id == shop_id,
            tuple_(table.connector, table.platform_message_id).in_(repeated),
        )
        stored |= {
            (row.connector, row.platform_message_id): (row.id, row.conversation_id)
            for row in conn.execute(found)
        }
    return [
        _receipt(
            stored,
            fresh,
            _message_key(message),
            place=places[message.connector, message.buyer_ref],
        )
        for message in messages
    ]


def _receipt(
    stored: _Stored, fresh: set[tuple[str, str]], key: tuple[str, str], *, place: int
) -> Receipt:
    """Return the receipt; of equal messages in one batch only the first is new."""
    message_id, conversation_id = stored[key]
    is_accepted = key in fresh
    fresh.discard(key)
    return Receipt(
        conversation_id=conversation_id,
        message_id=message_id,
        is_accepted=is_accepted,
        is_another_buyers=conversation_id != place,
    )


def _message_key(message: IncomingMessage) -> tuple[str, str]:
    return message.connector, message.platform_message_id


@cache
def _insert_messages(dialect: str) -> ReturningInsert[Any]:
    table = _messages.c
    return (
        upsert_for(dialect, _messages)
        .on_conflict_do_nothing(
            index_elements=[table.shop_id, table.connector, table.platform_message_id]
        )
        .returning(
            table.id,
            table.connector,
            table.platform_message_id,
            table.conversation_id,
        )
    )


def _row(
    shop_id: int, message: IncomingMessage, conversation_id: int, now: datetime
) -> dict[str, Any]:
    return {
        "shop_id": shop_id,
        "conversation_id": conversation_id,
        "sender": Sender.BUYER,
        "direction": Direction.INCOMING,
        "text": message.text,
        "search_text": _searchable(message),
        "image_url": message.image_url,
        "connector": message.connector,
        "platform_message_id": message.platform_message_id,
        "is_verified": message.is_verified,
        "order_ref": message.order_ref,
        "item_ref": message.item_ref,
        "sent_at": now if message.sent_at is None else message.sent_at,
        "created_at": now,
    }


def _places(
    conn: Connection,
    shop_id: int,
    *,
    messages: list[IncomingMessage],
    now: datetime,
    known: Mapping[BuyerKey, int],
) -> dict[tuple[str, str], int]:
    """Return the conversation id of each (connector, buyer) of the messages."""
    places: dict[tuple[str, str], int] = {}
    names: dict[tuple[str, str], str | None] = {}
    for message in messages:
        pair = (message.connector, message.buyer_ref)
        conversation_id = known.get((shop_id, *pair))
        if conversation_id is not None:
            places[pair] = conversation_id
        elif message.buyer_name is not None or pair not in names:
            names[pair] = message.buyer_name
    if names:
        places |= ensure_conversations(conn, shop_id, names=names, now=now)
    return places


def ensure_conversations(
    conn: Connection,
    shop_id: int,
    *,
    names: Mapping[tuple[str, str], str | None],
    now: datetime,
) -> dict[tuple[str, str], int]:
    """Return the conversation id of each buyer, making buyers and conversations.

    Args:
        conn: Of the unit.
        shop_id: Whose buyers they are.
        names: (connector, buyer_ref) → the buyer's name, None when not told.
        now: Aware UTC.
    """
    buyers = ensure_buyers(conn, shop_id, names=names, now=now)
    table = _conversations.c
    statement = select(table.buyer_id, table.id).where(
        table.shop_id == shop_id, table.buyer_id.in_(sorted(buyers.values()))
    )
    found = {row.buyer_id: row.id for row in conn.execute(statement)}
    missing = [
        _new_conversation(shop_id, pair, buyer_id, now)
        for pair, buyer_id in sorted(buyers.items())
        if buyer_id not in found
    ]
    if missing:
        conn.execute(
            upsert(conn, _conversations).on_conflict_do_nothing(
                index_elements=[table.shop_id, table.buyer_id]
            ),
            missing,
        )
        found = {row.buyer_id: row.id for row in conn.execute(statement)}
    return {pair: found[buyer_id] for pair, buyer_id in buyers.items()}


def ensure_buyers(
    conn: Connection,
    shop_id: int,
    *,
    names: Mapping[tuple[str, str], str | None],
    now: datetime,
) -> dict[tuple[str, str], int]:
    """Return the row id of each buyer; make who is new, note a new name."""
    found = _find_buyers(conn, shop_id, sorted(names))
    # In one order everywhere, so that two writers cannot wait for each other.
    missing = [
        _new_buyer(shop_id, pair, names[pair], now)
        for pair in sorted(names)
        if pair not in found
    ]
    if missing:
        table = _buyers.c
        conn.execute(
            upsert(conn, _buyers).on_conflict_do_nothing(
                index_elements=[table.shop_id, table.connector, table.buyer_ref]
            ),
            missing,
        )
        made = {pair for pair in names if pair not in found}
        found |= _find_buyers(conn, shop_id, sorted(names))
        refs = {found[pair][0]: pair[1] for pair in made}
        carry_over(conn, shop_id, refs=refs, now=now)
    for pair, (buyer_id, name) in found.items():
        new_name = names[pair]
        if new_name is not None and new_name != name:
            _rename(conn, shop_id, buyer_id, new_name)
    return {pair: buyer_id for pair, (buyer_id, _) in found.items()}


def _find_buyers(
    conn: Connection, shop_id: int, pairs: list[tuple[str, str]]
) -> dict[tuple[str, str], tuple[int, str | None]]:
    table = _buyers.c
    statement = select(table.connector, table.buyer_ref, table.id, table.name).where(
        table.shop_id == shop_id, tuple_(table.connector, table.buyer_ref).in_(pairs)
    )
    return {
        (row.connector, row.buyer_ref): (row.id, row.name)
        for row in conn.execute(statement)
    }


def _rename(conn: Connection, shop_id: int, buyer_id: int, name: str) -> None:
    table = _buyers.c
    conn.execute(
        update(_buyers)
        .where(table.shop_id == shop_id, table.id == buyer_id)
        .values(name=name)
    )


def _new_buyer(
    shop_id: int, pair: tuple[str, str], name: str | None, now: datetime
) -> dict[str, Any]:
    return {
        "shop_id": shop_id,
        "connector": pair[0],
        "buyer_ref": pair[1],
        "name": name,
        "is_professional_reviewer": False,
        "created_at": now,
    }


def _new_conversation(
    shop_id: int, pair: tuple[str, str], buyer_id: int, now: datetime
) -> dict[str, Any]:
    return {
        "shop_id": shop_id,
        "buyer_id": buyer_id,
        "connector": pair[0],
        "buyer_ref": pair[1],
        "version": 0,
        "state": ConversationPhase.OPEN,
        "misses": 0,
        "is_greeted": False,
        "mood": Mood.NEUTRAL,
        "used_variants": [],
        "created_at": now,
    }


def _searchable(message: IncomingMessage) -> str:
    """Return the copy that is searched: masked, of strangers without an order's digits."""
    masked = mask_personal(message.text, name=message.buyer_name)
    return masked if message.is_verified else hide_digits(masked)
