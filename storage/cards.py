"""How do typed values become JSON columns, and typed values again?"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import msgspec

from bot.catalogue.cards import ProductCard
from bot.catalogue.shop_facts import ShopFacts

_COLUMNS = ("name", "valid_from", "valid_until")
"""Of shop facts: they stand in columns of their own."""


def card_to_json(card: ProductCard) -> dict[str, Any]:
    """Return a product card as it is stored."""
    return _told(card)


def card_from_json(stored: Mapping[str, Any] | None) -> ProductCard | None:
    """Return the product card of a column."""
    return None if stored is None else msgspec.convert(dict(stored), ProductCard)


def facts_to_json(facts: ShopFacts) -> dict[str, Any]:
    """Return what shop facts say as it is stored; what they do not say is left out."""
    return {name: value for name, value in _told(facts).items() if name not in _COLUMNS}


def facts_from_json(stored: Mapping[str, Any], **columns: Any) -> ShopFacts:
    """Return the shop facts of a row; ``columns`` are its name and span."""
    return msgspec.convert({**stored, **columns}, ShopFacts)


def _told(value: ProductCard | ShopFacts) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(value)
    return {
        one.name: plain[one.name]
        for one in fields(value)
        if getattr(value, one.name) is not None
    }
