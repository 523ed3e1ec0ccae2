"""Turns of a shop with typed facts, for tests of what placeholders hold."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.catalogue.cards import (
    NoReasonReturn,
    ProductCard,
)
from bot.catalogue.catalogue import Catalogue
from bot.catalogue.shop_facts import (
    Courier,
    DaySpan,
    InvoiceRules,
    PostageRules,
    ShopFacts,
)
from bot.facts import Facts, Item, Order, OrderLine, OrderState
from bot.replying.values import values_of
from bot.utterances import Entity, EntityKind

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 16, 50, tzinfo=SHANGHAI).astimezone(UTC)
FACTS = ShopFacts(
    cutoffs=(time(12), time(17)),
    ship_weekdays=(1, 2, 3, 4, 5, 6, 7),
    ship_within_hours=48,
    couriers=(
        Courier(
            name="中通",
            days=DaySpan(first=2, last=4),
            days_by_province={
                "浙江": DaySpan(first=1, last=2),
                "上海": DaySpan(first=1, last=2),
                "新疆": DaySpan(first=5, last=8),
            },
        ),
    ),
    warehouse_province="浙江",
    warehouse_city="杭州",
    postage=PostageRules(
        default_fen=800,
        fen_by_province={"浙江": 600, "上海": 600, "江苏": 600, "新疆": 1500},
        free_from_fen=5900,
        not_free_in=("新疆",),
    ),
    invoices=InvoiceRules(kinds=("电子普通发票",), days=DaySpan(first=1, last=3)),
)
CATALOGUE = Catalogue(facts=(FACTS,))
PLAIN = ProductCard(no_reason_return=NoReasonReturn.YES)
SIGNED = Order(
    order_id="A1",
    buyer_ref="b1",
    state=OrderState.SIGNED,
    lines=(OrderLine(item_id="i1"),),
    signed_at=NOW - timedelta(days=2),
)


def item(**changes: Any) -> Item:
    return replace(Item(item_id="i1", title="裙子"), **changes)


def entity(kind: EntityKind, value: str | float) -> Entity:
    return Entity(kind=kind, value=value, start=0, end=1)


def place(*names: str) -> list[Entity]:
    return [entity(EntityKind.PLACE, name) for name in names]


def values(*, entities: Any = (), now: datetime = NOW, **changes: Any) -> Any:
    known = {"policies": {}, "catalogue": CATALOGUE, **changes}
    return values_of(Facts(**known), now=now, entities=entities)
