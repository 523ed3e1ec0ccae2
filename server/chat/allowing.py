"""Of what may a buyer speak? Their own pictures and orders, and items that there are."""

import re
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from bot.errors import InvalidPayloadError
from connectors.chat import ChatBuyer, ChatDraft
from connectors.web_chat import WebChat
from storage.queries import facts
from storage.queries.pictures import is_picture_of

MEDIA: Final = "/media/"
"""Before a picture's name in its address."""
_NAME = re.compile(r"[0-9a-f]{32}\.(?:jpg|png)")


def allowed(
    conn: Connection, shop_id: int, buyer: ChatBuyer, draft: ChatDraft
) -> ChatDraft:
    """Return the draft with only what this buyer may speak of.

    Raises:
        InvalidPayloadError: the picture is not one that they have sent.
    """
    if draft.picture is not None and not _is_theirs(
        conn, shop_id, buyer, draft.picture
    ):
        raise InvalidPayloadError(
            "must be a picture that you have sent",
            connector=WebChat.name,
            field="picture",
        )
    return replace(
        draft,
        order_ref=_order_ref(conn, shop_id, buyer, draft.order_ref),
        item_ref=_item_ref(conn, shop_id, draft.item_ref),
    )


def _is_theirs(conn: Connection, shop_id: int, buyer: ChatBuyer, address: str) -> bool:
    name = address.removeprefix(MEDIA)
    return (
        address.startswith(MEDIA)
        and _NAME.fullmatch(name) is not None
        and is_picture_of(
            conn, shop_id, pair=(WebChat.name, buyer.buyer_ref), name=name
        )
    )


def _order_ref(
    conn: Connection, shop_id: int, buyer: ChatBuyer, order_id: str | None
) -> str | None:
    """Return the order's id when it is theirs; nobody learns of other orders."""
    if order_id is None or not buyer.is_identified:
        return None
    order = facts.order_of_buyer(
        conn, shop_id, order_id=order_id, buyer_ref=buyer.buyer_ref
    )
    return None if order is None else order_id


def _item_ref(conn: Connection, shop_id: int, item_id: str | None) -> str | None:
    if item_id is None or facts.item(conn, shop_id, item_id) is None:
        return None
    return item_id
