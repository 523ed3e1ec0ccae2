"""When does it leave, when is it there, what does postage cost: for this buyer and place?"""

from collections.abc import Iterator
from datetime import date

from bot.catalogue.postage import Postage, postage
from bot.catalogue.regions import PROVINCES, provinces_of
from bot.catalogue.shipping import DateRange, arrival
from bot.catalogue.shop_facts import ShopFacts
from bot.facts import Item, Order, OrderState
from bot.replying.amounts import format_fen
from bot.replying.catalogue_phrases import clock_words
from bot.replying.moments import Moment
from bot.utterances import Entity, EntityKind


def parcel_values(
    moment: Moment, entities: tuple[Entity, ...]
) -> Iterator[tuple[str, str]]:
    """Yield when it leaves, when it arrives and what postage costs."""
    order = moment.facts.order
    yield from _leaving(moment, order)
    place = _place(moment, entities)
    if place is None:
        return
    yield from _arriving(moment, order, place)
    if moment.shop.postage is not None:
        costs = {
            postage(moment.shop.postage, province, amount_fen=_amount(moment, entities))
            for province in provinces_of(place)
        }
        cost = costs.pop() if len(costs) == 1 else None
        if cost is not None:
            yield "postage.amount", _postage_words(place, cost, moment.shop)


def _leaving(moment: Moment, order: Order | None) -> Iterator[tuple[str, str]]:
    if order is not None and order.state is OrderState.PAID:
        day = _leaves_on(moment, order)
        if day is not None:
            yield "ship.today", f"您这单{moment.say_day(day)}发出"
        return
    plan = moment.ship_plan(moment.now)
    if plan is None or _is_sold_out(moment.facts.item):
        return
    later = "（遇法定节假日顺延）" if plan.is_provisional else ""
    if plan.cutoff is not None:
        cutoff = clock_words(plan.cutoff)
        yield "ship.today", f"今天{cutoff}前付款今天发出{later}"
    else:
        yield "ship.today", f"现在付款{moment.say_day(plan.day)}发出{later}"


def _leaves_on(moment: Moment, order: Order) -> date | None:
    """Return when a paid order leaves by the cut-offs; a day that is over is none."""
    plan = None if order.paid_at is None else moment.ship_plan(order.paid_at)
    return None if plan is None or plan.day < moment.today else plan.day


def _arriving(
    moment: Moment, order: Order | None, place: str
) -> Iterator[tuple[str, str]]:
    begin = f"寄到{place}"
    courier = None
    match order:
        case Order(state=OrderState.SHIPPED, shipped_at=shipped_at):
            leaves = None if shipped_at is None else moment.day_of(shipped_at)
            courier = order.courier
        case Order(state=OrderState.PAID):
            leaves = _leaves_on(moment, order)
        case _:
            plan = None
            if not _is_sold_out(moment.facts.item):
                plan = moment.ship_plan(moment.now)
            leaves = None if plan is None else plan.day
            begin = f"现在付款，寄到{place}"
    if leaves is None:
        return
    days = _arrival(moment, place, leaves, courier)
    if days is not None and days.last >= moment.today:
        yield "eta.range", f"{begin}预计{_range_words(moment, days)}送达"


def _arrival(
    moment: Moment, place: str, leaves: date, courier: str | None
) -> DateRange | None:
    """Return the days for a place; for several provinces those that hold all of them."""
    found = []
    for province in provinces_of(place):
        days = arrival(moment.shop, province, shipped_on=leaves, courier=courier)
        if days is None:
            return None
        found.append(days)
    return DateRange(
        first=min(days.first for days in found), last=max(days.last for days in found)
    )


def _range_words(moment: Moment, days: DateRange) -> str:
    """Return days as people say them: 后天到27日; what is over is left out."""
    first = max(days.first, moment.today)
    if first == days.last:
        return moment.say_day(first)
    last = moment.say_day(days.last)
    if first.month == days.last.month and last[0].isdigit():
        last = f"{days.last.day}日"
    return f"{moment.say_day(first)}到{last}"


def _place(moment: Moment, entities: tuple[Entity, ...]) -> str | None:
    """Return where a parcel goes: the one place that is named and not the warehouse's.

    Of an order whose place is known nobody has to be asked.
    """
    named = dict.fromkeys(
        str(entity.value) for entity in entities if entity.kind is EntityKind.PLACE
    )
    if not named and moment.facts.order is not None:
        return _place_of(moment.facts.order)
    known = _without_their_provinces([it for it in named if provinces_of(it)])
    if len(known) > 1:
        home = moment.shop.warehouse_province
        known = [place for place in known if provinces_of(place) != (home,)]
    return known[0] if len(known) == 1 else None


def _place_of(order: Order) -> str | None:
    """Return the city an order goes to, else its province; None: not known."""
    if order.city is None or order.province is None:
        return order.province
    return (
        order.city if provinces_of(order.city) == (order.province,) else order.province
    )


def _without_their_provinces(places: list[str]) -> list[str]:
    """Return the places without a province beside a place in it: 江苏苏州 is 苏州."""
    return [
        place
        for place in places
        if not any(
            other != place
            and provinces_of(other) == provinces_of(place)
            and place in PROVINCES
            for other in places
        )
    ]


def _amount(moment: Moment, entities: tuple[Entity, ...]) -> int | None:
    """Return what the asked pieces of the item come to at its list price, in fen."""
    item = moment.facts.item
    if item is None or item.list_fen is None:
        return None
    counts = [one.value for one in entities if one.kind is EntityKind.QUANTITY]
    return item.list_fen * int(counts[-1] if len(counts) == 1 else 1)


def _postage_words(place: str, cost: Postage, shop: ShopFacts) -> str:
    threshold = cost.free_from_fen
    if cost.fen == 0:
        above = f"满{format_fen(threshold)}" if threshold else ""
        return f"寄到{place}{above}包邮"
    fee = f"寄到{place}运费{format_fen(cost.fen)}"
    if threshold is not None:
        return f"{fee}，满{format_fen(threshold)}包邮"
    is_left_out = shop.postage is not None and shop.postage.free_from_fen is not None
    return f"{fee}（{place}不在包邮范围内）" if is_left_out else fee


def _is_sold_out(item: Item | None) -> bool:
    return item is not None and item.stock is not None and item.stock <= 0
