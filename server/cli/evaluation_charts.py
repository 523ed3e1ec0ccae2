"""Which pictures tell how right a matcher is, and how well it knows that?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from server.cli.charts import BLUE, GREY, RED, Axis, Plot, legend, percent
from server.cli.measures import Bin, Coverage, Judged

CELL: Final = 19
"""Pixels of a cell of the confusion matrix."""
SHOWN: Final = 45
"""Intents in the matrix; the others are put together."""
REST: Final = "其余意图"
_NAME_WIDTH: Final = 116
_ZOOM: Final = 0.8
"""From where the second reliability diagram shows the crowded corner."""
_FLOORS: Final = (0.9, 0.8, 0.6, 0.4, 0.2, 0.0)
Names = Mapping[str, str]


def reliability_diagram(bins: Sequence[Bin]) -> str:
    """Return mean confidence against accuracy of each bin, whole and enlarged."""
    corner = [one for one in bins if one.confidence >= _ZOOM]
    charts = _reliability_plot(bins, low=0.0)
    if corner:
        charts += _reliability_plot(corner, low=_ZOOM)
    key = legend(
        (
            (GREY, "5 4", "理想：置信度等于正确率"),
            (BLUE, "", "十组消息，每组条数相同；竖线为 95% 置信区间"),
        )
    )
    return f'<div class="charts">{charts}</div>{key}'


def _reliability_plot(bins: Sequence[Bin], *, low: float) -> str:
    """Return the part of the diagram in which both shares are at least ``low``."""
    steps = 5 if low == 0 else 4
    plot = Plot(
        x=Axis(label="平均置信度", low=low, steps=steps),
        y=Axis(label="实际正确率", low=low, steps=steps),
        title="可靠性图" if low == 0 else f"可靠性图（放大 {percent(low)} 以上）",
    )
    points = [(one.confidence, one.accuracy) for one in bins]
    pieces = [plot.line([(low, low), (1.0, 1.0)], colour=GREY, dashes="5 4")]
    for one in bins:
        bottom, top = one.interval()
        pieces.append(plot.whisker(one.confidence, bottom, top, colour=BLUE))
    pieces.append(plot.line(points, colour=BLUE))
    pieces += [
        plot.dot(
            point,
            colour=BLUE,
            says=f"{one.n} 条：置信度 {percent(one.confidence)}，正确率 {percent(one.accuracy)}",
        )
        for point, one in zip(points, bins, strict=True)
    ]
    return plot.render(*pieces)


def coverage_chart(
    everything: Sequence[Coverage],
    *,
    automatic: Sequence[Coverage],
    today: tuple[float, float] | None,
) -> str:
    """Return which precision would be paid for which coverage.

    Args:
        everything: Of all rows.
        automatic: Of the rows whose intent may be answered without a person; none when
            the labels are not a pack's.
        today: Coverage and precision of the bands as they are set.
    """
    lowest = min(
        [one.precision for one in (*everything, *automatic)]
        + ([today[1]] if today else [])
    )
    floor = next(bound for bound in _FLOORS if bound <= lowest)
    plot = Plot(
        x=Axis(label="覆盖率：自己作答的消息占比"),
        y=Axis(label="准确率：其中答对的占比", low=floor),
        title="覆盖率与准确率",
        width=620,
    )
    colour, dashes = (GREY, "5 4") if automatic else (BLUE, "")
    pieces = [plot.line(_corners(everything), colour=colour, dashes=dashes)]
    key = [(colour, dashes, "全部消息")]
    if automatic:
        pieces.append(plot.line(_corners(automatic), colour=BLUE))
        key.append((BLUE, "", "意图允许自动回复的消息"))
    if today is not None:
        says = f"现行门槛：覆盖 {percent(today[0])}，准确 {percent(today[1])}"
        pieces += [
            plot.dot(today, colour=RED, says=says),
            plot.note(today, says, colour=RED, below=True),
        ]
    return f'<div class="charts">{plot.render(*pieces)}</div>{legend(key)}'


def _corners(points: Sequence[Coverage]) -> list[tuple[float, float]]:
    return [(one.coverage, one.precision) for one in points]


def confusion_matrix(judged: Sequence[Judged], *, names: Names) -> str:
    """Return which intent was taken for which; rows are what was meant.

    Shown are the intents with an error, in the order of ``names``; when they are too many,
    those with the most errors, and the others together as one.
    """
    wrong = [(one.row.intent, one.ranked[0]) for one in judged if not one.is_right]
    if not wrong:
        return "<p>没有一条判错。</p>"
    labels = _chosen(wrong, names=names)
    known = frozenset(labels)
    cells = Counter(
        (
            one.row.intent if one.row.intent in known else REST,
            one.ranked[0] if one.ranked[0] in known else REST,
        )
        for one in judged
    )
    if any(REST in pair for pair in cells):
        labels.append(REST)
    # On the diagonal stands what is right, and nothing else.
    hidden = sum(known.isdisjoint(pair) for pair in wrong)
    cells[REST, REST] -= hidden
    note = f"<p>另有 {hidden} 条判错在“{REST}”之间，没有画出。</p>" if hidden else ""
    return note + _matrix(labels, cells=cells, names=names)


def _chosen(wrong: Sequence[tuple[str, str]], *, names: Names) -> list[str]:
    """Return the labels that get a row, neighbours in the pack side by side."""
    errors = Counter(label for pair in wrong for label in pair)
    order = {label: place for place, label in enumerate(names)}
    most = sorted(errors, key=lambda label: (-errors[label], label))[:SHOWN]
    return sorted(most, key=lambda label: (order.get(label, len(order)), label))


def _matrix(
    labels: Sequence[str], *, cells: Mapping[tuple[str, str], int], names: Names
) -> str:
    """Return the matrix as SVG."""
    size = len(labels) * CELL
    side = size + _NAME_WIDTH + 2
    totals = {
        meant: sum(cells.get((meant, guessed), 0) for guessed in labels)
        for meant in labels
    }
    pieces = [_names(labels, names=names), _rules(len(labels))]
    for row, meant in enumerate(labels):
        for column, guessed in enumerate(labels):
            count = cells.get((meant, guessed), 0)
            if count:
                says = (
                    f"{_name(meant, names)} 判为 {_name(guessed, names)}："
                    f"{count} 条，占 {percent(count / totals[meant])}"
                )
                pieces.append(
                    _cell(
                        row,
                        column,
                        count=count,
                        share=count / totals[meant],
                        says=says,
                    )
                )
    return (
        f'<div class="wide"><svg viewBox="0 0 {side} {side}" width="{side}" '
        f'height="{side}" role="img" aria-label="混淆矩阵" class="matrix">'
        f"{''.join(pieces)}</svg></div>"
    )


def _cell(row: int, column: int, *, count: int, share: float, says: str) -> str:
    """Return one cell: blue on the diagonal, red beside it, darker for a larger share."""
    colour = BLUE if row == column else RED
    # An error of one in fifty must still be seen; what is right may stay pale.
    strength = 0.12 + 0.4 * share if row == column else 0.25 + 0.75 * share
    x, y = _NAME_WIDTH + column * CELL, _NAME_WIDTH + row * CELL
    ink = "#fff" if row != column and strength > 0.6 else "#111827"  # noqa: PLR2004 - where black is hard to read
    return (
        f"<g><title>{escape(says)}</title>"
        f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill="{colour}" '
        f'fill-opacity="{strength:.2f}"/>'
        f'<text x="{x + CELL / 2}" y="{y + CELL / 2 + 4}" text-anchor="middle" '
        f'fill="{ink}">{count}</text></g>'
    )


def _names(labels: Sequence[str], *, names: Names) -> str:
    """Return the names left of the rows and, upright, above the columns."""
    pieces = []
    for place, label in enumerate(labels):
        middle = _NAME_WIDTH + place * CELL + CELL / 2
        name, tip = escape(_short(label, names)), escape(label)
        pieces.append(
            f'<text x="{_NAME_WIDTH - 6}" y="{middle + 4}" text-anchor="end">'
            f"<title>{tip}</title>{name}</text>"
            f'<text x="{middle + 4}" y="{_NAME_WIDTH - 6}" '
            f'transform="rotate(-90 {middle + 4} {_NAME_WIDTH - 6})">'
            f"<title>{tip}</title>{name}</text>"
        )
    return "".join(pieces)


def _rules(count: int) -> str:
    """Return the grid."""
    end = _NAME_WIDTH + count * CELL
    lines = "".join(
        f"M{_NAME_WIDTH + place * CELL} {_NAME_WIDTH}V{end}"
        f"M{_NAME_WIDTH} {_NAME_WIDTH + place * CELL}H{end}"
        for place in range(count + 1)
    )
    return f'<path d="{lines}" stroke="#e5e7eb" fill="none"/>'


def _name(label: str, names: Names) -> str:
    return names.get(label, label)


def _short(label: str, names: Names) -> str:
    """Return a name that fits beside the matrix."""
    name = _name(label, names)
    longest = 9 if any(ord(character) > 0x2E80 for character in name) else 17  # noqa: PLR2004 - first of the wide characters
    return name if len(name) <= longest else name[: longest - 1] + "…"


def bands_today(figures: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return coverage and precision of the bands as they are set, if there are any."""
    coverage, precision = figures["auto_coverage"], figures["auto_precision"]
    return None if coverage is None or precision is None else (coverage, precision)
