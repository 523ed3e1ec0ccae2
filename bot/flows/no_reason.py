"""May goods go back without a reason? What a flow branches on; 消费者权益保护法 Art. 25."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.catalogue.cards import ProductCard
from bot.catalogue.returns import MayReturn
from bot.catalogue.returns import may_return_without_reason as judge_line
from bot.catalogue.validity import is_valid
from bot.desk.holidays import HolidayCalendar
from bot.facts import Item, Order, OrderLine


class NoReason(StrEnum):
    """What a buyer may be told."""

    ALLOWED = "allowed"
    PAST = "past"
    EXCLUDED = "excluded"
    """By a legal reason that the buyer confirmed at the purchase."""
    ASK_PERSON = "ask_person"
    """Something that decides is not known: nobody is refused on a guess."""


_SAID: Final = {
    MayReturn.ALLOWED: NoReason.ALLOWED,
    MayReturn.UNKNOWN_CLASS: NoReason.ALLOWED,
    MayReturn.PAST: NoReason.PAST,
    MayReturn.EXCLUDED: NoReason.EXCLUDED,
}
"""Where nobody has said what class an item is of, the law's rule holds: it may go back."""


def may_return_without_reason(
    order: Order | None, *, item: Item | None, now: datetime, holidays: HolidayCalendar
) -> NoReason:
    """Return whether goods may be sent back without a reason at this moment.

    Args:
        order: Of a verified buyer; None: unknown.
        item: What the turn is about; it counts as far as it is in the order.
        now: Aware.
        holidays: Of the shop.
    """
    if order is None:
        return NoReason.ASK_PERSON
    line = _line(order, item)
    verdict = judge_line(
        None if line is None else _card(item, now),
        is_confirmed=None if line is None else line.is_exclusion_confirmed,
        signed_at=order.signed_at,
        now=now,
        holidays=holidays,
    )
    return _SAID.get(verdict, NoReason.ASK_PERSON)


def _line(order: Order, item: Item | None) -> OrderLine | None:
    """Return the line of the order that the item is bought with."""
    wanted = None if item is None else item.item_id
    return next((line for line in order.lines if line.item_id == wanted), None)


def _card(item: Item | None, now: datetime) -> ProductCard | None:
    """Return the card that speaks of an item now."""
    card = None if item is None else item.card
    return card if card is not None and is_valid(card, now) else None
