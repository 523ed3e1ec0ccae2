"""Which values do typed facts give to placeholders in one turn?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.catalogue.cards import ProductCard, ReturnReason
from bot.catalogue.postage import Postage, postage
from bot.catalogue.promotions import Promotion, promotions_at
from bot.catalogue.regions import provinces_of
from bot.catalogue.returns import (
    MayReturn,
    may_return_without_reason,
    return_deadline,
)
from bot.catalogue.shipping import DateRange, ShipPlan, arrival, ships_today
from bot.catalogue.shop_facts import ShopFacts
from bot.catalogue.sizes import OneSize, OutsideChart, SizeAnswer, TwoSizes, size_for
from bot.catalogue.validity import is_valid
from bot.facts import Facts, Item, Order, OrderState
from bot.replying.amounts import format_fen
from bot.replying.catalogue_phrases import (
    card_phrases,
    clock_words,
    shop_phrases,
    size_name,
)
from bot.replying.render import format_date, format_time
from bot.utterances import Entity, EntityKind

_RETURNABLE = frozenset({OrderState.SIGNED, OrderState.COMPLETED})
_REASONS: Mapping[ReturnReason, str] = {
    ReturnReason.CUSTOM_MADE: "按您的要求定做的商品",
    ReturnReason.PERISHABLE: "鲜活易腐的商品",
    ReturnReason.DIGITAL: "拆封的音像软件或在线下载的数字商品",
    ReturnReason.PERIODICAL: "已交付的报纸期刊",
    ReturnReason.UNSEALED_CHANGES: "拆封后影响安全健康或品质的商品",
    ReturnReason.USED_LOSES_VALUE: "激活或试用后价值贬损较大的商品",
    ReturnReason.DECLARED_DEFECT: "销售时已说明的临期或瑕疵商品",
}
_TO_CHECK = {
    MayReturn.UNCONFIRMED: "下单时的确认记录",
    MayReturn.UNKNOWN_SIGNING: "包裹的签收时间",
    MayReturn.UNKNOWN_CALENDAR: "期限遇节假日顺延到哪天",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moment:
    """Facts, what the shop's sets say now, and when now is; lives for one turn."""

    facts: Facts
    shop: ShopFacts
    now: datetime

    @property
    def today(self) -> date:
        return self.day_of(self.now)

    def day_of(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.facts.timezone)).date()

    def say_day(self, day: date) -> str:
        zone = ZoneInfo(self.facts.timezone)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
        return format_date(noon, timezone=self.facts.timezone, now=self.now)

    def say_time(self, at: datetime) -> str:
        return format_time(at, timezone=self.facts.timezone, now=self.now)

    def ship_plan(self, at: datetime) -> ShipPlan | None:
        holidays = self.facts.catalogue.holidays
        return ships_today(self.shop, holidays, at, timezone=self.facts.timezone)


def catalogue_values(
    facts: Facts, *, now: datetime, entities: Iterable[Entity] = ()
) -> Mapping[str, str]:
    """Return the values that typed facts give; an empty one takes a phrase away.

    It goes over the shop's own phrases: what is typed is what holds now.
    """
    catalogue = facts.catalogue
    moment = _Moment(facts=facts, shop=catalogue.facts_at(now), now=now)
    written = tuple(entities)
    values = dict(shop_phrases(moment.shop))
    if catalogue.promotions:
        values["shop.promotions"] = _promotions(moment, catalogue.promotions)
    values |= _shipping(moment, written)
    card = _card(facts.item, now)
    if card is not None:
        values |= card_phrases(card)
        values |= _size_advice(card, written)
    if facts.order is not None:
        values |= _returning(moment, facts.order)
    return values


def _card(item: Item | None, now: datetime) -> ProductCard | None:
    card = None if item is None else item.card
    return card if card is not None and is_valid(card, now) else None


def _promotions(moment: _Moment, promotions: Iterable[Promotion]) -> str:
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


def _ends(moment: _Moment, promotion: Promotion) -> str:
    if promotion.valid_until is None:
        return ""
    # Half open: what ends at midnight ends with the day before.
    last = promotion.valid_until - timedelta(microseconds=1)
    local = promotion.valid_until.astimezone(ZoneInfo(moment.facts.timezone))
    if (local.hour, local.minute) == (0, 0):
        return f"（{moment.say_day(moment.day_of(last))}结束）"
    return f"（{moment.say_time(promotion.valid_until)}结束）"


def _shipping(
    moment: _Moment, entities: tuple[Entity, ...]
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


def _leaving(moment: _Moment, order: Order | None) -> Iterator[tuple[str, str]]:
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


def _leaves_on(moment: _Moment, order: Order) -> date | None:
    """Return when a paid order leaves by the cut-offs; a day that is over is none."""
    plan = None if order.paid_at is None else moment.ship_plan(order.paid_at)
    return None if plan is None or plan.day < moment.today else plan.day


def _arriving(
    moment: _Moment, order: Order | None, place: str
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
    moment: _Moment, place: str, leaves: date, courier: str | None
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


def _range_words(moment: _Moment, days: DateRange) -> str:
    """Return days as people say them: 后天到27日; what is over is left out."""
    first = max(days.first, moment.today)
    if first == days.last:
        return moment.say_day(first)
    last = moment.say_day(days.last)
    if first.month == days.last.month and last[0].isdigit():
        last = f"{days.last.day}日"
    return f"{moment.say_day(first)}到{last}"


def _place(moment: _Moment, entities: tuple[Entity, ...]) -> str | None:
    """Return where a parcel goes: the one place that is named and not the warehouse's."""
    named = dict.fromkeys(
        str(entity.value) for entity in entities if entity.kind is EntityKind.PLACE
    )
    known = [place for place in named if provinces_of(place)]
    if len(known) > 1:
        home = moment.shop.warehouse_province
        known = [place for place in known if provinces_of(place) != (home,)]
    return known[0] if len(known) == 1 else None


def _amount(moment: _Moment, entities: tuple[Entity, ...]) -> int | None:
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


def _returning(moment: _Moment, order: Order) -> Iterator[tuple[str, str]]:
    """Yield what may be said of a return without a reason of the item spoken of."""
    item = moment.facts.item
    line = next(
        (
            one
            for one in order.lines
            if item is not None and one.item_id == item.item_id
        ),
        None,
    )
    if line is None:
        return
    card = _card(item, moment.now)
    holidays = moment.facts.catalogue.holidays
    verdict = may_return_without_reason(
        card,
        is_confirmed=line.is_exclusion_confirmed,
        signed_at=order.signed_at,
        now=moment.now,
        holidays=holidays,
    )
    if verdict is MayReturn.EXCLUDED and card is not None and card.return_reason:
        yield "order.return_excluded", _REASONS[card.return_reason]
    if order.state not in _RETURNABLE:
        return
    if verdict in _TO_CHECK:
        yield "order.return_check", _TO_CHECK[verdict]
    if order.signed_at is not None and verdict in {MayReturn.ALLOWED, MayReturn.PAST}:
        yield _until(moment, order.signed_at, verdict)


def _until(moment: _Moment, signed_at: datetime, verdict: MayReturn) -> tuple[str, str]:
    """Return until when it may be returned, or that this day is over."""
    deadline = return_deadline(signed_at, moment.facts.catalogue.holidays)
    day = f"{deadline.day.month}月{deadline.day.day}日"
    if deadline.day.year != moment.today.year:
        day = f"{deadline.day.year}年{day}"
    if verdict is MayReturn.PAST:
        return "order.return_passed", day
    least = "至少到" if deadline.is_at_least else ""
    return "order.return_deadline", f"{least}{day}24:00"
