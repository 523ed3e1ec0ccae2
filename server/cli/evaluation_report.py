"""How does an evaluation look on a page? One HTML file, charts as inline SVG."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from server.cli.measures import Bin, Judged, reliability

_SIDE: Final = 320
"""Pixels of the reliability diagram's plot."""
_PAD: Final = 36
_CONFUSIONS: Final = 60
_HEAD: Final = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>意图识别评测</title>
<style>
body{font:14px/1.6 system-ui,"Noto Sans CJK SC",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1f2937}
table{border-collapse:collapse;margin:1rem 0}th,td{border:1px solid #e5e7eb;padding:.2rem .6rem;text-align:left}
th{background:#f3f4f6}td.n{text-align:right;font-variant-numeric:tabular-nums}
</style></head><body><h1>意图识别评测</h1>
"""


def render_report(figures: Mapping[str, Any], *, judged: Sequence[Judged]) -> str:
    """Return the page: figures, reliability diagram, confusions, tags, intents."""
    single = [
        (name, value)
        for name, value in figures.items()
        if not isinstance(value, dict | list)
    ]
    confusions = [
        (one["intent"], one["guessed"], one["n"])
        for one in figures["confusions"][:_CONFUSIONS]
    ]
    parts = [
        _HEAD,
        _table(("指标", "值"), single),
        "<h2>可靠性</h2><p>每个点是十分之一的消息：横轴为平均置信度，纵轴为实际正确率。</p>",
        _diagram(reliability(judged)),
        "<h2>混淆</h2>",
        _table(("实际", "判为", "次数"), confusions),
        "<h2>按标签</h2>",
        _grouped("标签", figures["per_tag"]),
        "<h2>按意图</h2>",
        _grouped("意图", figures["per_intent"]),
        "</body></html>\n",
    ]
    return "".join(parts)


def _grouped(name: str, groups: Mapping[str, Mapping[str, Any]]) -> str:
    """Return one row a group; the columns are those of the first."""
    if not groups:
        return "<p>无</p>"
    columns = tuple(next(iter(groups.values())))
    rows = [
        (group, *(figures[column] for column in columns))
        for group, figures in groups.items()
    ]
    return _table((name, *columns), rows)


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return an HTML table."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = "".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _cell(value: object) -> str:
    """Return one cell; numbers stand to the right."""
    if isinstance(value, int | float):
        return f'<td class="n">{value}</td>'
    return f"<td>{'–' if value is None else escape(str(value))}</td>"


def _diagram(bins: Sequence[Bin]) -> str:
    """Return confidence against accuracy, with the diagonal of perfect calibration."""
    size = _SIDE + 2 * _PAD
    low, high = _PAD, _PAD + _SIDE
    points = [
        (low + one.confidence * _SIDE, high - one.accuracy * _SIDE) for one in bins
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#2563eb">'
        f"<title>置信度 {one.confidence:.2f}，正确率 {one.accuracy:.2f}，{one.n} 条</title></circle>"
        for (x, y), one in zip(points, bins, strict=True)
    )
    return (
        f'<svg width="{size}" height="{size}" role="img" aria-label="可靠性图">'
        f'<rect x="{low}" y="{low}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#9ca3af"/>'
        f'<line x1="{low}" y1="{high}" x2="{high}" y2="{low}" stroke="#d1d5db"/>'
        f'<polyline points="{line}" fill="none" stroke="#2563eb"/>{dots}'
        f'<text x="{low}" y="{high + 20}">0</text><text x="{high - 8}" y="{high + 20}">1</text>'
        f'<text x="{low - 16}" y="{low + 10}">1</text></svg>'
    )
