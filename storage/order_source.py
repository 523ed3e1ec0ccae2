"""The orders that turns read: here those that the shop's systems have told."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.facts import Order
from storage.queries import facts


@dataclass(frozen=True, slots=True)
class StoredOrders:
    """One shop's told orders, as ``bot.ports.OrderSource``; lives for one read."""

    connection: Connection
    shop_id: int

    def open_orders(self, buyer_ref: str) -> Sequence[Order]:
        """Return the buyer's unfinished orders, those told last at the front."""
        return facts.open_orders_of_buyer(
            self.connection, self.shop_id, buyer_ref=buyer_ref
        )

    def order(self, order_id: str, *, buyer_ref: str) -> Order | None:
        """Return an order only when it is this buyer's."""
        return facts.order_of_buyer(
            self.connection, self.shop_id, order_id=order_id, buyer_ref=buyer_ref
        )
