"""Factories: valid values of which a test states only what matters to it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.messages import IncomingMessage, OutgoingMessage, Sender
from connectors.base import ShopAccount
from storage.queries.pending_turns import PendingMessage

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
"""A Wednesday, 10:00 in Shanghai: within every window and working hour."""


def make_incoming(**changes: Any) -> IncomingMessage:
    message = IncomingMessage(
        shop="demo",
        connector="signed_http",
        platform_message_id="m-1",
        buyer_ref="buyer-1",
        text="在吗",
        is_verified=True,
    )
    return replace(message, **changes)


def make_outgoing(**changes: Any) -> OutgoingMessage:
    message = OutgoingMessage(
        delivery_id=71,
        message_id=5,
        conversation_id=3,
        shop="demo",
        connector="signed_http",
        buyer_ref="buyer-1",
        text="亲，在的",
        sender=Sender.ASSISTANT,
        sent_at=NOW,
    )
    return replace(message, **changes)


def make_account(**changes: Any) -> ShopAccount:
    account = ShopAccount(shop_id=1, slug="demo", secret=b"s3cret", callback_url=None)
    return replace(account, **changes)


def make_pending(message_id: int = 1, **changes: Any) -> PendingMessage:
    message = PendingMessage(
        message_id=message_id,
        shop_id=1,
        conversation_id=1,
        text=f"第{message_id}句",
        image_url=None,
        order_ref=None,
        item_ref=None,
        is_verified=True,
        created_at=NOW,
    )
    return replace(message, **changes)
