"""What do managers ask of a shop's typed facts, cards and promotions? Bodies, and back."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from bot.catalogue.promotions import Promotion
from bot.catalogue.shop_facts import LONGEST_DAYS, ShopFacts
from bot.replying.catalogue_phrases import clock_words
from connectors.card_bodies import CardBody, Name, Step
from connectors.reading import checked, utc_moment
from server.api.desk.bodies import Body, Version, Word
from storage.queries.catalogue import StoredPromotion, StoredShopFacts

CONNECTOR = "desk"

Clock = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$(?!\n)")]
Day = Annotated[datetime, msgspec.Meta(tz=True)]
Fen = Annotated[int, msgspec.Meta(ge=0, le=100_000_000_000)]
Days = Annotated[int, msgspec.Meta(ge=0, le=LONGEST_DAYS)]
Weekday = Annotated[int, msgspec.Meta(ge=1, le=7)]


class DaySpanBody(Body, frozen=True):
    """From so many to so many days."""

    first: Days
    last: Days


class CourierBody(Body, frozen=True):
    """One courier and how long it takes."""

    name: Name
    days: DaySpanBody | None = None
    days_by_province: dict[Name, DaySpanBody] = msgspec.field(default_factory=dict)


class PostageBody(Body, frozen=True):
    """What postage costs; 0 is free."""

    default_fen: Fen | None = None
    fen_by_province: dict[Name, Fen] = msgspec.field(default_factory=dict)
    free_from_fen: Fen | None = None
    not_free_in: tuple[Name, ...] = ()


class InvoicesBody(Body, frozen=True):
    """Which invoices there are."""

    kinds: Annotated[tuple[Name, ...], msgspec.Meta(max_length=10)]
    how: Annotated[str, msgspec.Meta(max_length=300)] = ""
    days: DaySpanBody | None = None


class FactsBody(Body, frozen=True):
    """Facts of a shop for a span of time; null: these do not say."""

    valid_from: Day | None = None
    valid_until: Day | None = None
    cutoffs: Annotated[tuple[Clock, ...], msgspec.Meta(max_length=24)] | None = None
    """Shop time, in order; what is paid before the last one leaves the same day."""
    ship_weekdays: Annotated[tuple[Weekday, ...], msgspec.Meta(max_length=7)] | None = (
        None
    )
    """1 is Monday. Null: Monday to Friday."""
    ships_on_holidays: bool | None = None
    ship_within_hours: Annotated[int, msgspec.Meta(ge=1, le=8760)] | None = None
    couriers: Annotated[tuple[CourierBody, ...], msgspec.Meta(max_length=50)] | None = (
        None
    )
    warehouse_province: Name | None = None
    warehouse_city: Name | None = None
    postage: PostageBody | None = None
    return_address: Step | None = None
    service_hours: Step | None = None
    invoices: InvoicesBody | None = None
    member_rules: Step | None = None


class PutFactsBody(FactsBody, frozen=True, kw_only=True):
    """``PUT …/shop-facts/{name}``."""

    version: Version
    """0: there are none of this name yet."""


class StoredFactsBody(FactsBody, frozen=True, kw_only=True):
    """Facts as they are stored."""

    name: str
    version: int
    updated_at: datetime


class ShopFactsBody(msgspec.Struct, frozen=True):
    """All facts of a shop, and what they say together at this moment."""

    items: list[StoredFactsBody]
    now: FactsBody


class PromotionBody(Body, frozen=True):
    """One promotion."""

    title: Name
    phrase: Step
    valid_from: Day | None = None
    valid_until: Day | None = None
    items: Annotated[tuple[Word, ...], msgspec.Meta(max_length=1000)] = ()
    categories: Annotated[tuple[Word, ...], msgspec.Meta(max_length=100)] = ()
    """With neither items nor categories it is for all."""


class PutPromotionBody(PromotionBody, frozen=True, kw_only=True):
    """``PUT …/promotions/{promotion_id}``."""

    version: Version
    """0: there is none of this name yet."""


class StoredPromotionBody(PromotionBody, frozen=True, kw_only=True):
    """A promotion as it is stored."""

    id: str
    version: int
    updated_at: datetime


class PromotionsBody(msgspec.Struct, frozen=True):
    """Every promotion, over or to come as well."""

    items: list[StoredPromotionBody]


class PutCardBody(Body, frozen=True):
    """``PUT …/items/{item_id}/card``: the card as a whole."""

    card: CardBody
    version: Version
    """0: the item has none yet."""


class StoredCardBody(msgspec.Struct, frozen=True):
    """The card of an item; null: it has none."""

    card: CardBody | None
    version: int


class VersionBody(msgspec.Struct, frozen=True):
    """What was stored has this version now."""

    version: int


class FactsPlace(msgspec.Struct, frozen=True):
    """``…/shop-facts/{name}``."""

    name: Name


class PromotionPlace(msgspec.Struct, frozen=True):
    """``…/promotions/{promotion_id}``."""

    promotion_id: Name


class VersionQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``?version=``: as it was read."""

    version: Version


def shop_facts_of(name: str, body: PutFactsBody) -> ShopFacts:
    """Return the facts a body tells of.

    Raises:
        InvalidPayloadError: They contradict themselves; names the field.
    """
    plain = _spanned(body)
    if body.cutoffs is not None:
        plain["cutoffs"] = [f"{clock}:00" for clock in body.cutoffs]
    return checked(
        lambda: msgspec.convert({**plain, "name": name}, ShopFacts),
        field="",
        connector=CONNECTOR,
    )


def promotion_of(promotion_id: str, body: PutPromotionBody) -> Promotion:
    """Return the promotion a body tells of.

    Raises:
        InvalidPayloadError: It contradicts itself; names the field.
    """
    plain = _spanned(body)
    return checked(
        lambda: msgspec.convert({**plain, "promotion_id": promotion_id}, Promotion),
        field="",
        connector=CONNECTOR,
    )


def facts_body(facts: ShopFacts) -> FactsBody:
    """Return facts in the form of the contract."""
    return msgspec.convert(_told(facts), FactsBody)


def stored_facts_body(stored: StoredShopFacts) -> StoredFactsBody:
    """Return stored facts in the form of the contract."""
    more = {
        "name": stored.value.name,
        "version": stored.version,
        "updated_at": stored.updated_at,
    }
    return msgspec.convert({**_told(stored.value), **more}, StoredFactsBody)


def stored_promotion_body(stored: StoredPromotion) -> StoredPromotionBody:
    """Return a stored promotion in the form of the contract."""
    value = stored.value
    return StoredPromotionBody(
        id=value.promotion_id,
        title=value.title,
        phrase=value.phrase,
        valid_from=value.valid_from,
        valid_until=value.valid_until,
        items=value.items,
        categories=value.categories,
        version=stored.version,
        updated_at=stored.updated_at,
    )


def _spanned(body: PutFactsBody | PutPromotionBody) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(body)
    del plain["version"]
    for end in ("valid_from", "valid_until"):
        at = getattr(body, end)
        if at is not None:
            plain[end] = utc_moment(at, field=end, connector=CONNECTOR)
    return plain


def _told(facts: ShopFacts) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(facts)
    del plain["name"]
    if facts.cutoffs is not None:
        plain["cutoffs"] = [f"{clock_words(at):0>5}" for at in facts.cutoffs]
    return plain
