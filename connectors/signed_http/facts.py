"""What do the bytes of a fact mean? Items, orders, reviews and consents as values."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import msgspec

from bot.catalogue.cards import ProductCard
from bot.catalogue.regions import province_of
from bot.facts import Item, Order, OrderLine, OrderState, Review
from connectors.base import Consent
from connectors.card_bodies import CardBody, card_of
from connectors.signed_http.wire import (
    NAME,
    Moment,
    Ref,
    check_ref,
    decode,
    invalid,
    utc,
    utc_or_none,
)
from connectors.texts import clean_text, has_controls

Phrase = Annotated[str, msgspec.Meta(max_length=2000)]
Fen = Annotated[int, msgspec.Meta(ge=0, le=100_000_000_000)]
Pieces = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]


class ItemBody(msgspec.Struct, frozen=True):
    """``PUT …/items/{id}``; keys this program does not know are named in the answer."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    list_fen: Fen | None = None
    floor_fen: Fen | None = None
    stock: Pieces | None = None
    category: Annotated[str, msgspec.Meta(max_length=128)] | None = None
    restock_at: Moment | None = None
    details: dict[str, Phrase] = msgspec.field(default_factory=dict)
    card: CardBody | msgspec.UnsetType | None = msgspec.UNSET
    """Left out: the card there is stays; null: an empty one."""
    updated_at: Moment | None = None


class LineBody(msgspec.Struct, frozen=True):
    """One line of an order."""

    item_id: Ref
    title: Phrase | None = None
    quantity: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1
    price_fen: Fen | None = None
    is_exclusion_confirmed: bool | None = None
    """The buyer confirmed at this purchase that no return without a reason is possible."""


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
    phone: Annotated[str, msgspec.Meta(max_length=32)] | None = None
    province: Annotated[str, msgspec.Meta(max_length=32)] | None = None
    city: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
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


class FactReceiptBody(msgspec.Struct):
    """The answer to a fact; ``ignored`` names the keys that were not understood."""

    accepted: bool
    ignored: tuple[str, ...] = ()


Body = TypeVar("Body", bound=msgspec.Struct)

_PHONE = re.compile(r"[0-9*]{3,16}[0-9]{4}")
"""Platforms hide the middle; the end is what is compared."""
_OBJECT = msgspec.json.Decoder(dict[str, Any])


def parse_fact(raw: bytes, body_type: type[Body]) -> tuple[Body, tuple[str, ...]]:
    """Return the body and the names of keys that this program does not know.

    Raises:
        InvalidPayloadError: as in ``parse_message``.
    """
    body = decode(raw, msgspec.json.Decoder(body_type))
    # Again as a whole: the decoder of a type skips what it does not know unread.
    given = decode(raw, _OBJECT)
    known = {field.encode_name for field in msgspec.structs.fields(body_type)}
    for name, value in given.items():
        _refuse_nul(value, field=name)
    return body, tuple(sorted(set(given) - known))


def item_of(item_id: str, body: ItemBody) -> Item:
    """Return the item a body tells of.

    Raises:
        InvalidPayloadError: the title says nothing, the floor is above the list price,
            or a time is out of range.
    """
    if not body.title.strip():
        raise invalid("must not be blank", field="title")
    if (
        body.floor_fen is not None
        and body.list_fen is not None
        and body.floor_fen > body.list_fen
    ):
        raise invalid("must not be above list_fen", field="floor_fen")
    return Item(
        item_id=item_id,
        title=body.title,
        list_fen=body.list_fen,
        floor_fen=body.floor_fen,
        stock=body.stock,
        category=body.category,
        restock_at=utc_or_none(body.restock_at, field="restock_at"),
        details=body.details,
        card=_card(body.card),
    )


def _card(body: CardBody | msgspec.UnsetType | None) -> ProductCard | None:
    if body is msgspec.UNSET:
        return None
    told = CardBody() if body is None else body
    return card_of(told, field="card", connector=NAME)


def order_of(order_id: str, body: OrderBody) -> Order:
    """Return the order a body tells of.

    Raises:
        InvalidPayloadError: an id has control characters, a time is out of range, or
            the phone or the province is none.
    """
    return Order(
        order_id=order_id,
        buyer_ref=check_ref(body.buyer_id, field="buyer_id"),
        state=body.state,
        lines=tuple(_line(line) for line in body.items),
        paid_at=utc_or_none(body.paid_at, field="paid_at"),
        promised_ship_at=utc_or_none(body.promised_ship_at, field="promised_ship_at"),
        shipped_at=utc_or_none(body.shipped_at, field="shipped_at"),
        courier=body.courier,
        tracking_no=body.tracking_no,
        latest_track=body.latest_track,
        signed_at=utc_or_none(body.signed_at, field="signed_at"),
        refund=_state(body.refund, field="refund"),
        dispute=_state(body.dispute, field="dispute"),
        phone=_phone(body.phone),
        province=_province(body.province),
        city=_city(body.city),
    )


def review_of(body: ReviewBody) -> Review:
    """Return the review a body tells of.

    Raises:
        InvalidPayloadError: an id has control characters, or the time is out of range.
    """
    return Review(
        review_id=check_ref(body.review_id, field="review_id"),
        order_id=check_ref(body.order_id, field="order_id"),
        stars=body.stars,
        text=clean_text(body.text),
        created_at=utc(body.created_at, field="created_at"),
    )


def consent_of(buyer_ref: str, body: ConsentBody) -> Consent:
    """Return the consent a body tells of."""
    return Consent(buyer_ref=buyer_ref, is_given=body.marketing, source=body.source)


def _phone(text: str | None) -> str | None:
    """Return the digits of a phone, the middle perhaps hidden; None when none is told."""
    if text is None:
        return None
    digits = re.sub(r"[ ()+-]", "", unicodedata.normalize("NFKC", text))
    if not _PHONE.fullmatch(digits):
        raise invalid("must be a phone number", field="phone")
    return digits


def _province(text: str | None) -> str | None:
    """Return the short name of a province (浙江省 is 浙江); None when none is told."""
    if text is None:
        return None
    found = province_of(text)
    if found is None:
        raise invalid("must be a province, such as 浙江 or 浙江省", field="province")
    return found


def _city(text: str | None) -> str | None:
    if text is not None and (has_controls(text) or not text.strip()):
        raise invalid("must be a name", field="city")
    return None if text is None else text.strip()


def _line(line: LineBody | str) -> OrderLine:
    if isinstance(line, str):
        return OrderLine(item_id=check_ref(line, field="items"))
    return OrderLine(
        item_id=check_ref(line.item_id, field="items"),
        title=line.title,
        quantity=line.quantity,
        price_fen=line.price_fen,
        is_exclusion_confirmed=line.is_exclusion_confirmed,
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
                raise invalid("needs a text `state`", field=f"{field}.state")
            return state or None


def _refuse_nul(value: object, *, field: str) -> None:
    """Refuse NUL anywhere inside a JSON value: PostgreSQL cannot keep it."""
    match value:
        case str():
            if "\0" in value:
                raise invalid("must not have control characters", field=field)
        case dict():
            for name, inner in value.items():
                _refuse_nul(name, field=field)
                _refuse_nul(inner, field=f"{field}.{name}")
        case list():
            for inner in value:
                _refuse_nul(inner, field=field)
        case _:
            pass
