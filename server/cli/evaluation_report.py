"""How does an evaluation look on a page? One HTML file, charts as inline SVG."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from bot.scripts import Risk
from server.cli.charts import percent
from server.cli.evaluation_charts import (
    SHOWN,
    Names,
    bands_today,
    confusion_matrix,
    coverage_chart,
    reliability_diagram,
)
from server.cli.measures import Bin, Judged, coverage_curve, reliability

_CONFUSIONS: Final = 30
_HEAD: Final = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>意图识别评测</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<style>
body{font:14px/1.6 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1f2937;fill:#374151;background:#fff}
h1{font-size:1.6rem;margin:0 0 1rem}h2{font-size:1.2rem;margin:2.5rem 0 .3rem;border-bottom:1px solid #e5e7eb}
p{margin:.4rem 0;max-width:50rem;color:#4b5563}code{font-size:.85em;color:#6b7280}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(12rem,1fr));gap:.6rem;margin:0}
dl div{border:1px solid #e5e7eb;border-radius:.4rem;padding:.4rem .7rem}dt{color:#4b5563}dd{margin:0;font-size:1.35rem;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;margin:.6rem 0}th,td{border:1px solid #e5e7eb;padding:.1rem .6rem;text-align:left;white-space:nowrap}
th{background:#f3f4f6}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
svg text{font-size:12px}svg .axis{font-size:13px}.matrix text{font-size:11px}
.charts{display:flex;flex-wrap:wrap;gap:1rem}.charts svg{max-width:100%;height:auto}.wide{overflow-x:auto}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;margin:.3rem 0;padding:0}.legend svg{margin-right:.4rem}
.columns{display:flex;flex-wrap:wrap;gap:0 2rem;align-items:flex-start}.columns>div{max-width:100%}
</style></head><body><h1>意图识别评测</h1>
"""
_ABOUT_RELIABILITY: Final = (
    "<h2>可靠性</h2><p>按置信度排序后分成条数相同的十组。点在虚线上：说有九成把握时，确实"
    "答对九成；在虚线下方是过于自信，在上方是过于谨慎。右图放大高置信度的一角。</p>"
)
_ABOUT_COVERAGE: Final = (
    "<h2>覆盖率与准确率</h2><p>把自动回复的门槛从高往低放：门槛越低，自己作答的消息越多（向右），"
    "其中答对的占比越低（向下）。纵轴不从零开始。</p>"
)
_ABOUT_MATRIX: Final = (
    "<h2>混淆矩阵</h2><p>行是实际意图，列是判断结果，格内是条数；蓝色为判对，红色为判错，"
    f"颜色越深占该行的比例越大。只列有判错的意图；超过 {SHOWN} 个时，列判错最多的。</p>"
)
_SHARES: Final = {
    "top1": "首选正确",
    "top3": "前三命中",
    "macro_f1": "宏平均 F1",
    "auto_coverage": "自动回复覆盖",
    "auto_precision": "自动回复准确",
    "false_auto_rate": "误自动回复",
    "ece": "校准误差",
    "off_topic_recall": "业务外召回",
    "off_topic_false_rate": "误判为业务外",
    "multi_both_found": "双意图都找到",
    "precision": "准确率",
    "recall": "召回率",
    "f1": "F1",
}
"""Figures that are shares, by key."""
_OTHERS: Final = {
    "n": ("消息条数", ""),
    "p50_ms": ("每条耗时，中位数", " 毫秒"),
    "p99_ms": ("每条耗时，99 分位", " 毫秒"),
    "rss_mb": ("内存", " MiB"),
    "load_s": ("加载", " 秒"),
}
"""Figures that are not: name and unit, by key."""


