"""Typed facts of any kind, for properties that must hold for all of them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from hypothesis import strategies as st

from bot.catalogue.cards import (
    REASONS,
    NoReasonReturn,
    ProductCard,
    Range,
    SizeChart,
    SizeRow,
)
from bot.catalogue.promotions import Promotion
from bot.catalogue.regions import PROVINCES
from bot.catalogue.shop_facts import (
    Courier,
    DaySpan,
    InvoiceRules,
    PostageRules,
    ShopFacts,
)
from bot.facts import Item

Made = TypeVar("Made")

_CHARACTERS = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
_NASTY = st.sampled_from(
    [
        "=1+1",
        "+A1",
        "-2",
        "@SUM(A1)",
        "'=x",
        "''",
        "（空）",
        "（无）",
        "a：b",
        "a:b",
        "\\n",
        "x\ny",
        " 空格 ",
        "_x0041_",
        "\\u0041",
        "\t",
        "1.0",
        "TRUE",
        "#N/A",
        "00123",
    ]
)
TEXTS = st.text(_CHARACTERS, min_size=1, max_size=12) | _NASTY
NAMES = TEXTS.filter(lambda text: bool(text.strip()))
MOMENTS = st.datetimes(
    datetime(1986, 1, 1),  # noqa: DTZ001 - naive, as hypothesis wants bounds
    datetime(2100, 1, 1),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
)
FEN = st.integers(0, 100_000_000_000)
SPANS = st.tuples(st.integers(0, 365), st.integers(0, 365)).map(
    lambda ends: DaySpan(first=min(ends), last=max(ends))
)
PLACES = st.sampled_from(PROVINCES)


def _make(kind: Callable[..., Made], *parts: Mapping[str, Any]) -> Made:
    """Return what is made of several drawn parts."""
    return kind(**{name: value for part in parts for name, value in part.items()})


def periods() -> st.SearchStrategy[dict[str, datetime | None]]:
    """Spans with open or closed ends, the later one last."""
    ends = st.lists(MOMENTS, min_size=2, max_size=2, unique=True).map(sorted)
    return st.tuples(ends, st.booleans(), st.booleans()).map(
        lambda drawn: {
            "valid_from": drawn[0][0] if drawn[1] else None,
            "valid_until": drawn[0][1] if drawn[2] else None,
        }
    )


COURIERS = st.builds(
    Courier,
    name=NAMES,
    days=st.none() | SPANS,
    days_by_province=st.dictionaries(PLACES, SPANS, max_size=3),
)
POSTAGES = st.builds(
    PostageRules,
    default_fen=st.none() | FEN,
    fen_by_province=st.dictionaries(PLACES, FEN, max_size=3),
    free_from_fen=st.none() | FEN,
    not_free_in=st.lists(PLACES, max_size=3, unique=True).map(tuple),
)
INVOICES = st.builds(
    InvoiceRules,
    kinds=st.lists(NAMES, max_size=2).map(tuple),
    how=TEXTS | st.just(""),
    days=st.none() | SPANS,
)
_SHOP_PARTS = st.fixed_dictionaries(
    {
        "name": NAMES,
        "cutoffs": st.none()
        | st.lists(st.times(), max_size=3, unique=True).map(
            lambda times: tuple(sorted(times))
        ),
        "ship_weekdays": st.none() | st.lists(st.integers(1, 7), max_size=7).map(tuple),
        "ships_on_holidays": st.none() | st.booleans(),
        "ship_within_hours": st.none() | st.integers(1, 8760),
        "couriers": st.none()
        | st.lists(COURIERS, max_size=3, unique_by=lambda it: it.name).map(tuple),
        "warehouse_province": st.none() | PLACES,
        "warehouse_city": st.none() | TEXTS | st.just(""),
        "postage": st.none() | POSTAGES,
        "return_address": st.none() | TEXTS,
        "service_hours": st.none() | TEXTS,
        "invoices": st.none() | INVOICES,
        "member_rules": st.none() | TEXTS,
    }
)
SHOP_FACTS = st.tuples(_SHOP_PARTS, periods()).map(
    lambda drawn: _make(ShopFacts, *drawn)
)

RANGES = st.lists(st.floats(0, 1e6, allow_nan=False), min_size=2, max_size=2).map(
    lambda ends: Range(low=min(ends), high=max(ends))
)
_SIZES = st.builds(
    SizeRow,
    size=NAMES,
    height_cm=st.none() | RANGES,
    weight_jin=st.none() | RANGES,
    measures=st.dictionaries(TEXTS, RANGES, max_size=2),
)
_CHARTS = st.lists(_SIZES, min_size=1, max_size=3, unique_by=lambda it: it.size).map(
    lambda rows: SizeChart(rows=tuple(rows))
)
_LINES = st.lists(TEXTS, max_size=3).map(tuple)
_CLASSES = st.sampled_from(
    [{}]
    + [{"no_reason_return": NoReasonReturn.YES}]
    + [
        {"no_reason_return": kind, "return_reason": reason}
        for kind, reasons in REASONS.items()
        for reason in sorted(reasons)
    ]
)
CARDS = st.tuples(
    st.fixed_dictionaries(
        {
            "attributes": st.dictionaries(TEXTS, TEXTS, max_size=3),
            "size_chart": st.none() | _CHARTS,
            "compatible": _LINES,
            "care": _LINES,
            "installation": _LINES,
            "photos": st.sampled_from([(), ("https://shop.example/1.jpg",)]),
        }
    ),
    _CLASSES,
    periods(),
).map(lambda drawn: _make(ProductCard, *drawn))
_PRICES = st.tuples(FEN, FEN).map(
    lambda fen: {"list_fen": max(fen), "floor_fen": min(fen)}
) | st.fixed_dictionaries({}, optional={"floor_fen": FEN})
ITEMS = st.tuples(
    _PRICES,
    st.fixed_dictionaries(
        {
            "item_id": NAMES,
            "title": NAMES,
            "stock": st.none() | st.integers(0, 10**9),
            "category": st.none() | TEXTS | st.just(""),
            "restock_at": st.none() | MOMENTS,
            "details": st.dictionaries(TEXTS, TEXTS | st.just(""), max_size=3),
            "card": st.none() | CARDS,
        }
    ),
).map(lambda drawn: _make(Item, *drawn))
_PROMOTION_PARTS = st.fixed_dictionaries(
    {
        "promotion_id": NAMES,
        "title": NAMES,
        "phrase": NAMES,
        "items": _LINES,
        "categories": _LINES,
    }
)
PROMOTIONS = st.tuples(_PROMOTION_PARTS, periods()).map(
    lambda drawn: _make(Promotion, *drawn)
)
