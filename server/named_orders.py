"""Which order does a turn speak of? By what the buyer names, never by a likeness."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.facts import Order
from bot.messages import Turn

_CODE = r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*"
_WORD = re.compile(_CODE)
_LABELLED = re.compile(
    rf"订单(?:编?号)?(?:是|为)?[:#\s]*(?P<after>{_CODE})"
    rf"|(?P<before>{_CODE})\s*(?:(?:[这那]?[个笔单])?的?订单|[这那][个笔]?单(?!号))"
)
_SHORTEST = 4
"""Characters of a code that names an order without the word for it beside it: ``2`` in
买了2件 does not."""
_LIKE_AN_ORDER = 8
"""Characters, most of them digits, of a code that may name an order we must look up."""
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What a turn names."""

    labelled: tuple[str, ...]
    """Called an order by the buyer, or by the shop's page."""
    codes: tuple[str, ...]
    """Other codes of the text that may be an order's, longest first."""

    @property
    def names_any(self) -> bool:
        """Return whether anything is named that may be an order."""
        return bool(self.labelled or self.codes)

    @property
    def is_explicit(self) -> bool:
        """Return whether an order was named, ours to find or not."""
        return bool(self.labelled)

    def is_of(self, order: Order | None) -> bool:
        """Return whether this order is the one that was named."""
        return order is not None and order.order_id in {*self.labelled, *self.codes}

    @property
    def to_look_up(self) -> tuple[str, ...]:
        """Return what may name an order that is not open any more."""
        return (*self.labelled, *(code for code in self.codes if _is_like_one(code)))


def naming_of(turn: Turn) -> Naming:
    """Return what a turn names; the page's order counts most."""
    text = unicodedata.normalize("NFKC", turn.text)
    labelled = [
        match["after"] or match["before"]
        for match in _LABELLED.finditer(text)
        if any(c.isdigit() for c in match["after"] or match["before"])
    ]
    if turn.order_ref is not None:
        labelled.insert(0, turn.order_ref)
    codes = {word for word in _WORD.findall(text) if len(word) >= _SHORTEST}
    return Naming(
        labelled=tuple(dict.fromkeys(labelled)),
        codes=tuple(sorted(codes - set(labelled), key=lambda code: (-len(code), code))),
    )


def open_order(
    naming: Naming, *, last_order_ref: str | None, orders: Sequence[Order]
) -> Order | None:
    """Return the open order that is spoken of: named now, named before, or the only one.

    None when another order is named, so that nobody is told of the wrong parcel.
    """
    by_ref = {order.order_id: order for order in orders}
    for code in (*naming.labelled, *naming.codes):
        if code in by_ref:
            return by_ref[code]
    if naming.is_explicit:
        return None
    if last_order_ref is not None:
        return by_ref.get(last_order_ref)
    return orders[0] if len(orders) == 1 else None


def _is_like_one(code: str) -> bool:
    digits = sum(c.isdigit() for c in code)
    return (
        len(code) >= _LIKE_AN_ORDER
        and digits * 2 > len(code)
        and _MOBILE.fullmatch(code) is None
    )
