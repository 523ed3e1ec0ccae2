"""What may stand in a story file, key by key, and what does each value become?"""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from scripts_library.yaml_nodes import Value
from tests.stories.values import Expectation, Line

Convert = Callable[[Value], Any]
Shape = Mapping[str, Convert]

ZONE: Final = ZoneInfo("Asia/Shanghai")
RETURNS: Final = {
    "allowed": "yes",
    "excluded_by_law": "no",
    "confirmed_excluded": "confirmed_excluded",
}
REASONS: Final = {"定作": "custom_made", "拆封后影响安全健康": "unsealed_changes"}
INCIDENTS: Final = {
    "仓库停发": "warehouse_stop",
    "快递停运": "courier_stop",
    "缺货": "shortage",
    "标错价": "wrong_price",
}
_MONEY: Final = re.compile(r"(\d{1,7})(?:\.(\d{1,2}))?元")
_MOMENT: Final = "%Y-%m-%d %H:%M"
_MOST: Final = 1_000_000


def read_table(
    value: Value, shape: Shape, required: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return a mapping with known keys, each converted."""
    optional = [name for name in shape if name not in required]
    found = value.fields(required=required, optional=optional).values
    return {name: shape[name](one) for name, one in found.items() if name in shape}


def _tables(shape: Shape, *required: str) -> Convert:
    def convert(value: Value) -> tuple[dict[str, Any], ...]:
        return tuple(read_table(one, shape, required) for one in value.items())

    return convert


def _one(shape: Shape, *required: str) -> Convert:
    return lambda value: read_table(value, shape, required)


def _named(convert: Convert) -> Convert:
    return lambda value: {name: convert(one) for name, _, one in value.entries()}


def _money(value: Value) -> int:
    """Return 69元 or 9.9元 as fen."""
    found = _MONEY.fullmatch(value.text())
    if found is None:
        value.complain("expected an amount such as 69元 or 9.9元")
        return 0
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _moment(value: Value) -> datetime:
    """Return a time of the shop, such as 2026-11-23 10:00."""
    try:
        naive = datetime.strptime(value.text(), _MOMENT)  # noqa: DTZ007 - zone below
    except ValueError:
        value.complain("expected a time such as 2026-11-23 10:00")
        return datetime(2000, 1, 1, tzinfo=ZONE)
    return naive.replace(tzinfo=ZONE)


def _span(value: Value) -> tuple[int, int]:
    """Return 1-3 as its two ends; a single number is both."""
    found = re.fullmatch(r"(\d{1,4})(?:-(\d{1,4}))?", value.text())
    if found is None:
        value.complain("expected a span such as 1-3")
        return 0, 0
    return int(found[1]), int(found[2] or found[1])


def _count(value: Value) -> int:
    return value.integer(at_least=0, at_most=_MOST)


def _due(value: Value) -> str:
    """Return a minute or a day, as it is written."""
    text = value.text()
    if not re.fullmatch(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?", text):
        value.complain("expected a day or a time such as 2026-11-23 17:00")
    return text


def _patterns(value: Value) -> tuple[str, ...]:
    for one in value.items():
        try:
            re.compile(one.text())
        except re.error as error:
            one.complain(f"no regular expression: {error}")
    return value.texts()


def _text_or_texts(value: Value) -> tuple[str, ...]:
    if isinstance(value.node, yaml.SequenceNode):
        return value.texts()
    return (value.text(),)


def _lines(value: Value) -> tuple[Line, ...]:
    parts = value.items() if isinstance(value.node, yaml.SequenceNode) else (value,)
    return tuple(_said(one) for one in parts)


def _said(value: Value) -> Line:
    if isinstance(value.node, yaml.MappingNode):
        return Line(**read_table(value, {"text": Value.text, "picture": Value.text}))
    return Line(text=value.text())


def _word(value: Value, words: Mapping[str, str]) -> str:
    """Return what a word of the stories is to the product."""
    text = value.text()
    if text not in words:
        value.complain(f"unknown {text!r}: one of {', '.join(words)}")
    return words.get(text, "")


def _plain(value: Value) -> Any:
    """Return a policy as it is written: the product's own reader judges it."""
    if isinstance(value.node, yaml.MappingNode):
        return {name: _plain(one) for name, _, one in value.entries()}
    if isinstance(value.node, yaml.SequenceNode):
        return [_plain(one) for one in value.items()]
    if value.node.tag == "tag:yaml.org,2002:int":
        return _count(value)
    return value.text()


_SHOP: Final = _one(
    {
        "name": Value.text,
        "packed_at": Value.texts,
        "ship_from": _one({"province": Value.text, "city": Value.text}, "province"),
        "couriers": Value.texts,
        "service_hours": Value.text,
        "postage": _named(_money),
        "free_from": _money,
        "not_free_in": Value.texts,
        "eta": _tables(
            {"courier": Value.text, "to": Value.texts, "days": _span},
            "courier",
            "to",
            "days",
        ),
        "invoice": _one(
            {"kinds": Value.texts, "how": Value.text, "days": _span}, "kinds"
        ),
        "return_address": Value.text,
        "partial_refund": _named(_money),
        "phrases": _named(Value.text),
    }
)
_ITEM: Final = _one(
    {
        "id": Value.text,
        "title": Value.text,
        "list": _money,
        "floor": _money,
        "stock": _count,
        "restock": _moment,
        "attributes": _named(Value.text),
        "size_chart": _tables(
            {"size": Value.text, "height": _span, "weight": _span}, "size"
        ),
        "no_reason_return": lambda value: _word(value, RETURNS),
        "reason": lambda value: _word(value, REASONS),
    },
    "id",
    "title",
)
_ORDER: Final = _one(
    {
        "id": Value.text,
        "by": Value.text,
        "state": Value.text,
        "items": Value.texts,
        "paid": _moment,
        "promised": _moment,
        "shipped": _moment,
        "courier": Value.text,
        "tracking": Value.text,
        "track": Value.text,
        "signed": _moment,
        "refund": Value.text,
        "phone": Value.text,
        "address": Value.text,
        "exclusion_confirmed": Value.boolean,
    },
    "id",
    "state",
)
_INCIDENT: Final = _one(
    {
        "kind": lambda value: _word(value, INCIDENTS),
        "items": Value.texts,
        "says": Value.text,
        "from": _moment,
        "until": _moment,
    },
    "kind",
    "says",
    "from",
    "until",
)
_GIVEN: Final[Shape] = {
    "time": _moment,
    "on_duty": Value.texts,
    "managers": Value.texts,
    "buyer": _one({"verified": Value.boolean, "name": Value.text}),
    "shop": _SHOP,
    "promotions": _tables(
        {
            "id": Value.text,
            "name": Value.text,
            "says": Value.text,
            "from": _moment,
            "until": _moment,
        },
        "id",
        "name",
        "says",
        "from",
        "until",
    ),
    "items": lambda value: tuple(_ITEM(one) for one in value.items()),
    "orders": lambda value: tuple(_ORDER(one) for one in value.items()),
    "coupons": _named(Value.texts),
    "bargaining": lambda value: tuple(_plain(one) for one in value.items()),
    "incident": _INCIDENT,
}
read_given: Final = _one(_GIVEN)
_EXPECTED: Final[Shape] = {
    "band": Value.text,
    "intent": _text_or_texts,
    "says": _patterns,
    "never": _patterns,
    "facts": Value.texts,
    "replies": _count,
    "handed_over": Value.boolean,
    "refused": Value.boolean,
    "audited": Value.boolean,
    "offers": _tables(
        {"kind": Value.text, "worth": _money, "state": Value.text}, "kind"
    ),
    "tickets": _tables(
        {"type": Value.text, "order": Value.text, "count": _count, "with": _patterns}
        | {"due": _due, "plan": _due, "state": Value.text, "priority": Value.text}
    ),
    "promises": _tables({"kind": Value.text, "due": _due, "state": Value.text}, "kind"),
    "follow_ups": Value.texts,
    "suggested": _patterns,
}
_AGENT: Final[Shape] = {
    "who": Value.text,
    "does": Value.text,
    "text": Value.text,
    "anyway": Value.text,
    "ticket": Value.text,
    "to": Value.texts,
    "cause": Value.text,
}
DEEDS: Final = ("buyer", "later", "fact", "agent", "restart")
STEP: Final[Shape] = {
    "by": Value.text,
    "buyer": _lines,
    "item": Value.text,
    "order": Value.text,
    "later": _moment,
    "fact": _one(
        {"item": _ITEM, "order": _ORDER, "incident": _INCIDENT}
        | {"incident_ends": Value.text}
    ),
    "agent": _one(_AGENT, "who", "does"),
    "restart": Value.boolean,
    "expect": lambda value: Expectation(**read_table(value, _EXPECTED)),
}

assert set(_EXPECTED) == {one.name for one in fields(Expectation)}
