"""What is a product card in JSON? The body that shops' systems and people send and read."""

from datetime import datetime
from typing import Annotated

import msgspec

from bot.catalogue.cards import NoReasonReturn, ProductCard, ReturnReason
from connectors.reading import checked, utc_moment

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f]*$(?!\n)"
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=_NO_CONTROLS)]
Step = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=_NO_CONTROLS)]
Address = Annotated[
    str, msgspec.Meta(max_length=2048, pattern=r"^https?://[^\s\x00-\x1f]+$(?!\n)")
]
Measure = Annotated[float, msgspec.Meta(ge=0, le=100_000)]
_MANY = 100


class RangeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From ``low`` to ``high``, both of them in it."""

    low: Measure
    high: Measure


class SizeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One size of a chart."""

    size: Name
    height_cm: RangeBody | None = None
    weight_jin: RangeBody | None = None
    """A jin (斤) is half a kilogram."""
    measures: Annotated[dict[Name, RangeBody], msgspec.Meta(max_length=20)] = (
        msgspec.field(default_factory=dict)
    )


class ChartBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sizes of one item, the smallest first."""

    rows: Annotated[tuple[SizeBody, ...], msgspec.Meta(max_length=_MANY)]


class CardBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A product card as a whole: what is left out is empty."""

    valid_from: Moment | None = None
    valid_until: Moment | None = None
    attributes: Annotated[dict[Name, Step], msgspec.Meta(max_length=_MANY)] = (
        msgspec.field(default_factory=dict)
    )
    size_chart: ChartBody | None = None
    compatible: Annotated[tuple[Step, ...], msgspec.Meta(max_length=1000)] = ()
    care: Annotated[tuple[Step, ...], msgspec.Meta(max_length=_MANY)] = ()
    installation: Annotated[tuple[Step, ...], msgspec.Meta(max_length=_MANY)] = ()
    photos: Annotated[tuple[Address, ...], msgspec.Meta(max_length=_MANY)] = ()
    no_reason_return: NoReasonReturn | None = None
    return_reason: ReturnReason | None = None


def card_of(body: CardBody, *, field: str, connector: str) -> ProductCard:
    """Return the card a body tells of.

    Raises:
        InvalidPayloadError: It contradicts itself; names the field below ``field``.
    """
    plain = msgspec.to_builtins(body)
    for end in ("valid_from", "valid_until"):
        at = getattr(body, end)
        if at is not None:
            plain[end] = utc_moment(at, field=f"{field}.{end}", connector=connector)
    return checked(
        lambda: msgspec.convert(plain, ProductCard), field=field, connector=connector
    )


def card_body(card: ProductCard) -> CardBody:
    """Return a card in the form of the contract."""
    return msgspec.convert(msgspec.to_builtins(card), CardBody)
