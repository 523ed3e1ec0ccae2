"""What the bytes of the signed channel mean: bodies in, values out, and back."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import msgspec

from bot.errors import InvalidPayloadError
from bot.facts import Item, Order, OrderLine, OrderState, Review
from bot.messages import IncomingMessage, OutgoingMessage
from connectors.base import Consent, HistoryMessage

NAME = "signed_http"

Ref = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
Phrase = Annotated[str, msgspec.Meta(max_length=2000)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Fen = Annotated[int, msgspec.Meta(ge=0, le=100_000_000_000)]
Pieces = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]

_KEPT_CONTROLS = "\n\t"


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


class ItemBody(msgspec.Struct, frozen=True):
    """``PUT …/items/{id}``; keys this program does not know are named in the answer."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    list_fen: Fen | None = None
    floor_fen: Fen | None = None
    stock: Pieces | None = None
    category: Annotated[str, msgspec.Meta(max_length=128)] | None = None
    restock_at: Moment | None = None
    details: dict[str, Phrase] = msgspec.field(default_factory=dict)
    updated_at: Moment | None = None


class LineBody(msgspec.Struct, frozen=True):
    """One line of an order."""

    item_id: Ref
    title: Phrase | None = None
    quantity: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1
    price_fen: Fen | None = None


class OrderBody(msgspec.Struct, frozen=True):
    """``PUT …/orders/{id}``."""

    buyer_id: Ref
    state: OrderState
    items: tuple[LineBody | Ref, ...] = ()
    paid_at: Moment | None = None
    promised_ship_at: Moment | None = None
    shipped_at: Moment | None = None
    courier: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    tracking_no: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    latest_track: Phrase | None = None
    signed_at: Moment | None = None
    refund: bool | str | dict[str, Any] | None = None
    dispute: bool | str | dict[str, Any] | None = None
    updated_at: Moment | None = None


class ReviewBody(msgspec.Struct, frozen=True):
    """``POST …/reviews``."""

    review_id: Ref
    order_id: Ref
    stars: Annotated[int, msgspec.Meta(ge=1, le=5)]
    created_at: Moment
    text: Annotated[str, msgspec.Meta(max_length=5000)] = ""
    updated_at: Moment | None = None


class ConsentBody(msgspec.Struct, frozen=True):
    """``PUT …/buyers/{id}/consent``."""

    marketing: bool
    source: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] = "shop"
    updated_at: Moment | None = None


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


class FactReceiptBody(msgspec.Struct):
    """The answer to a fact; ``ignored`` names the keys that were not understood."""

    accepted: bool
    ignored: tuple[str, ...] = ()


class CallbackBody(msgspec.Struct):
    """What is POSTed to a shop's callback URL for each outgoing message."""

    delivery_id: int
    """Stable over retries: deduplicate on it."""
    conversation_id: int
    buyer_id: str
    reply: ReplyBody


Body = TypeVar("Body", bound=msgspec.Struct)

_MESSAGE = msgspec.json.Decoder(MessageBody)


def parse_message(raw: bytes, *, shop: str, text_limit: int) -> IncomingMessage:
    """Return the buyer's message in a body.

    Raises:
        InvalidPayloadError: the body is not JSON, or a field is missing, wrong or too
            long; the error names the field.
    """
    body = _decode(raw, _MESSAGE)
    text = clean_text("" if body.text is None else body.text)
    if len(text) > text_limit:
        raise _invalid(f"longer than {text_limit} characters", field="text")
    if not text.strip() and body.image_url is None:
        raise _invalid("either text or image_url is needed", field="text")
    if body.image_url is not None and not _is_web_address(body.image_url):
        raise _invalid("must be an http or https address", field="image_url")
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
        sent_at=None if body.sent_at is None else body.sent_at.astimezone(UTC),
        is_verified=True,
    )


def parse_fact(raw: bytes, body_type: type[Body]) -> tuple[Body, tuple[str, ...]]:
    """Return the body and the names of keys that this program does not know.

    Raises:
        InvalidPayloadError: as in ``parse_message``.
    """
    body = _decode(raw, msgspec.json.Decoder(body_type))
    given = msgspec.json.decode(raw)
    known = {field.encode_name for field in msgspec.structs.fields(body_type)}
    for name, value in given.items():
        _refuse_nul(value, field=name)
    return body, tuple(sorted(set(given) - known))


