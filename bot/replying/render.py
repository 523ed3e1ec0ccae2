"""How does a template become a text that may be sent?

A template is filled completely or not at all. The spans that came from facts are kept, so
that the guard can tell a figure that is a fact from one that somebody made up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import regex

_PLACEHOLDER = regex.compile(r"\{([^{}]*)\}")

POLICY_PLACEHOLDERS = frozenset(
    {
        "shop.name",
        "shop.service_hours",
        "shop.couriers",
        "shop.ship_from",
        "shop.ship_within",
        "shop.cutoff",
        "shop.delivery_area",
        "shop.eta",
        "shop.free_shipping_rule",
        "shop.shipping_fee_rule",
        "shop.promotions",
        "shop.gift_rule",
        "shop.member_rule",
        "shop.bulk_rule",
        "shop.limit_rule",
        "shop.payment_methods",
        "shop.invoice_rule",
        "shop.return_address",
        "shop.return_freight_rule",
        "shop.refund_within",
        "shop.warranty_rule",
        "shop.price_protection_rule",
        "shop.order_steps",
        "shop.privacy_url",
    }
)
"""Phrases that a shop sets itself; any may be missing."""

TICKET_PLACEHOLDERS = frozenset({"ticket.number", "ticket.due_at"})
"""Known only inside the transaction that opens the ticket: see :func:`fill_ticket`."""

FOLLOW_UP_PLACEHOLDER = "follow_up.name"
"""What the turn has planned for later; it has a value only when it really is planned."""

ENTITY_PREFIX = "entity."
"""How the placeholders begin for what the buyer wrote."""

HEARD_PLACEHOLDERS = frozenset({"eta.range", "postage.amount", "size.advice"})
"""Answers to what the buyer wrote: a place, a height, a weight."""

CATALOGUE_PLACEHOLDERS = HEARD_PLACEHOLDERS | frozenset(
    {
        "item.care",
        "item.installation",
        "order.return_check",
        "order.return_deadline",
        "order.return_excluded",
        "order.return_passed",
        "ship.today",
    }
)
"""Known only from typed facts: bot/replying/catalogue_values.py."""

ALL_PLACEHOLDERS = (
    POLICY_PLACEHOLDERS
    | TICKET_PLACEHOLDERS
    | CATALOGUE_PLACEHOLDERS
    | frozenset(
        {
            FOLLOW_UP_PLACEHOLDER,
            "buyer.name",
            "item.title",
            "item.price",
            "item.stock",
            "item.attributes",
            "item.restock_date",
            "item.size_chart",
            "item.usage",
            "item.compatible",
            "order.no",
            "order.state",
            "order.items",
            "order.paid_at",
            "order.promised_ship_at",
            "order.missed_ship_at",
            "order.shipped_at",
            "order.courier",
            "order.tracking_no",
            "order.latest_track",
            "order.signed_at",
            "order.refund_state",
            "time.next_open",
            "entity.tracking_no",
            "entity.size",
            "entity.place",
            "entity.quantity",
            "entity.height",
            "entity.weight",
        }
    )
)
"""Every placeholder a template may hold (docs/packs.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A template with its values in place."""

    text: str
    spans: tuple[tuple[int, int], ...]
    """Start and end of each value in ``text``, in order."""


def placeholders(template: str) -> tuple[str, ...]:
    """Return what stands between braces, in order, known or not."""
    return _parse(template)[1::2]


@lru_cache(maxsize=8192)
def _parse(template: str) -> tuple[str, ...]:
    """Return literals (even positions) and placeholder names (odd ones)."""
    return tuple(_PLACEHOLDER.split(template))


def fill(
    template: str,
    values: Mapping[str, str],
    *,
    deferred: frozenset[str] = frozenset(),
) -> Filled | None:
    """Fill a template from values.

    Args:
        template: Text with placeholders.
        values: Text by placeholder; one that is missing or empty has no fact.
        deferred: Placeholders that stay as they stand, to be filled later.

    Returns:
        The filled text, or None when any placeholder lacks a value.
    """
    parts = _parse(template)
    if len(parts) == 1:
        return Filled(text=template, spans=())
    pieces = []
    spans = []
    length = 0
    for position, part in enumerate(parts):
        piece = part
        if position % 2:
            piece = values.get(part, "")
            if part in deferred:
                piece = f"{{{part}}}"
            if not piece:
                return None
            spans.append((length, length + len(piece)))
        pieces.append(piece)
        length += len(piece)
    return Filled(text="".join(pieces), spans=tuple(spans))


def fill_ticket(
    text: str,
    *,
    number: str,
    due_at: datetime,
    timezone: str,
    now: datetime | None = None,
) -> str:
    """Fill the ticket placeholders that :func:`fill` left for the transaction.

    With ``now`` a near due time is said as people say it (今天17:00).
    """
    return text.replace("{ticket.number}", number).replace(
        "{ticket.due_at}", format_time(due_at, timezone=timezone, now=now)
    )


def format_time(at: datetime, *, timezone: str, now: datetime | None = None) -> str:
    """Return a moment as people say it in shop time.

    Args:
        at: Aware moment.
        timezone: IANA name of the shop's time zone.
        now: When given, near days are named (今天17:00) and the year is left out
            unless it differs.
    """
    local = at.astimezone(ZoneInfo(timezone))
    return f"{_day(local, now)}{local.hour}:{local.minute:02}"


def format_date(at: datetime, *, timezone: str, now: datetime | None = None) -> str:
    """Return the day of a moment as people say it in shop time: 明天, 11月25日."""
    return _day(at.astimezone(ZoneInfo(timezone)), now)


_NEAR_DAYS = {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"}


def _day(local: datetime, now: datetime | None) -> str:
    day = f"{local.month}月{local.day}日"
    if now is None:
        return day
    today = now.astimezone(local.tzinfo).date()
    distance = (local.date() - today) // timedelta(days=1)
    if distance in _NEAR_DAYS:
        return _NEAR_DAYS[distance]
    return day if local.year == today.year else f"{local.year}年{day}"
