"""What is said: messages in either direction, and the turn that a burst makes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Sender(StrEnum):
    """Who wrote a message."""

    BUYER = "buyer"
    ASSISTANT = "assistant"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMessage:
    """One buyer message as a connector understood it; not stored yet."""

    shop: str
    """The shop's name in addresses, such as ``demo``."""
    connector: str
    platform_message_id: str
    buyer_ref: str
    """The platform's id of the buyer."""
    text: str
    image_url: str | None = None
    buyer_name: str | None = None
    order_ref: str | None = None
    """The shop's order number, used only when the order is this buyer's."""
    item_ref: str | None = None
    sent_at: datetime | None = None
    is_verified: bool = False
    """The platform vouches for ``buyer_ref`` (signed channel, logged-in buyer)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to intake, given only after the commit."""

    conversation_id: int
    message_id: int
    is_accepted: bool
    """False for a duplicate of a message taken before."""
    is_another_buyers: bool = False
    """The message with this id was taken before, and from somebody else: nothing is
    stored, and the sender must not learn of that conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """One message on its way to a buyer, as the outbox hands it to a connector."""

    delivery_id: int
    """Stable over retries; platforms that can, deduplicate on it. 0 for a message that
    nobody delivers, as the buyer's side fetches it."""
    message_id: int
    conversation_id: int
    shop: str
    connector: str
    buyer_ref: str
    text: str
    sender: Sender
    sent_at: datetime
    intent: str | None = None
    script_id: str | None = None
    buttons: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The merged fragments of one buyer burst."""

    shop_id: int
    conversation_id: int
    message_ids: tuple[int, ...]
    """Stored messages that this turn answers, oldest first."""
    text: str
    """The fragments, joined by line breaks."""
    is_verified: bool = False
    """The platform vouches for the buyer of every fragment."""
    image_urls: tuple[str, ...] = ()
    order_ref: str | None = None
    item_ref: str | None = None
