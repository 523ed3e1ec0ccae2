"""Which figures and amounts does a text name, and which of them are facts?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import regex

from bot.guarding.figures import Span, find_figures, is_sourced
from bot.guarding.folding import GuardText
from bot.guarding.personal import may_be_personal
from bot.guarding.price_reading import find_bare_prices, find_prices
from bot.guarding.price_text import fold_for_prices
from bot.guarding.prices import Price, PriceLimit, PriceRole
from bot.guarding.rules import Verdict
from bot.guarding.verdicts import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReading:
    """What is in a text by itself, whatever is known about the shop."""

    plain: GuardText
    """Folded for reading amounts."""
    figures: tuple[Span, ...]
    prices: tuple[Price, ...]
    bare: tuple[Price, ...]
    """Figures without a unit that are prices where the item is known."""
    may_be_personal: bool
    """It has digits, or something else of which a number or an address consists."""

    def amounts(self, limit: PriceLimit | None) -> tuple[Price, ...]:
        """Return the amounts in order: bare ones only where the item is known."""
        if limit is None or not self.bare:
            return self.prices
        return tuple(sorted((*self.prices, *self.bare), key=lambda it: it.start))


_NAMED_GOODS = re.compile(r"[这那][款件双条套](?:(?![赔补退偿配送另旁])[一-鿿]){1,12}$")
"""Before the price of goods that are called by their name: 这款马克杯69元."""


def read_text(text: str) -> TextReading:
    """Return the figures and amounts of a text, as they are written."""
    plain = fold_for_prices(text)
    prices = find_prices(plain)
    return TextReading(
        plain=plain,
        figures=tuple(find_figures(text)),
        prices=prices,
        bare=find_bare_prices(plain, prices),
        may_be_personal=may_be_personal(text, plain),
    )


def find_unsourced(
    text: str,
    read: TextReading,
    prices: tuple[Price, ...],
    *,
    sourced: tuple[Span, ...],
) -> list[Finding]:
    """Return figures that are no facts: nothing automatic may name one from nowhere.

    What people write of days and hours is a promise, and of money a price: both are read
    elsewhere.
    """
    spans = [span for span in read.figures if not is_sourced(text, span, sourced)]
    named = {place for span in spans for place in range(*span)}
    amounts = [(it.start, it.end) for it in prices]
    spans += [span for span in amounts if named.isdisjoint(range(*span))]
    return [
        Finding(
            category="figure",
            rule="unsourced_figure",
            verdict=Verdict.BLOCK,
            start=start,
            end=end,
            suggestion="数字只能来自店铺、商品或订单的资料，请核对",
            role=_role((start, end), prices),
        )
        for start, end in spans
    ]


def list_prices(
    text: str, prices: tuple[Price, ...], limit: PriceLimit | None
) -> list[Span]:
    """Return where the item's own price is told: that is a fact."""
    return [
        (price.start, price.end)
        for price in prices
        if limit is not None
        and limit.list_fen is not None
        and price.fen == limit.list_fen
        and (
            price.role is PriceRole.ITEM_PRICE
            or (
                price.role is PriceRole.UNKNOWN
                and _NAMED_GOODS.search(text, 0, price.start) is not None
            )
        )
    ]


def rewritten_spans(objections: tuple[Finding, ...]) -> list[Span]:
    """Return the spans that will not be in the text that is sent."""
    return [
        (found.start, found.end)
        for found in objections
        if found.verdict is Verdict.REWRITE
    ]


def _role(span: Span, prices: tuple[Price, ...]) -> PriceRole | None:
    roles = (it.role for it in prices if overlaps(span, ((it.start, it.end),)))
    return next(roles, None)


def overlaps(span: Span, others: Iterable[Span]) -> bool:
    """Return whether a span shares a place with one of the others."""
    return any(span[0] < end and start < span[1] for start, end in others)


def occurrences(text: str, values: Iterable[str]) -> list[Span]:
    """Return every place where one of the values stands, as a whole number.

    A value does not source a longer number that merely holds it: 5元 is not in 15元.
    """
    spans: list[Span] = []
    for value in values:
        if value and value in text:
            pattern = rf"(?<!\d[.,]?){regex.escape(value)}(?!\d)"
            spans += [match.span() for match in regex.finditer(pattern, text)]
    return spans
