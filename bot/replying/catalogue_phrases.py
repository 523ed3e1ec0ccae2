"""How does a shop's typed fact sound as a phrase? In place of what the shop wrote itself."""

from collections.abc import Callable, Iterable, Mapping
from datetime import time

from bot.catalogue.cards import ProductCard, Range, SizeChart, SizeRow
from bot.catalogue.postage import postage
from bot.catalogue.regions import PROVINCES
from bot.catalogue.shipping import WORKING_WEEK, days_between
from bot.catalogue.shop_facts import DaySpan, InvoiceRules, PostageRules, ShopFacts
from bot.replying.amounts import format_days, format_fen, list_words, number_steps

_WEEKDAYS = "一二三四五六日"
_WHOLE_WEEK = tuple(range(1, 8))
_ELSEWHERE = "其他地区"


def shop_phrases(facts: ShopFacts) -> Mapping[str, str]:
    """Return the phrase of each policy placeholder that typed facts speak of.

    One that is empty is known not to be: the shop's own phrase does not hold either.
    """
    found: dict[str, str | None] = {
        "shop.cutoff": _cutoff(facts),
        "shop.ship_within": (
            None
            if facts.ship_within_hours is None
            else f"付款后{facts.ship_within_hours}小时内"
        ),
        "shop.ship_from": _warehouse(facts),
        "shop.return_address": facts.return_address,
        "shop.service_hours": facts.service_hours,
        "shop.member_rule": facts.member_rules,
    }
    if facts.couriers is not None:
        found["shop.couriers"] = list_words([one.name for one in facts.couriers])
        found["shop.eta"] = _eta(facts)
    if facts.postage is not None:
        found["shop.free_shipping_rule"] = _free_from(facts.postage)
        found["shop.shipping_fee_rule"] = _fees(facts.postage)
    if facts.invoices is not None:
        found["shop.invoice_rule"] = _invoices(facts.invoices)
    return {name: phrase for name, phrase in found.items() if phrase is not None}


def card_phrases(card: ProductCard) -> Mapping[str, str]:
    """Return the phrase of each item placeholder that a card speaks of."""
    steps = {
        "item.installation": number_steps(card.installation),
        "item.care": number_steps(card.care),
    }
    found = {
        "item.attributes": "，".join(
            f"{name}：{value}" for name, value in card.attributes.items()
        ),
        "item.size_chart": (
            "" if card.size_chart is None else size_chart_phrase(card.size_chart)
        ),
        "item.compatible": "、".join(card.compatible),
        "item.usage": "。".join(phrase for phrase in steps.values() if phrase),
        **steps,
    }
    return {name: phrase for name, phrase in found.items() if phrase}


def size_chart_phrase(chart: SizeChart) -> str:
    """Return a chart as one line: S码身高150-160厘米、体重80-95斤；M码… and so on."""
    return "；".join(_size_row(row) for row in chart.rows)


def size_name(size: str) -> str:
    """Return a size as people say it: M is M码, 均码 and 大号 stay."""
    return size if size.endswith(("码", "号")) else f"{size}码"


def clock_words(at: time) -> str:
    """Return a time of day as people write it: 17:00, 9:30."""
    return f"{at.hour}:{at.minute:02}"


def _cutoff(facts: ShopFacts) -> str | None:
    if not facts.cutoffs:
        return None
    last = clock_words(facts.cutoffs[-1])
    days = facts.ship_weekdays
    if days is None or tuple(sorted(days)) == WORKING_WEEK:
        return f"工作日{last}前付款当天发出，{last}后付款下个工作日发出"
    if tuple(sorted(days)) == _WHOLE_WEEK:
        return f"每天{last}前付款当天发出，{last}后付款次日发出"
    named = "、".join(f"周{_WEEKDAYS[day - 1]}" for day in sorted(days))
    return f"{named}{last}前付款当天发出，{last}后付款下个发货日发出"


def _warehouse(facts: ShopFacts) -> str | None:
    places = dict.fromkeys((facts.warehouse_province, facts.warehouse_city))
    named = "".join(place for place in places if place is not None)
    return f"{named}仓库" if named else None


def _eta(facts: ShopFacts) -> str:
    couriers = list(facts.couriers or ())

    def days_to(province: str) -> DaySpan | None:
        return days_between(couriers, province)

    named = {province for one in couriers for province in one.days_by_province}
    defaults = [one.days for one in couriers if one.days is not None]
    elsewhere = (
        DaySpan(
            first=min(days.first for days in defaults),
            last=max(days.last for days in defaults),
        )
        if defaults
        else None
    )
    return _by_province(named, elsewhere, days_to, format_days)


def _fees(rules: PostageRules) -> str:
    def fen_to(province: str) -> int | None:
        cost = postage(rules, province)
        return None if cost is None else cost.fen

    named = {*rules.fen_by_province, *rules.not_free_in}
    elsewhere = next(
        (fen_to(province) for province in PROVINCES if province not in named), None
    )
    fees = _by_province(named, elsewhere, fen_to, _fee)
    is_only_below = rules.free_from_fen is not None and rules.free_from_fen > 0
    return f"不满包邮条件时{fees}" if fees and is_only_below else fees


def _fee(fen: int) -> str:
    return "包邮" if fen == 0 else format_fen(fen)


def _free_from(rules: PostageRules) -> str:
    if rules.free_from_fen is None:
        return ""
    without = f"（{'、'.join(rules.not_free_in)}除外）" if rules.not_free_in else ""
    if rules.free_from_fen == 0:
        return f"全场包邮{without}"
    return f"满{format_fen(rules.free_from_fen)}包邮{without}"


def _invoices(rules: InvoiceRules) -> str:
    if not rules.kinds:
        return ""
    parts = [f"可以开{list_words(rules.kinds)}"]
    if rules.how:
        parts.append(rules.how)
    if rules.days is not None:
        parts.append(f"{format_days(rules.days, unit='个工作日')}开出")
    return "，".join(parts)


def _by_province(
    named: Iterable[str],
    elsewhere: object,
    value_of: Callable[[str], object],
    say: Callable[..., str],
) -> str:
    """Return what holds where, provinces of one value together, the rest at the end."""
    places = frozenset(named)
    groups: dict[object, list[str]] = {}
    for province in PROVINCES:
        value = value_of(province) if province in places else None
        if value is not None and value != elsewhere:
            groups.setdefault(value, []).append(province)
    parts = [f"{'、'.join(group)}{say(value)}" for value, group in groups.items()]
    if elsewhere is not None:
        parts.append(f"{_ELSEWHERE if parts else '全国'}{say(elsewhere)}")
    return "，".join(parts)


def _size_row(row: SizeRow) -> str:
    told = [
        *(() if row.height_cm is None else (f"身高{_range(row.height_cm)}厘米",)),
        *(() if row.weight_jin is None else (f"体重{_range(row.weight_jin)}斤",)),
        *(f"{name}{_range(one)}" for name, one in row.measures.items()),
    ]
    return f"{size_name(row.size)}{'、'.join(told)}"


def _range(one: Range) -> str:
    return f"{one.low:g}" if one.low == one.high else f"{one.low:g}-{one.high:g}"
