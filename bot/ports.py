"""What the assistant needs from others: who understands a text, who knows the orders."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from bot.facts import Order
from bot.utterances import Understanding


class Understander(Protocol):
    """Reads a buyer's text; immutable, one per pack version."""

    def understand(self, text: str, *, today: date) -> Understanding:
        """Return what the text says; dates are relative to ``today``, shop time."""
        ...


class OrderSource(Protocol):
    """Knows the orders of one shop's buyers: our own rows, or a shop's back-end.

    Whoever asks has made sure that the buyer is verified; no order of another buyer is
    ever returned. Called in a reader's thread, so it may wait, but not for long: a turn
    is waiting. One that cannot be reached raises what its caller retries on.
    """

    def open_orders(self, buyer_ref: str) -> Sequence[Order]:
        """Return the buyer's unfinished orders, the newest first; at most a few."""
        ...

    def order(self, order_id: str, *, buyer_ref: str) -> Order | None:
        """Return one order of this buyer, finished or not; None when there is none."""
        ...
