"""Which facts may a flow branch on, and what values do they have?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.desk.holidays import HolidayCalendar
from bot.facts import Facts, Order
from bot.flows.authority import Authority
from bot.flows.no_reason import may_return_without_reason

FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "order_state": (
        "unknown",
        "unpaid",
        "paid",
        "shipped",
        "signed",
        "completed",
        "cancelled",
        "refunding",
        "refunded",
    ),
    "no_reason": ("allowed", "past", "excluded", "ask_person"),
    "authority": ("within", "above", "unknown"),
    "item_stock": ("in", "out", "unknown"),
    "people": ("there", "away"),
}
"""Fact → its values. ``authority`` is of the slot ``amount``."""

AMOUNT: Final = "amount"
"""The slot that holds fen."""


def facts_of(
    facts: Facts,
    *,
    slots: Mapping[str, str],
    authority: Authority,
    is_staffed: bool,
    now: datetime,
    holidays: HolidayCalendar,
) -> dict[str, str]:
    """Return every fact that a flow may branch on."""
    order = facts.order
    return {
        "order_state": "unknown" if order is None else order.state.value,
        "no_reason": may_return_without_reason(
            order, item=facts.item, now=now, holidays=holidays
        ).value,
        "authority": _authority(slots, authority, order),
        "item_stock": _stock(facts),
        "people": "there" if is_staffed else "away",
    }


def _authority(
    slots: Mapping[str, str], authority: Authority, order: Order | None
) -> str:
    amount = slots.get(AMOUNT, "")
    if not amount.isdecimal():
        return "unknown"
    is_within = authority.is_within_assistant(int(amount), paid_fen=_paid_fen(order))
    return "within" if is_within else "above"


def _paid_fen(order: Order | None) -> int | None:
    """Return what the goods of an order cost; None when a price is missing."""
    if order is None or not order.lines:
        return None
    prices = [line.price_fen for line in order.lines]
    if any(price is None for price in prices):
        return None
    return sum(
        price * line.quantity
        for price, line in zip(prices, order.lines, strict=True)
        if price is not None
    )


def _stock(facts: Facts) -> str:
    if facts.item is None or facts.item.stock is None:
        return "unknown"
    return "out" if facts.item.stock <= 0 else "in"
