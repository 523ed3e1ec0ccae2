"""How every outgoing message becomes rows: the message, and its delivery."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.actions import Band
from bot.errors import NotFoundError
from bot.messages import OutgoingMessage, Sender
from bot.replying.masking import mask_personal
from storage.hot import HotStatement
from storage.states import DeliveryState, Direction
from storage.tables import ConversationRow, DeliveryRow, MessageRow, ShopRow, table_of

_conversations = table_of(ConversationRow)
_deliveries = table_of(DeliveryRow)
_messages = table_of(MessageRow)
_shops = table_of(ShopRow)

_ADD_DELIVERY = HotStatement(insert(_deliveries).returning(_deliveries.c.id))
_ADD_MESSAGE = HotStatement(insert(_messages).returning(_messages.c.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the messages of one conversation go."""

    shop_id: int
    shop: str
    """The shop's name in addresses."""
    conversation_id: int
    buyer_id: int
    connector: str
    buyer_ref: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message that is to leave."""

    text: str
    sender: Sender
    intent_id: str | None = None
    script_id: str | None = None
    variant: int | None = None
    confidence: float | None = None
    band: Band | None = None
    buttons: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    person_id: int | None = None
    follow_up_id: int | None = None
    turn_first_id: int | None = None
    platform_message_id: str | None = None
    """An agent's own id of it, unlike any platform's; None for all others."""
    buyer_name: str | None = None
    """Whoever is addressed; masked in the searchable copy."""


def address_of(conn: Connection, shop_id: int, conversation_id: int) -> Address:
    """Return where a conversation's messages go.

    Raises:
        NotFoundError: The shop has no such conversation.
    """
    table = _conversations.c
    row = conn.execute(
        select(table.buyer_id, table.connector, table.buyer_ref, _shops.c.slug)
        .join_from(_conversations, _shops, _shops.c.id == table.shop_id)
        .where(table.shop_id == shop_id, table.id == conversation_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError("conversation", conversation_id)
    return Address(
        shop_id=shop_id,
        shop=row.slug,
        conversation_id=conversation_id,
        buyer_id=row.buyer_id,
        connector=row.connector,
        buyer_ref=row.buyer_ref,
    )


def put_out(
    conn: Connection, address: Address, *, draft: Draft, now: datetime, deliver: bool
) -> OutgoingMessage:
    """Store a message and its delivery.

    Args:
        conn: Of the unit.
        address: Where it goes.
        draft: What is said.
        now: Aware UTC.
        deliver: False where the buyer's side fetches by itself: there is nothing to
            deliver, the message is where it is read.
    """
    message_id = _add_message(conn, address, draft, now)
    delivery_id = 0
    if deliver:
        delivery_id = _add_delivery(conn, address, message_id, draft, now)
    return OutgoingMessage(
        delivery_id=delivery_id,
        message_id=message_id,
        conversation_id=address.conversation_id,
        shop=address.shop,
        connector=address.connector,
        buyer_ref=address.buyer_ref,
        text=draft.text,
        sender=draft.sender,
        sent_at=now,
        intent=draft.intent_id,
        script_id=draft.script_id,
        buttons=draft.buttons,
        attachments=draft.attachments,
    )


def sent_before(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    person_id: int,
    client_id: str,
) -> int | None:
    """Return the id of the message that an agent has sent under their id of it."""
    found: int | None = conn.scalar(
        select(_messages.c.id).where(
            _messages.c.shop_id == shop_id,
            _messages.c.conversation_id == conversation_id,
            _messages.c.platform_message_id
            == writing_key(conversation_id, person_id, client_id),
        )
    )
    return found


def writing_key(conversation_id: int, person_id: int, client_id: str) -> str:
    """Return an agent's id of a message in a form that no platform's id can have."""
    return f"agent\n{conversation_id}\n{person_id}\n{client_id}"


def _add_delivery(
    conn: Connection, address: Address, message_id: int, draft: Draft, now: datetime
) -> int:
    delivery_id: int = _ADD_DELIVERY.first(
        conn,
        {
            "shop_id": address.shop_id,
            "conversation_id": address.conversation_id,
            "message_id": message_id,
            "state": DeliveryState.PENDING,
            "attempts": 0,
            "next_at": now,
            "delivered_at": None,
            "follow_up_id": draft.follow_up_id,
        },
    ).id
    return delivery_id


def _add_message(
    conn: Connection, address: Address, draft: Draft, now: datetime
) -> int:
    message_id: int = _ADD_MESSAGE.first(
        conn,
        {
            "shop_id": address.shop_id,
            "conversation_id": address.conversation_id,
            "sender": draft.sender,
            "direction": Direction.OUTGOING,
            "text": draft.text,
            "search_text": mask_personal(draft.text, name=draft.buyer_name),
            "connector": address.connector,
            "platform_message_id": draft.platform_message_id,
            "is_verified": False,
            "person_id": draft.person_id,
            "intent_id": draft.intent_id,
            "confidence": draft.confidence,
            "band": draft.band,
            "script_id": draft.script_id,
            "variant": draft.variant,
            "buttons": list(draft.buttons),
            "attachments": list(draft.attachments),
            "turn_first_id": draft.turn_first_id,
            "sent_at": now,
            "created_at": now,
        },
    ).id
    return message_id
