"""What do the bytes of a message mean? Bodies in, values out, and back."""

from datetime import datetime
from typing import Annotated, TypeVar

import msgspec

from bot.errors import InvalidPayloadError
from bot.messages import IncomingMessage, OutgoingMessage
from connectors.base import HistoryMessage
from connectors.reading import decode_body, utc_moment
from connectors.texts import clean_text, has_controls

NAME = "signed_http"

Ref = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]

_LARGEST = 2**63 - 1
"""What a row's number can be."""
RowId = Annotated[int, msgspec.Meta(ge=1, le=_LARGEST)]


class MessageBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``POST …/messages``."""

    message_id: Ref
    buyer_id: Ref
    text: str | None = None
    image_url: Annotated[str, msgspec.Meta(max_length=2048)] | None = None
    buyer_name: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    order_id: Ref | None = None
    item_id: Ref | None = None
    sent_at: Moment | None = None


class WaitQuery(msgspec.Struct, frozen=True):
    """``POST …/messages?wait=SECONDS``."""

    wait: Annotated[float, msgspec.Meta(ge=0, le=10)] | msgspec.UnsetType = (
        msgspec.UNSET
    )
    """Seconds to wait for the turn, counted from receipt."""


class ConversationPlace(msgspec.Struct, frozen=True):
    """``…/conversations/{conversation_id}/…``."""

    conversation_id: RowId


class HistoryQuery(msgspec.Struct, frozen=True):
    """``GET …/messages?after=ID``."""

    after: Annotated[int, msgspec.Meta(ge=0, le=_LARGEST)] = 0
    """Id of the last message seen."""


class ReceiptBody(msgspec.Struct, omit_defaults=True):
    """The answer to a message."""

    conversation_id: int
    accepted: bool
    band: str | msgspec.UnsetType = msgspec.UNSET
    replies: list["ReplyBody"] | msgspec.UnsetType = msgspec.UNSET


class ReplyBody(msgspec.Struct):
    """One message of a conversation as the shop's system sees it."""

    id: int
    text: str
    sender: str
    sent_at: datetime
    intent: str | None
    script_id: str | None
    buttons: tuple[str, ...]
    attachments: tuple[str, ...]


class HistoryBody(msgspec.Struct):
    """The answer to ``GET …/messages``."""

    messages: list[ReplyBody]


class CallbackBody(msgspec.Struct):
    """What is POSTed to a shop's callback URL for each outgoing message."""

    delivery_id: int
    """Stable over retries: deduplicate on it."""
    conversation_id: int
    buyer_id: str
    reply: ReplyBody


Decoded = TypeVar("Decoded")

_MESSAGE = msgspec.json.Decoder(MessageBody)


def parse_message(raw: bytes, *, shop: str, text_limit: int) -> IncomingMessage:
    """Return the buyer's message in a body.

    Raises:
        InvalidPayloadError: the body is not JSON, or a field is missing, wrong or too
            long; the error names the field.
    """
    body = decode(raw, _MESSAGE)
    text = clean_text("" if body.text is None else body.text)
    if len(text) > text_limit:
        raise invalid(f"longer than {text_limit} characters", field="text")
    if not text.strip() and body.image_url is None:
        raise invalid("either text or image_url is needed", field="text")
    if body.image_url is not None and not _is_web_address(body.image_url):
        raise invalid("must be an http or https address", field="image_url")
    for name in ("message_id", "buyer_id", "order_id", "item_id"):
        _refuse_controls(getattr(body, name), field=name)
    return IncomingMessage(
        shop=shop,
        connector=NAME,
        platform_message_id=body.message_id,
        buyer_ref=body.buyer_id,
        text=text,
        image_url=body.image_url,
        buyer_name=None if body.buyer_name is None else clean_text(body.buyer_name),
        order_ref=body.order_id,
        item_ref=body.item_id,
        sent_at=utc_or_none(body.sent_at, field="sent_at"),
        is_verified=True,
    )


def reply_body(message: HistoryMessage) -> ReplyBody:
    """Return a stored message in the form of the contract."""
    return ReplyBody(
        id=message.message_id,
        text=message.text,
        sender=message.sender.value,
        sent_at=message.sent_at,
        intent=message.intent,
        script_id=message.script_id,
        buttons=message.buttons,
        attachments=message.attachments,
    )


def callback_body(message: OutgoingMessage) -> bytes:
    """Return the bytes POSTed for one outgoing message."""
    return msgspec.json.encode(
        CallbackBody(
            delivery_id=message.delivery_id,
            conversation_id=message.conversation_id,
            buyer_id=message.buyer_ref,
            reply=ReplyBody(
                id=message.message_id,
                text=message.text,
                sender=message.sender.value,
                sent_at=message.sent_at,
                intent=message.intent,
                script_id=message.script_id,
                buttons=message.buttons,
                attachments=message.attachments,
            ),
        )
    )


def check_ref(value: str, *, field: str) -> str:
    """Return an id from an address or a body.

    Raises:
        InvalidPayloadError: it is empty, too long or has control characters.
    """
    if not 1 <= len(value) <= 128:  # noqa: PLR2004 - as Ref above
        raise invalid("must have 1 to 128 characters", field=field)
    _refuse_controls(value, field=field)
    return value


def decode(raw: bytes, decoder: msgspec.json.Decoder[Decoded]) -> Decoded:
    """Return the decoded body.

    Raises:
        InvalidPayloadError: it is not JSON, or not what the decoder expects.
    """
    return decode_body(raw, decoder, connector=NAME)


def utc_or_none(moment: datetime | None, *, field: str) -> datetime | None:
    """Return a moment in UTC, None when there is none; raises as ``utc``."""
    return None if moment is None else utc(moment, field=field)


def utc(moment: datetime, *, field: str) -> datetime:
    """Return a moment in UTC.

    Raises:
        InvalidPayloadError: it lies in no year that anybody means.
    """
    return utc_moment(moment, field=field, connector=NAME)


def _is_web_address(address: str) -> bool:
    return address.startswith(("https://", "http://")) and address.isprintable()


def _refuse_controls(value: str | None, *, field: str) -> None:
    if value is not None and has_controls(value):
        raise invalid("must not have control characters", field=field)


def invalid(reason: str, *, field: str | None) -> InvalidPayloadError:
    """Return the error for a body that cannot be used."""
    return InvalidPayloadError(reason, connector=NAME, field=field)
