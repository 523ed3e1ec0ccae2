"""Which placeholders may a template hold, and which of them are known only later?"""

from typing import Final

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

POLICY_PREFIX: Final = "shop."
"""How their names begin; a pack declares those that only its trade has."""

TICKET_PLACEHOLDERS = frozenset({"ticket.number", "ticket.due_at"})
"""Known only inside the transaction that opens the ticket: see :func:`fill_ticket`."""

FOLLOW_UP_PLACEHOLDER = "follow_up.name"
"""What the turn has planned for later; it has a value only when it really is planned."""

INCIDENT_TEXT = "incident.text"
"""A manager's words on what keeps the shop from its promises."""
OFFER_COUPON = "offer.coupon"
"""Known only inside the transaction that takes the code: see :func:`fill_coupon`."""

OFFER_PLACEHOLDERS = frozenset(
    {
        OFFER_COUPON,
        "offer.ask",
        "offer.instead",
        "offer.link",
        "offer.list",
        "offer.name",
        "offer.off",
        "offer.price",
        "offer.quantity",
        "offer.valid_until",
    }
)
"""Of bargaining; they have values only in scripts with ``use: offer``."""

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

FLOW_PREFIX = "flow."
"""How the placeholders begin for what a flow has collected: ``flow.amount``."""

ALL_PLACEHOLDERS = (
    POLICY_PLACEHOLDERS
    | TICKET_PLACEHOLDERS
    | CATALOGUE_PLACEHOLDERS
    | OFFER_PLACEHOLDERS
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
            INCIDENT_TEXT,
            "incident.ends_at",
            "incident.closing",
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
