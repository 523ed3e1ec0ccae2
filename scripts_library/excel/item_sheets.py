"""The sheets of items with their cards: 商品, 尺码."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from bot.catalogue.cards import (
    NoReasonReturn,
    ProductCard,
    Range,
    ReturnReason,
    SizeChart,
    SizeRow,
)
from bot.facts import Item
from scripts_library.excel.cells import write_lines, write_pairs
from scripts_library.excel.rows import Row
from scripts_library.excel.workbook import CellValue
from scripts_library.excel.writing import (
    write_fen,
    write_moment,
    write_number,
    write_text,
)

ITEMS: Final = "商品"
SIZES: Final = "尺码"
SHEETS: Final[Mapping[str, Sequence[str]]] = {
    ITEMS: (
        "商品编号",
        "标题",
        "价格(元)",
        "底价(元)",
        "库存",
        "类目",
        "到货时间",
        "说明短语",
        "有商品卡",
        "卡片生效",
        "卡片失效",
        "属性",
        "适用型号",
        "保养步骤",
        "安装步骤",
        "照片",
        "七天无理由",
        "不支持的原因",
    ),
    SIZES: (
        "商品编号",
        "尺码",
        "身高从(厘米)",
        "身高到(厘米)",
        "体重从(斤)",
        "体重到(斤)",
        "其他尺寸",
    ),
}
_CARD: Final = SHEETS[ITEMS][9:]
_CLASSES: Final = {
    "支持": NoReasonReturn.YES,
    "法定不支持": NoReasonReturn.NO,
    "买家确认后不支持": NoReasonReturn.CONFIRMED_EXCLUDED,
}
_REASONS: Final = {
    "定做": ReturnReason.CUSTOM_MADE,
    "鲜活易腐": ReturnReason.PERISHABLE,
    "数字商品": ReturnReason.DIGITAL,
    "报纸期刊": ReturnReason.PERIODICAL,
    "拆封影响安全健康或品质": ReturnReason.UNSEALED_CHANGES,
    "激活试用后贬值": ReturnReason.USED_LOSES_VALUE,
    "已说明的临期瑕疵": ReturnReason.DECLARED_DEFECT,
}
_CLASS_WORDS: Final = {value: word for word, value in _CLASSES.items()}
_REASON_WORDS: Final = {value: word for word, value in _REASONS.items()}
_WRONG: Final = {
    "valid_until": ("卡片失效", "要晚于卡片生效"),
    "return_reason": ("不支持的原因", "和“七天无理由”这一列对不上"),
}
_DASH: Final = re.compile(r"(?<!e)-")
"""Between two numbers, not in the exponent of one."""
_MOST_PIECES: Final = 1_000_000_000


def rows_of(
    items: Iterable[Item], zone: ZoneInfo
) -> Mapping[str, list[Sequence[CellValue]]]:
    """Return the rows of both sheets."""
    found: dict[str, list[Sequence[CellValue]]] = {ITEMS: [], SIZES: []}
    for item in items:
        found[ITEMS].append(_item_row(item, zone))
        chart = None if item.card is None else item.card.size_chart
        for row in () if chart is None else chart.rows:
            found[SIZES].append(_size_row(item.item_id, row))
    return found


def read(items: Iterable[Row], *, sizes: Iterable[Row]) -> tuple[Item, ...]:
    """Return the items; every problem is noted in its row."""
    rows: dict[str, Row] = {}
    for row in items:
        item_id = row.required("商品编号")
        if item_id in rows:
            row.complain("商品编号", f"“{item_id}”写了两次")
        rows[item_id] = row
    charts: dict[str, dict[str, SizeRow]] = {}
    for row in sizes:
        _read_size(row, charts, known=rows)
    made = (
        _read_item(item_id, row, tuple(charts.get(item_id, {}).values()))
        for item_id, row in rows.items()
    )
    return tuple(item for item in made if item is not None)


def _item_row(item: Item, zone: ZoneInfo) -> Sequence[CellValue]:
    plain = (
        write_text(item.item_id),
        write_text(item.title),
        write_fen(item.list_fen),
        write_fen(item.floor_fen),
        item.stock,
        write_text(item.category),
        write_moment(item.restock_at, zone),
        write_pairs(item.details) if item.details else None,
    )
    card = item.card
    if card is None:
        return plain
    return (
        *plain,
        "是",
        write_moment(card.valid_from, zone),
        write_moment(card.valid_until, zone),
        write_pairs(card.attributes) if card.attributes else None,
        *(
            write_lines(texts) if texts else None
            for texts in (card.compatible, card.care, card.installation, card.photos)
        ),
        None if card.no_reason_return is None else _CLASS_WORDS[card.no_reason_return],
        None if card.return_reason is None else _REASON_WORDS[card.return_reason],
    )


def _size_row(item_id: str, row: SizeRow) -> Sequence[CellValue]:
    height, weight = row.height_cm, row.weight_jin
    return (
        write_text(item_id),
        write_text(row.size),
        None if height is None else write_number(height.low),
        None if height is None else write_number(height.high),
        None if weight is None else write_number(weight.low),
        None if weight is None else write_number(weight.high),
        write_pairs(
            {name: f"{one.low!r}-{one.high!r}" for name, one in row.measures.items()}
        )
        if row.measures
        else None,
    )


def _read_item(item_id: str, row: Row, sizes: tuple[SizeRow, ...]) -> Item | None:
    title = row.required("标题")
    list_fen, floor_fen = row.fen("价格(元)"), row.fen("底价(元)")
    if list_fen is not None and floor_fen is not None and floor_fen > list_fen:
        row.complain("底价(元)", "不能高于价格")
    stock = row.whole("库存", most=_MOST_PIECES)
    category, restock_at = row.text("类目"), row.moment("到货时间")
    details = row.pairs("说明短语")
    card = _read_card(row, sizes)
    return row.make(
        lambda: Item(
            item_id=item_id,
            title=title,
            list_fen=list_fen,
            floor_fen=floor_fen,
            stock=stock,
            category=category,
            restock_at=restock_at,
            details=details,
            card=card,
        ),
        _WRONG,
    )


def _read_card(row: Row, sizes: tuple[SizeRow, ...]) -> ProductCard | None:
    is_said = row.is_yes("有商品卡")
    is_any = bool(sizes) or not row.is_blank(*_CARD)
    if is_said is False and is_any:
        row.complain("有商品卡", "填了否，但后面的列或“尺码”表里有内容")
    if not is_said and not is_any:
        # A no empties the card; silence leaves it as it is.
        return None if is_said is None else ProductCard()
    texts = {
        field: row.lines(title) or ()
        for field, title in (
            ("compatible", "适用型号"),
            ("care", "保养步骤"),
            ("installation", "安装步骤"),
            ("photos", "照片"),
        )
    }
    for photo in texts["photos"]:
        if not photo.startswith(("https://", "http://")):
            row.complain("照片", f"要写 http(s) 地址：{photo}")
    attributes = row.pairs("属性")
    valid_from, valid_until = row.moment("卡片生效"), row.moment("卡片失效")
    kind = row.choice("七天无理由", _CLASSES)
    reason = row.choice("不支持的原因", _REASONS)
    return row.make(
        lambda: ProductCard(
            valid_from=valid_from,
            valid_until=valid_until,
            attributes=attributes,
            size_chart=SizeChart(rows=sizes) if sizes else None,
            no_reason_return=kind,
            return_reason=reason,
            **texts,
        ),
        _WRONG,
    )


def _read_size(
    row: Row, charts: dict[str, dict[str, SizeRow]], *, known: Mapping[str, Row]
) -> None:
    item_id, size = row.required("商品编号"), row.required("尺码")
    if item_id and item_id not in known:
        row.complain("商品编号", f"“{ITEMS}”表里没有“{item_id}”")
    chart = charts.setdefault(item_id, {})
    if size in chart:
        row.complain("尺码", f"“{size}”写了两次")
    height = _read_range(row, "身高从(厘米)", "身高到(厘米)")
    weight = _read_range(row, "体重从(斤)", "体重到(斤)")
    measures = _read_measures(row)
    if not row.problems:
        chart[size] = SizeRow(
            size=size, height_cm=height, weight_jin=weight, measures=measures
        )


def _read_range(row: Row, low_title: str, high_title: str) -> Range | None:
    low, high = row.number(low_title), row.number(high_title)
    if low is None and high is None:
        return None
    if low is None or high is None or low > high:
        row.complain(high_title, "从和到要一起填，从不能大于到")
        return None
    return Range(low=low, high=high)


def _read_measures(row: Row) -> Mapping[str, Range]:
    found = {}
    for name, told in row.pairs("其他尺寸").items():
        try:
            ends = [float(end) for end in _DASH.split(told)]
            found[name] = Range(low=ends[0], high=ends[-1])
        except ValueError:
            row.complain("其他尺寸", f"每行写成“胸围：82-86”，这行不对：{name}：{told}")
    return found
