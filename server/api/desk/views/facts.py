"""How items and orders look to people; the floor price only to managers."""

from datetime import datetime
from typing import Any

import msgspec

from bot.facts import Item, Order
from server.api.desk.masked import show_data, show_optional, show_ref
from storage.queries.fact_lists import OrderEventRecord, ToldOrder
from storage.states import Role


class DeskItemBody(msgspec.Struct, frozen=True):
    """One thing the shop sells."""

    id: str
    title: str
    list_fen: int | None
    floor_fen: int | None
    """Null for agents, whatever it is."""
    stock: int | None
    category: str | None
    restock_at: datetime | None
    details: dict[str, str]


class DeskItemsBody(msgspec.Struct, frozen=True):
    """A page of items in the order of their numbers."""

    items: list[DeskItemBody]
    next: str | None


class OrderLineBody(msgspec.Struct, frozen=True):
    """One line of an order."""

    item_id: str
    title: str | None
    quantity: int
    price_fen: int | None


class DeskOrderBody(msgspec.Struct, frozen=True):
    """One order as the shop's system told it last."""

    id: str
    buyer_ref: str
    state: str
    lines: list[OrderLineBody]
    paid_at: datetime | None
    promised_ship_at: datetime | None
    shipped_at: datetime | None
    courier: str | None
    tracking_no: str | None
    latest_track: str | None
    signed_at: datetime | None
    refund: str | None
    dispute: str | None
    told_at: datetime


class DeskOrdersBody(msgspec.Struct, frozen=True):
    """A page of a buyer's orders, those told last at the front."""

    items: list[DeskOrderBody]
    next: str | None


class OrderEventBody(msgspec.Struct, frozen=True):
    """One change of an order: field → [before, after]."""

    what: str
    data: dict[str, Any]
    told_at: datetime


class OrderWithEventsBody(msgspec.Struct, frozen=True):
    """One order and what happened to it, oldest first."""

    order: DeskOrderBody
    events: list[OrderEventBody]


def item_body(item: Item, *, role: Role) -> DeskItemBody:
    """Return an item as a person of this role sees it."""
    return DeskItemBody(
        id=item.item_id,
        title=item.title,
        list_fen=item.list_fen,
        floor_fen=None if role is Role.AGENT else item.floor_fen,
        stock=item.stock,
        category=item.category,
        restock_at=item.restock_at,
        details=dict(item.details),
    )


def order_body(told: ToldOrder, *, role: Role, name: str | None) -> DeskOrderBody:
    """Return an order as a person of this role sees it; ``name`` is the buyer's."""
    order = told.order
    return DeskOrderBody(
        id=order.order_id,
        buyer_ref=show_ref(order.buyer_ref, role=role),
        state=order.state.value,
        lines=_lines(order, role, name),
        paid_at=order.paid_at,
        promised_ship_at=order.promised_ship_at,
        shipped_at=order.shipped_at,
        courier=order.courier,
        tracking_no=order.tracking_no,
        latest_track=show_optional(order.latest_track, role=role, name=name),
        signed_at=order.signed_at,
        refund=show_optional(order.refund, role=role, name=name),
        dispute=show_optional(order.dispute, role=role, name=name),
        told_at=told.told_at,
    )


def order_event_body(
    record: OrderEventRecord, *, role: Role, name: str | None
) -> OrderEventBody:
    """Return one change of an order as a person of this role sees it."""
    return OrderEventBody(
        what=record.what,
        data=show_data(dict(record.data), role=role, name=name),
        told_at=record.told_at,
    )


def _lines(order: Order, role: Role, name: str | None) -> list[OrderLineBody]:
    return [
        OrderLineBody(
            item_id=line.item_id,
            title=show_optional(line.title, role=role, name=name),
            quantity=line.quantity,
            price_fen=line.price_fen,
        )
        for line in order.lines
    ]
