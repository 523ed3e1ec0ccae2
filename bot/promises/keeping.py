"""Has a fact settled a promise: kept it, in time or late, or made it void?"""

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.facts import Order, OrderState
from bot.promises.kinds import PromiseKind, Settling

_SHIPPED = frozenset({OrderState.SHIPPED, OrderState.SIGNED, OrderState.COMPLETED})
_SIGNED = frozenset({OrderState.SIGNED, OrderState.COMPLETED})
_REFUNDED = "refunded"
"""The code by which shop systems say that the money went back."""


def facts_of(order: Order, *, told_at: datetime) -> dict[Settling, datetime]:
    """Return what an order's news settles, and since when it is so.

    Where the shop's system names no time of its own, it is when the news was told.
    """
    found: dict[Settling, datetime] = {}
    if order.shipped_at is not None or order.state in _SHIPPED:
        found[Settling.ORDER_SHIPPED] = _known(order.shipped_at, told_at)
    if order.signed_at is not None or order.state in _SIGNED:
        found[Settling.ORDER_SIGNED] = _known(order.signed_at, told_at)
    if order.state is OrderState.REFUNDED or order.refund == _REFUNDED:
        found[Settling.ORDER_REFUNDED] = told_at
    if order.state is OrderState.CANCELLED:
        found[Settling.ORDER_CANCELLED] = told_at
    return found


def kept_since(
    kind: PromiseKind, facts: Mapping[Settling, datetime]
) -> datetime | None:
    """Return since when a promise is fulfilled, None when it is not."""
    return _first(kind.kept_by, facts)


def void_since(
    kind: PromiseKind, facts: Mapping[Settling, datetime]
) -> datetime | None:
    """Return since when there is nothing to keep, None when there is."""
    return _first(kind.void_by, facts)


def _first(
    wanted: Collection[Settling], facts: Mapping[Settling, datetime]
) -> datetime | None:
    return min((facts[one] for one in wanted if one in facts), default=None)


def _known(at: datetime | None, told_at: datetime) -> datetime:
    return told_at if at is None else at
