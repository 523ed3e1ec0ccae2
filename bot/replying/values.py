"""Which value does each placeholder have, given what is known in a turn?"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.facts import Facts, Item, Order, OrderState
from bot.replying.amounts import format_fen
from bot.replying.catalogue_values import catalogue_values
from bot.replying.names import POLICY_PREFIX
from bot.replying.render import format_date, format_time
from bot.utterances import Entity, EntityKind

__all__ = ["LOW_STOCK", "format_fen", "values_of"]

LOW_STOCK = 10
"""Fewer pieces than this are called few; the number itself is never told."""

_BUYER_NAME_LENGTH = 20

_ORDER_STATES = {
    OrderState.UNPAID: "待付款",
    OrderState.PAID: "已付款，待发货",
    OrderState.SHIPPED: "已发货",
    OrderState.SIGNED: "已签收",
    OrderState.COMPLETED: "已完成",
    OrderState.CANCELLED: "已取消",
    OrderState.REFUNDING: "退款处理中",
    OrderState.REFUNDED: "已退款",
}

_REFUND_STATES = {
    "requested": "已申请，等待处理",
    "processing": "处理中",
    "approved": "已同意，等待到账",
    "rejected": "未通过",
    "refunded": "已退款",
}
"""Codes that shop systems use; any other Latin word is no phrase for a buyer."""

_ENTITY_PLACEHOLDERS = {
    EntityKind.TRACKING_NO: ("entity.tracking_no", ""),
    EntityKind.SIZE: ("entity.size", ""),
    EntityKind.PLACE: ("entity.place", ""),
    EntityKind.QUANTITY: ("entity.quantity", ""),
    EntityKind.HEIGHT_CM: ("entity.height", "厘米"),
    EntityKind.WEIGHT_JIN: ("entity.weight", "斤"),
}
"""Placeholder and unit of what the buyer wrote."""


def values_of(
    facts: Facts,
    *,
    now: datetime,
    entities: Iterable[Entity] = (),
    next_open_at: datetime | None = None,
) -> Mapping[str, str]:
    """Return the value of each placeholder that has one.

    The floor price of an item is no value of anything. Order values exist only where
    ``facts.order`` does, which holds an order only for a verified buyer.
    """
    values = {
        name: phrase
        for name, phrase in facts.policies.items()
        if name.startswith(POLICY_PREFIX)
    }
    written = tuple(entities)
    values["buyer.name"] = _buyer_name(facts.buyer_name, facts.nameless)
    if facts.item is not None:
        _add_item(values, facts.item, now=now, timezone=facts.timezone)
    if facts.order is not None:
        _add_order(values, facts.order, now=now, timezone=facts.timezone)
    if next_open_at is not None:
        values["time.next_open"] = format_time(
            next_open_at, timezone=facts.timezone, now=now
        )
    for entity in written:
        if entity.kind in _ENTITY_PLACEHOLDERS:
            name, unit = _ENTITY_PLACEHOLDERS[entity.kind]
            values.setdefault(name, f"{entity.value}{unit}")
    # Last: what is typed holds, whatever phrase the shop had written before.
    return {**values, **catalogue_values(facts, now=now, entities=written)}


def _buyer_name(name: str | None, nameless: str) -> str:
    """Return a name that is fit to be spoken, else what the trade says instead."""
    if name is None:
        return nameless
    printable = "".join(c for c in name if c.isprintable() and c not in "{}").strip()
    # A name is the buyer's words: it must not put an amount into the shop's mouth.
    if any(map(str.isnumeric, printable)):
        return nameless
    return printable[:_BUYER_NAME_LENGTH] or nameless


def _add_item(
    values: dict[str, str], item: Item, *, now: datetime, timezone: str
) -> None:
    values["item.title"] = item.title
    if item.list_fen is not None:
        values["item.price"] = format_fen(item.list_fen)
    if item.stock is not None:
        values["item.stock"] = _stock_words(item.stock)
    if item.restock_at is not None and item.restock_at > now:
        values["item.restock_date"] = format_date(
            item.restock_at, timezone=timezone, now=now
        )
    for name in ("attributes", "size_chart", "usage", "compatible"):
        if name in item.details:
            values[f"item.{name}"] = item.details[name]


def _stock_words(stock: int) -> str:
    if stock <= 0:
        return "暂时缺货"
    return "有货，库存不多" if stock < LOW_STOCK else "有货"


def _add_order(
    values: dict[str, str], order: Order, *, now: datetime, timezone: str
) -> None:
    values["order.no"] = order.order_id
    values["order.state"] = _ORDER_STATES[order.state]
    phrases = {
        "order.items": _items_phrase(order),
        "order.courier": order.courier,
        "order.tracking_no": order.tracking_no,
        "order.latest_track": order.latest_track,
        "order.refund_state": _refund_phrase(order.refund),
    }
    values |= {name: phrase for name, phrase in phrases.items() if phrase is not None}
    promised = order.promised_ship_at
    is_missed = promised is not None and promised <= now
    times = {
        "order.paid_at": order.paid_at,
        # A time that has passed is no promise any more; scripts must own up to it.
        "order.promised_ship_at": None if is_missed else promised,
        "order.missed_ship_at": (
            promised if is_missed and order.state is OrderState.PAID else None
        ),
        "order.shipped_at": order.shipped_at,
        "order.signed_at": order.signed_at,
    }
    values |= {
        name: format_time(at, timezone=timezone, now=now)
        for name, at in times.items()
        if at is not None
    }


def _items_phrase(order: Order) -> str | None:
    """Return the lines as 标题×2、标题, or None when a title is missing."""
    names = [
        line.title if line.quantity == 1 else f"{line.title}×{line.quantity}"
        for line in order.lines
        if line.title is not None
    ]
    return "、".join(names) if names and len(names) == len(order.lines) else None


def _refund_phrase(refund: str | None) -> str | None:
    if refund is None or not refund.isascii():
        return refund
    return _REFUND_STATES.get(refund)
