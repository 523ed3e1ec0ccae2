"""The sheet of promotions: 活动."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from bot.catalogue.promotions import Promotion
from scripts_library.excel.cells import write_lines
from scripts_library.excel.rows import Row
from scripts_library.excel.workbook import CellValue
from scripts_library.excel.writing import write_moment, write_text

PROMOTIONS: Final = "活动"
SHEETS: Final[Mapping[str, Sequence[str]]] = {
    PROMOTIONS: ("编号", "标题", "说法", "开始时间", "结束时间", "商品编号", "类目")
}
_WRONG: Final = {
    "promotion_id": ("编号", "不能为空"),
    "title": ("标题", "不能为空"),
    "phrase": ("说法", "不能为空"),
    "valid_until": ("结束时间", "要晚于开始时间"),
}


def rows_of(
    promotions: Iterable[Promotion], zone: ZoneInfo
) -> Mapping[str, list[Sequence[CellValue]]]:
    """Return the rows of the sheet."""
    return {
        PROMOTIONS: [
            (
                write_text(one.promotion_id),
                write_text(one.title),
                write_text(one.phrase),
                write_moment(one.valid_from, zone),
                write_moment(one.valid_until, zone),
                write_lines(one.items) if one.items else None,
                write_lines(one.categories) if one.categories else None,
            )
            for one in promotions
        ]
    }


def read(rows: Iterable[Row]) -> tuple[Promotion, ...]:
    """Return the promotions; every problem is noted in its row."""
    found: dict[str, Promotion] = {}
    for row in rows:
        name = row.required("编号")
        if name in found:
            row.complain("编号", f"“{name}”写了两次")
        promotion = _read(name, row)
        if promotion is not None:
            found[name] = promotion
    return tuple(found.values())


def _read(name: str, row: Row) -> Promotion | None:
    title, phrase = row.required("标题"), row.required("说法")
    valid_from, valid_until = row.moment("开始时间"), row.moment("结束时间")
    items, categories = row.lines("商品编号"), row.lines("类目")
    return row.make(
        lambda: Promotion(
            promotion_id=name,
            title=title,
            phrase=phrase,
            valid_from=valid_from,
            valid_until=valid_until,
            items=() if items is None else items,
            categories=() if categories is None else categories,
        ),
        _WRONG,
    )
