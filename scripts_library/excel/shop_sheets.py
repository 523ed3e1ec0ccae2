"""The sheets of shop facts: 店铺, 快递时效, 邮费."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from bot.catalogue.regions import PROVINCES
from bot.catalogue.shop_facts import (
    LONGEST_DAYS,
    Courier,
    DaySpan,
    InvoiceRules,
    PostageRules,
    ShopFacts,
)
from bot.replying.catalogue_phrases import clock_words
from scripts_library.excel.cells import NOTHING, write_lines
from scripts_library.excel.rows import Row
from scripts_library.excel.workbook import CellValue
from scripts_library.excel.writing import write_fen, write_moment, write_text

SHOP: Final = "店铺"
DAYS: Final = "快递时效"
POSTAGE: Final = "邮费"
SHEETS: Final[Mapping[str, Sequence[str]]] = {
    SHOP: (
        "名称",
        "生效时间",
        "失效时间",
        "打包时间",
        "发货日",
        "节假日发货",
        "发货时限(小时)",
        "快递",
        "发货省",
        "发货城市",
        "有邮费规则",
        "默认邮费(元)",
        "满额包邮(元)",
        "不包邮省份",
        "退货地址",
        "服务时间",
        "发票种类",
        "开票说明",
        "开票最快(工作日)",
        "开票最慢(工作日)",
        "会员规则",
    ),
    DAYS: ("名称", "快递", "省份", "最快(天)", "最慢(天)"),
    POSTAGE: ("名称", "省份", "邮费(元)"),
}
ELSEWHERE: Final = "其他"
_WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_WRONG: Final = {
    "name": ("名称", "不能为空"),
    "valid_until": ("失效时间", "要晚于生效时间"),
    "cutoffs": ("打包时间", "要从早到晚，不能重复"),
    "couriers": ("快递", "同一家快递写了两次"),
    "warehouse_province": ("发货省", "不认识的省份"),
    "not_free_in": ("不包邮省份", "不认识的省份"),
    "ship_within_hours": ("发货时限(小时)", "要大于0"),
    "first": ("开票最快(工作日)", "不能大于最慢"),
}


@dataclass(slots=True)
class _Parts:
    """What the other sheets say of one set; while a workbook is read."""

    days: dict[str, dict[str, DaySpan]] = field(default_factory=dict)
    fen: dict[str, int] = field(default_factory=dict)


def rows_of(
    sets: Iterable[ShopFacts], zone: ZoneInfo
) -> Mapping[str, list[Sequence[CellValue]]]:
    """Return the rows of the three sheets."""
    found: dict[str, list[Sequence[CellValue]]] = {SHOP: [], DAYS: [], POSTAGE: []}
    for facts in sets:
        name = write_text(facts.name)
        found[SHOP].append(_shop_row(facts, zone))
        for courier in facts.couriers or ():
            spans = {} if courier.days is None else {ELSEWHERE: courier.days}
            found[DAYS] += [
                (name, write_text(courier.name), province, days.first, days.last)
                for province, days in (spans | dict(courier.days_by_province)).items()
            ]
        fees = {} if facts.postage is None else facts.postage.fen_by_province
        found[POSTAGE] += [
            (name, province, write_fen(fen)) for province, fen in fees.items()
        ]
    return found


def read(
    shop: Iterable[Row], *, days: Iterable[Row], postage: Iterable[Row]
) -> tuple[ShopFacts, ...]:
    """Return the sets of facts; every problem is noted in its row."""
    rows = {}
    for row in shop:
        name = row.required("名称")
        if name in rows:
            row.complain("名称", f"“{name}”写了两次")
        rows[name] = row
    parts = {name: _Parts() for name in rows}
    for row in days:
        _read_days(row, parts, rows)
    for row in postage:
        _read_fee(row, parts)
    made = (_read_shop(name, row, parts[name]) for name, row in rows.items())
    return tuple(facts for facts in made if facts is not None)


def _shop_row(facts: ShopFacts, zone: ZoneInfo) -> Sequence[CellValue]:
    postage, invoices = facts.postage, facts.invoices
    span = None if invoices is None else invoices.days
    return (
        write_text(facts.name),
        write_moment(facts.valid_from, zone),
        write_moment(facts.valid_until, zone),
        _joined(
            None
            if facts.cutoffs is None
            else [
                clock_words(at) if not (at.second or at.microsecond) else at.isoformat()
                for at in facts.cutoffs
            ]
        ),
        _joined(
            None
            if facts.ship_weekdays is None
            else [_WEEKDAYS[day - 1] for day in facts.ship_weekdays]
        ),
        None if facts.ships_on_holidays is None else _yes(facts.ships_on_holidays),
        facts.ship_within_hours,
        None
        if facts.couriers is None
        else write_lines(courier.name for courier in facts.couriers),
        facts.warehouse_province,
        write_text(facts.warehouse_city),
        None if postage is None else _yes(True),  # noqa: FBT003 - 是
        None if postage is None else write_fen(postage.default_fen),
        None if postage is None else write_fen(postage.free_from_fen),
        None
        if postage is None or not postage.not_free_in
        else _joined(postage.not_free_in),
        write_text(facts.return_address),
        write_text(facts.service_hours),
        None if invoices is None else write_lines(invoices.kinds),
        None if invoices is None else write_text(invoices.how),
        None if span is None else span.first,
        None if span is None else span.last,
        write_text(facts.member_rules),
    )


def _read_shop(name: str, row: Row, parts: _Parts) -> ShopFacts | None:
    names = row.lines("快递")
    weekdays = row.words("发货日", _WEEKDAYS)
    cutoffs = row.clocks("打包时间")
    province = row.text("发货省")
    if province is not None and province not in PROVINCES:
        row.complain("发货省", f"不认识的省份“{province}”，要写浙江、新疆这样的简称")
    given = {
        "valid_from": row.moment("生效时间"),
        "valid_until": row.moment("失效时间"),
        "ships_on_holidays": row.is_yes("节假日发货"),
        "ship_within_hours": row.whole("发货时限(小时)", least=1, most=8760),
        "warehouse_city": row.text("发货城市"),
        "return_address": row.text("退货地址"),
        "service_hours": row.text("服务时间"),
        "member_rules": row.text("会员规则"),
    }
    postage = _read_postage(row, parts)
    invoices = _read_invoices(row)
    return row.make(
        lambda: ShopFacts(
            name=name,
            cutoffs=cutoffs,
            ship_weekdays=(
                None
                if weekdays is None
                else tuple(_WEEKDAYS.index(day) + 1 for day in weekdays)
            ),
            couriers=(
                None
                if names is None
                else tuple(_courier(name, parts) for name in names)
            ),
            warehouse_province=province,
            postage=postage,
            invoices=invoices,
            **given,  # type: ignore[arg-type] # one type a key
        ),
        _WRONG,
    )


def _courier(name: str, parts: _Parts) -> Courier:
    days = dict(parts.days.get(name, {}))
    elsewhere = days.pop(ELSEWHERE, None)
    return Courier(name=name, days=elsewhere, days_by_province=days)


def _read_postage(row: Row, parts: _Parts) -> PostageRules | None:
    default, free = row.fen("默认邮费(元)"), row.fen("满额包邮(元)")
    not_free = row.words("不包邮省份", PROVINCES)
    is_said = row.is_yes("有邮费规则")
    is_any = bool(parts.fen) or not (default is None and free is None and not not_free)
    if is_said is False and is_any:
        row.complain("有邮费规则", "填了否，但这里或“邮费”表里有邮费")
    if not is_said and not is_any:
        return None
    return row.make(
        lambda: PostageRules(
            default_fen=default,
            fen_by_province=parts.fen,
            free_from_fen=free,
            not_free_in=() if not_free is None else not_free,
        ),
        _WRONG,
    )


def _read_invoices(row: Row) -> InvoiceRules | None:
    kinds, how = row.lines("发票种类"), row.text("开票说明")
    first = row.whole("开票最快(工作日)", most=LONGEST_DAYS)
    last = row.whole("开票最慢(工作日)", most=LONGEST_DAYS)
    if kinds is None:
        for title in ("开票说明", "开票最快(工作日)", "开票最慢(工作日)"):
            if not row.is_blank(title):
                row.complain(title, "要先填发票种类")
        return None
    if (first is None) != (last is None):
        row.complain("开票最慢(工作日)", "最快和最慢要一起填")
        return None
    return row.make(
        lambda: InvoiceRules(
            kinds=kinds,
            how="" if how is None else how,
            days=(
                None
                if first is None or last is None
                else DaySpan(first=first, last=last)
            ),
        ),
        _WRONG,
    )


def _read_days(row: Row, parts: Mapping[str, _Parts], shop: Mapping[str, Row]) -> None:
    name, courier = row.required("名称"), row.required("快递")
    province = row.required("省份")
    span = _read_span(row, "最快(天)", "最慢(天)")
    if province and province not in {*PROVINCES, ELSEWHERE}:
        row.complain("省份", f"不认识的省份“{province}”，其余地方写“{ELSEWHERE}”")
    if name and name not in parts:
        row.complain("名称", f"“{SHOP}”表里没有“{name}”")
    elif name and courier and courier not in (shop[name].lines("快递") or ()):
        row.complain("快递", f"“{SHOP}”表“{name}”的快递里没有“{courier}”")
    if row.problems or span is None:
        return
    known = parts[name].days.setdefault(courier, {})
    if province in known:
        row.complain("省份", f"{courier}到“{province}”写了两次")
    known[province] = span


def _read_span(row: Row, first_title: str, last_title: str) -> DaySpan | None:
    first = row.whole(first_title, most=LONGEST_DAYS)
    last = row.whole(last_title, most=LONGEST_DAYS)
    for title in (first_title, last_title):
        if row.is_blank(title):
            row.complain(title, "最快和最慢都要填")
    if first is None or last is None:
        return None
    return row.make(
        lambda: DaySpan(first=first, last=last),
        {"first": (first_title, "不能大于最慢")},
    )


def _read_fee(row: Row, parts: Mapping[str, _Parts]) -> None:
    name, province = row.required("名称"), row.required("省份")
    fen = row.fen("邮费(元)")
    if fen is None and row.is_blank("邮费(元)"):
        row.complain("邮费(元)", "不能为空")
    if province and province not in PROVINCES:
        row.complain("省份", f"不认识的省份“{province}”，要写浙江、新疆这样的简称")
    if name and name not in parts:
        row.complain("名称", f"“{SHOP}”表里没有“{name}”")
    if row.problems or fen is None:
        return
    if province in parts[name].fen:
        row.complain("省份", f"“{province}”写了两次")
    parts[name].fen[province] = fen


def _joined(words: Iterable[str] | None) -> str | None:
    return None if words is None else "、".join(words) or NOTHING


def _yes(said: bool) -> str:  # noqa: FBT001 - the value that is written
    return "是" if said else "否"
