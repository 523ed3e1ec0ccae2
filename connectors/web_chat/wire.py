"""What do the frames of the socket mean? Text in, values out, and back (chat.md)."""

import json
import re
from datetime import datetime
from typing import Annotated, Any

import msgspec

from bot.errors import InvalidPayloadError
from connectors.chat import ChatMessage, ChatPage, ChatShop, ChatStatus
from connectors.texts import clean_text, has_controls

NAME = "web_chat"

Ref = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Token = Annotated[str, msgspec.Meta(max_length=128)]
Name = Annotated[str, msgspec.Meta(max_length=1000)]
"""Cut to what a name may have: a long one must not cost a buyer the window."""
RowId = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


class Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """Base of what the client sends."""


class Hello(Frame, frozen=True, tag="hello"):
    """Who is there."""

    token: Token | None = None
    user_id: Ref | None = None
    user_hash: Token | None = None
    user_name: Name | None = None
    after: RowId | None = None
    item_id: Ref | None = None
    order_id: Ref | None = None


class Identify(Frame, frozen=True, tag="identify"):
    """An anonymous buyer has logged in to the shop."""

    user_id: Ref
    user_hash: Token
    user_name: Name | None = None


class Say(Frame, frozen=True, tag="message"):
    """A message."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    text: str = ""
    picture: Annotated[str, msgspec.Meta(max_length=128)] | None = None
    item_id: Ref | None = None
    order_id: Ref | None = None


class Typing(Frame, frozen=True, tag="typing"):
    """The buyer is typing."""


class History(Frame, frozen=True, tag="history"):
    """Older messages, please."""

    before: RowId


class Rating(Frame, frozen=True, tag="rating"):
    """What the buyer thinks."""

    stars: Annotated[int, msgspec.Meta(ge=1, le=5)]
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""


FromClient = Hello | Identify | Say | Typing | History | Rating


class _Head(msgspec.Struct):
    """What is read of a frame that is wrong somewhere."""

    type: str = ""
    id: str | None = None


class RefusedFrameError(InvalidPayloadError):
    """A message or rating cannot be taken as it is; the socket goes on."""

    def __init__(
        self, reason: str, *, field: str | None, client_id: str | None
    ) -> None:
        self.client_id = client_id
        super().__init__(reason, connector=NAME, field=field)


_FRAME: msgspec.json.Decoder[FromClient] = msgspec.json.Decoder(FromClient)
_ESCAPED_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_HEAD = msgspec.json.Decoder(_Head)
_ENCODER = msgspec.json.Encoder()


def parse(raw: bytes, *, text_limit: int) -> FromClient:
    """Return what a frame says.

    Raises:
        RefusedFrameError: a message or a rating has a wrong field, which is named.
        InvalidPayloadError: anything else that is not of the protocol.
    """
    raw = _whole(raw)
    try:
        frame = _FRAME.decode(raw)
    except msgspec.ValidationError as error:
        raise _refusal(raw, str(error)) from error
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise InvalidPayloadError("not JSON", connector=NAME) from error
    _refuse_controls(frame)
    return _said(frame, text_limit) if isinstance(frame, Say) else frame


def _whole(raw: bytes) -> bytes:
    """Return a frame with half characters replaced, as cutting an emoji leaves them."""
    if _ESCAPED_HALF.search(raw) is None:
        return raw
    try:
        text = json.dumps(json.loads(raw), ensure_ascii=False)
    except (ValueError, RecursionError):
        return raw
    return text.encode("utf-8", "replace")


def _said(frame: Say, text_limit: int) -> Say:
    text = clean_text(frame.text)
    if len(text) > text_limit:
        raise _refused(frame, f"longer than {text_limit} characters", field="text")
    if not text.strip() and frame.picture is None:
        raise _refused(frame, "either text or a picture is needed", field="text")
    return msgspec.structs.replace(frame, text=text)


def _refuse_controls(frame: FromClient) -> None:
    for field in ("id", "token", "user_id", "item_id", "order_id", "picture"):
        value = getattr(frame, field, None)
        if value is not None and has_controls(value):
            raise _refused(frame, "must not have control characters", field=field)


def _refused(frame: FromClient, reason: str, *, field: str) -> InvalidPayloadError:
    if isinstance(frame, Say):
        return RefusedFrameError(reason, field=field, client_id=frame.id)
    return InvalidPayloadError(f"{field}: {reason}", connector=NAME, field=field)


def _refusal(raw: bytes, message: str) -> InvalidPayloadError:
    """Return what is wrong with a frame that is JSON."""
    reason, _, place = message.partition(" - at `$")
    field = place.rstrip("`").lstrip(".") or None
    if field is None and "`" in reason:
        field = reason.split("`")[1]
    try:
        head = _HEAD.decode(raw)
    except msgspec.DecodeError:
        head = _Head()
    if head.type in {"message", "rating"}:
        client_id = head.id if head.type == "message" else None
        return RefusedFrameError(reason, field=field, client_id=client_id)
    return InvalidPayloadError(reason, connector=NAME, field=field)


class ShopFrame(msgspec.Struct):
    """What the window shows of the shop."""

    name: str
    colour: str
    position: str
    privacy_url: str


class CardFrame(msgspec.Struct, omit_defaults=True):
    """An item or an order."""

    kind: str
    id: str
    title: str
    price_fen: int | None = None
    state: str | None = None


class MessageFrame(msgspec.Struct):
    """One message as the buyer sees it."""

    id: int
    client_id: str | None
    sender: str
    is_automatic: bool
    text: str
    sent_at: datetime
    buttons: tuple[str, ...]
    attachments: tuple[str, ...]
    picture: str | None
    card: CardFrame | None


class StatusFrame(msgspec.Struct, tag_field="type", tag="status", omit_defaults=True):
    """Who answers now."""

    phase: str
    is_staffed: bool
    position: int | None = None
    opens_at: datetime | None = None


def welcome(shop: ChatShop, *, token: str, is_identified: bool) -> bytes:
    """Return the first frame of a socket."""
    shown = ShopFrame(shop.name, shop.colour, shop.position, shop.privacy_url)
    return _frame("welcome", token=token, is_identified=is_identified, shop=shown)


def messages(page: ChatPage, *, is_history: bool) -> bytes:
    """Return a frame of messages, in the order of their ids."""
    return _frame(
        "messages",
        messages=[_message(message) for message in page.messages],
        is_history=is_history,
        has_more=page.has_more,
    )


def taken(client_id: str, *, message_id: int, sent_at: datetime) -> bytes:
    """Return that a message is stored."""
    return _frame("taken", client_id=client_id, id=message_id, sent_at=sent_at)


def refused(
    client_id: str | None,
    *,
    code: str,
    message: str,
    field: str | None = None,
    retry_after: int | None = None,
) -> bytes:
    """Return that a message is not stored, and why."""
    more: dict[str, Any] = {"field": field, "retry_after": retry_after}
    return _frame(
        "refused",
        client_id=client_id,
        code=code,
        message=message,
        **{name: value for name, value in more.items() if value is not None},
    )


def status(value: ChatStatus) -> bytes:
    """Return who answers now."""
    return _ENCODER.encode(
        StatusFrame(
            phase=value.phase.value,
            is_staffed=value.is_staffed,
            position=value.position,
            opens_at=value.opens_at,
        )
    )


def typing(sender: str) -> bytes:
    """Return that somebody is typing."""
    return _frame("typing", sender=sender)


def reset() -> bytes:
    """Return that the buyer is another one now."""
    return _frame("reset")


def rated() -> bytes:
    """Return that a rating is stored."""
    return _frame("rated")


def failed(code: str, message: str) -> bytes:
    """Return why the socket is closed."""
    return _frame("error", code=code, message=message)


def _frame(kind: str, **fields: Any) -> bytes:
    return _ENCODER.encode({"type": kind, **fields})


def _message(message: ChatMessage) -> MessageFrame:
    card = message.card
    return MessageFrame(
        id=message.message_id,
        client_id=message.client_id,
        sender=message.sender.value,
        is_automatic=message.is_automatic,
        text=message.text,
        sent_at=message.sent_at,
        buttons=message.buttons,
        attachments=message.attachments,
        picture=message.picture,
        card=None
        if card is None
        else CardFrame(card.kind, card.id, card.title, card.price_fen, card.state),
    )