def render_report(
    figures: Mapping[str, Any],
    *,
    judged: Sequence[Judged],
    names: Names,
    risks: Mapping[str, Risk] | None,
) -> str:
    """Return the page: figures, charts, confusions, tags, intents.

    Args:
        figures: What ``measure`` returned, and what the command added.
        judged: The rows they are about.
        names: Chinese names of intents, in the pack's order; others show their ids.
        risks: Of each intent; None when the labels are not a pack's.
    """
    bins = reliability(judged)
    automatic = [
        one
        for one in judged
        if risks is not None and risks.get(one.row.intent) is Risk.AUTO
    ]
    parts = [
        _HEAD,
        _tiles(figures),
        _ABOUT_RELIABILITY,
        reliability_diagram(bins),
        _bins_table(bins),
        _ABOUT_COVERAGE,
        coverage_chart(
            coverage_curve(judged),
            automatic=coverage_curve(automatic),
            today=bands_today(figures),
        ),
        _ABOUT_MATRIX,
        confusion_matrix(judged, names=names),
        f"<h2>最常见的混淆</h2><p>次数最多的前 {_CONFUSIONS} 对。</p>",
        _confusions(figures["confusions"][:_CONFUSIONS], names=names),
        '<div class="columns"><div><h2>按标签</h2>',
        _grouped("标签", figures["per_tag"], names={}),
        "</div><div><h2>按意图</h2><p>F1 最低的在前。</p>",
        _grouped("意图", _worst_first(figures["per_intent"]), names=names),
        "</div></div></body></html>\n",
    ]
    return "".join(parts)


def _tiles(figures: Mapping[str, Any]) -> str:
    """Return the single figures, each with its name and its key in the JSON."""
    tiles = [
        f"<div><dt>{_title(key)} <code>{escape(key)}</code></dt>"
        f"<dd>{_figure(key, value)}</dd></div>"
        for key, value in figures.items()
        if not isinstance(value, dict | list)
    ]
    return f"<dl>{''.join(tiles)}</dl>"


def _title(key: str) -> str:
    """Return the Chinese name of a figure, or its key."""
    name = _OTHERS[key][0] if key in _OTHERS else _SHARES.get(key, key)
    return escape(name)


def _figure(key: str, value: float | None) -> str:
    """Return a figure with its unit; shares as percent."""
    if value is None:
        return "–"
    if key in _SHARES:
        return percent(value)
    return f"{value:,}{_OTHERS.get(key, ('', ''))[1]}"


def _bins_table(bins: Sequence[Bin]) -> str:
    """Return the bins of the reliability diagram as figures."""
    rows = [
        (
            number,
            one.n,
            percent(one.confidence),
            percent(one.accuracy),
            f"{(one.accuracy - one.confidence) * 100:+.1f}",
        )
        for number, one in enumerate(bins, start=1)
    ]
    titles = ("组", "条数", "平均置信度", "实际正确率", "相差（百分点）")
    return _table(titles, rows, numbers_from=0)


def _confusions(pairs: Sequence[Mapping[str, Any]], *, names: Names) -> str:
    """Return which intent was taken for which, as a table."""
    if not pairs:
        return "<p>无</p>"
    rows = [
        (_named(one["intent"], names), _named(one["guessed"], names), one["n"])
        for one in pairs
    ]
    return _table(("实际", "判为", "次数"), rows, numbers_from=2)


def _named(label: str, names: Names) -> str:
    """Return an intent's Chinese name with its id."""
    return f"{names[label]} {label}" if label in names else label


def _worst_first(
    groups: Mapping[str, Mapping[str, Any]],
) -> dict[str, Mapping[str, Any]]:
    """Return the intents, those with the lowest F1 first."""
    return dict(sorted(groups.items(), key=lambda group: group[1]["f1"] or 0.0))


def _grouped(
    name: str, groups: Mapping[str, Mapping[str, Any]], *, names: Names
) -> str:
    """Return one row a group; the columns are those of the first."""
    if not groups:
        return "<p>无</p>"
    columns = tuple(next(iter(groups.values())))
    rows = [
        (
            _named(group, names),
            *(_figure(column, figures[column]) for column in columns),
        )
        for group, figures in groups.items()
    ]
    titles = ("条数" if column == "n" else _title(column) for column in columns)
    return _table((name, *titles), rows, numbers_from=1)


def _table(
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    numbers_from: int,
) -> str:
    """Return an HTML table; the columns of figures stand to the right."""
    lines = [_line(header, tag="th", numbers_from=numbers_from)]
    lines += [_line(row, tag="td", numbers_from=numbers_from) for row in rows]
    return f'<div class="wide"><table>{"".join(lines)}</table></div>'


def _line(cells: Sequence[object], *, tag: str, numbers_from: int) -> str:
    """Return one line of a table."""
    pieces = []
    for place, cell in enumerate(cells):
        kind = ' class="n"' if place >= numbers_from else ""
        pieces.append(f"<{tag}{kind}>{escape(str(cell))}</{tag}>")
    return f"<tr>{''.join(pieces)}</tr>"