def item_of(item_id: str, body: ItemBody) -> Item:
    """Return the item a body tells of.

    Raises:
        InvalidPayloadError: the floor is above the list price.
    """
    if (
        body.floor_fen is not None
        and body.list_fen is not None
        and body.floor_fen > body.list_fen
    ):
        raise _invalid("must not be above list_fen", field="floor_fen")
    return Item(
        item_id=item_id,
        title=body.title,
        list_fen=body.list_fen,
        floor_fen=body.floor_fen,
        stock=body.stock,
        category=body.category,
        restock_at=_utc(body.restock_at),
        details=body.details,
    )


def order_of(order_id: str, body: OrderBody) -> Order:
    """Return the order a body tells of."""
    return Order(
        order_id=order_id,
        buyer_ref=body.buyer_id,
        state=body.state,
        lines=tuple(_line(line) for line in body.items),
        paid_at=_utc(body.paid_at),
        promised_ship_at=_utc(body.promised_ship_at),
        shipped_at=_utc(body.shipped_at),
        courier=body.courier,
        tracking_no=body.tracking_no,
        latest_track=body.latest_track,
        signed_at=_utc(body.signed_at),
        refund=_state(body.refund, field="refund"),
        dispute=_state(body.dispute, field="dispute"),
    )


def review_of(body: ReviewBody) -> Review:
    """Return the review a body tells of."""
    return Review(
        review_id=body.review_id,
        order_id=body.order_id,
        stars=body.stars,
        text=clean_text(body.text),
        created_at=body.created_at.astimezone(UTC),
    )


def consent_of(buyer_ref: str, body: ConsentBody) -> Consent:
    """Return the consent a body tells of."""
    return Consent(buyer_ref=buyer_ref, is_given=body.marketing, source=body.source)


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


def clean_text(text: str) -> str:
    """Return text without control characters; line breaks and tabs stay."""
    if text.isprintable():
        return text
    return "".join(
        character
        for character in text
        if character in _KEPT_CONTROLS or unicodedata.category(character) != "Cc"
    )


def check_ref(value: str, *, field: str) -> str:
    """Return an id from an address.

    Raises:
        InvalidPayloadError: it is empty, too long or has control characters.
    """
    if not 1 <= len(value) <= 128:  # noqa: PLR2004 - as Ref above
        raise _invalid("must have 1 to 128 characters", field=field)
    _refuse_controls(value, field=field)
    return value


def _decode(raw: bytes, decoder: msgspec.json.Decoder[Body]) -> Body:
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        reason, field = _place(str(error))
        raise _invalid(reason, field=field) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _invalid("the body is not valid JSON", field=None) from error


def _place(message: str) -> tuple[str, str | None]:
    """Return msgspec's reason and the name of the field it speaks of."""
    reason, _, place = message.partition(" - at `$")
    field = place.rstrip("`").lstrip(".")
    if "`" in reason and "field" in reason:
        named = reason.split("`")[1]
        field = f"{field}.{named}" if field else named
    return reason, (field or None)


def _line(line: LineBody | str) -> OrderLine:
    if isinstance(line, str):
        return OrderLine(item_id=line)
    return OrderLine(
        item_id=line.item_id,
        title=line.title,
        quantity=line.quantity,
        price_fen=line.price_fen,
    )


def _state(
    value: bool | str | Mapping[str, Any] | None,  # noqa: FBT001 - JSON's own type
    *,
    field: str,
) -> str | None:
    """Return the state of a refund or dispute in one word; None when there is none."""
    match value:
        case None | False | "" | "none":
            return None
        case True:
            return "open"
        case str():
            return value
        case _:
            state = value.get("state")
            if not isinstance(state, str):
                raise _invalid("needs a text `state`", field=f"{field}.state")
            return state or None


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


def _is_web_address(address: str) -> bool:
    return address.startswith(("https://", "http://")) and address.isprintable()


def _refuse_controls(value: str | None, *, field: str) -> None:
    if value is not None and not value.isprintable():
        raise _invalid("must not have control characters", field=field)


def _refuse_nul(value: object, *, field: str) -> None:
    """Refuse NUL anywhere inside a JSON value: PostgreSQL cannot keep it."""
    match value:
        case str():
            if "\0" in value:
                raise _invalid("must not have control characters", field=field)
        case dict():
            for name, inner in value.items():
                _refuse_nul(name, field=field)
                _refuse_nul(inner, field=f"{field}.{name}")
        case list():
            for inner in value:
                _refuse_nul(inner, field=field)
        case _:
            pass


def _invalid(reason: str, *, field: str | None) -> InvalidPayloadError:
    return InvalidPayloadError(reason, connector=NAME, field=field)
