"""Which values do typed facts give to placeholders in one turn?"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from bot.catalogue.cards import ProductCard
from bot.catalogue.promotions import Promotion, promotions_at
from bot.catalogue.shop_facts import ShopFacts
from bot.catalogue.sizes import OneSize, OutsideChart, SizeAnswer, TwoSizes, size_for
from bot.facts import Facts
from bot.replying.catalogue_phrases import card_phrases, shop_phrases, size_name
from bot.replying.moments import Moment, card_at
from bot.replying.parcel_values import parcel_values
from bot.replying.pictures import picture_values
from bot.replying.return_values import return_values
from bot.utterances import Entity, EntityKind

_REMEMBERED = 1024
"""Facts and cards whose phrases are remembered."""
Value = TypeVar("Value")


def catalogue_values(
    facts: Facts, *, now: datetime, entities: Iterable[Entity] = ()
) -> Mapping[str, str]:
    """Return the values that typed facts give; an empty one takes a phrase away.

    It goes over the shop's own phrases: what is typed is what holds now.
    """
    catalogue = facts.catalogue
    if catalogue.is_empty and (facts.item is None or facts.item.card is None):
        return {}
    moment = Moment(facts=facts, shop=catalogue.facts_at(now), now=now)
    written = tuple(entities)
    values = dict(_shop_phrases(_Same(moment.shop)))
    if catalogue.promotions:
        values["shop.promotions"] = _promotions(moment, catalogue.promotions)
    values |= parcel_values(moment, written)
    card = card_at(facts.item, now)
    if card is not None:
        values |= _card_phrases(_Same(card))
        values |= _size_advice(card, written)
        values |= picture_values(card)
    if facts.order is not None:
        values |= return_values(moment, facts.order)
    return values


class _Same(Generic[Value]):
    """A value that stands for itself alone: equal only to the very same one."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value


@lru_cache(maxsize=_REMEMBERED)
def _shop_phrases(facts: _Same[ShopFacts]) -> Mapping[str, str]:
    """Return phrases that are the same until the facts are others."""
    return shop_phrases(facts.value)


@lru_cache(maxsize=_REMEMBERED)
def _card_phrases(card: _Same[ProductCard]) -> Mapping[str, str]:
    return card_phrases(card.value)


def _promotions(moment: Moment, promotions: Iterable[Promotion]) -> str:
    """Return what runs now for the item, or in the whole shop; nothing that is over."""
    item = moment.facts.item
    told = []
    for one in promotions_at(promotions, moment.now):
        scope = ""
        if item is None and (one.items or one.categories):
            scope = f"{one.title}："
        elif item is not None and not one.is_for(
            item_id=item.item_id, category=item.category
        ):
            continue
        told.append(f"{scope}{one.phrase}{_ends(moment, one)}")
    return "；".join(told)


def _ends(moment: Moment, promotion: Promotion) -> str:
    if promotion.valid_until is None:
        return ""
    # Half open: what ends at midnight ends with the day before.
    last = promotion.valid_until - timedelta(microseconds=1)
    local = promotion.valid_until.astimezone(ZoneInfo(moment.facts.timezone))
    if (local.hour, local.minute) == (0, 0):
        return f"（{moment.say_day(moment.day_of(last))}结束）"
    return f"（{moment.say_time(promotion.valid_until)}结束）"


def _size_advice(
    card: ProductCard, entities: tuple[Entity, ...]
) -> Iterator[tuple[str, str]]:
    height = _one_number(entities, EntityKind.HEIGHT_CM)
    weight = _one_number(entities, EntityKind.WEIGHT_JIN)
    if card.size_chart is None or (height is None and weight is None):
        return
    told = "、".join(
        [
            *(() if height is None else (f"身高{height:g}厘米",)),
            *(() if weight is None else (f"体重{weight:g}斤",)),
        ]
    )
    answer = size_for(card.size_chart, height_cm=height, weight_jin=weight)
    words = _size_words(answer)
    if words is not None:
        yield "size.advice", f"{told}，{words}"


def _size_words(answer: SizeAnswer) -> str | None:
    match answer:
        case OneSize(size=size):
            return f"按尺码表选{size_name(size)}"
        case TwoSizes(smaller=smaller, larger=larger):
            small, large = size_name(smaller), size_name(larger)
            return f"在{small}和{large}之间，喜欢合身选{small}，喜欢宽松选{large}"
        case OutsideChart():
            return "这款尺码表里没有对得上的码，不敢给您乱推荐"
        case _:
            return None


def _one_number(entities: tuple[Entity, ...], kind: EntityKind) -> float | None:
    """Return the one value of a kind; of two people's nobody knows whose is meant."""
    found = {float(one.value) for one in entities if one.kind is kind}
    return found.pop() if len(found) == 1 else None
