"""How is a chart drawn as inline SVG, without a script or a resource from elsewhere?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

BLUE: Final = "#2563eb"
RED: Final = "#dc2626"
GREY: Final = "#6b7280"
_GRID: Final = "#e5e7eb"
_FRAME: Final = "#9ca3af"
_LEFT: Final = 56
_RIGHT: Final = 16
_TOP: Final = 12
_BOTTOM: Final = 46
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One direction of a plot: shares between two bounds."""

    label: str
    low: float = 0.0
    high: float = 1.0
    steps: int = 5

    def place(self, value: float) -> float:
        """Return where a value lies between the bounds, 0 to 1; what is outside, at the edge."""
        share = (value - self.low) / (self.high - self.low)
        return min(1.0, max(0.0, share))

    def ticks(self) -> list[float]:
        """Return the values that are written at the axis."""
        step = (self.high - self.low) / self.steps
        return [self.low + step * number for number in range(self.steps + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """An area with two axes; draws pieces of SVG and puts them together."""

    x: Axis
    y: Axis
    title: str
    """What the chart shows, also for those who cannot see it."""
    width: int = 340
    height: int = 340

    def at(self, x: float, y: float) -> Point:
        """Return the pixel of a point."""
        return (
            _LEFT + self.x.place(x) * self.width,
            _TOP + (1 - self.y.place(y)) * self.height,
        )

    def line(self, points: Iterable[Point], *, colour: str, dashes: str = "") -> str:
        """Return a line through points."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (self.at(*it) for it in points))
        return (
            f'<polyline points="{path}" fill="none" stroke="{colour}" '
            f'stroke-width="1.8" stroke-linejoin="round"{_dashed(dashes)}/>'
        )

    def dot(self, point: Point, *, colour: str, says: str) -> str:
        """Return a point that says its figures when it is pointed at."""
        x, y = self.at(*point)
        return (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}" stroke="#fff">'
            f"<title>{escape(says)}</title></circle>"
        )

    def whisker(self, x: float, low: float, high: float, *, colour: str) -> str:
        """Return an upright line with ends: between which values the truth may lie."""
        (place, bottom), (_, top) = self.at(x, low), self.at(x, high)
        ends = "".join(
            f"M{place - 4:.1f} {end:.1f}h8" for end in dict.fromkeys((bottom, top))
        )
        return (
            f'<path d="M{place:.1f} {bottom:.1f}V{top:.1f}{ends}" stroke="{colour}" '
            'stroke-opacity=".55" fill="none"/>'
        )

    def note(self, point: Point, text: str, *, colour: str, below: bool) -> str:
        """Return a text left of a point, a little above or below it."""
        x, y = self.at(*point)
        return (
            f'<text x="{x - 9:.1f}" y="{y + (22 if below else -12):.1f}" '
            f'text-anchor="end" fill="{colour}" stroke="#fff" stroke-width="4" '
            f'paint-order="stroke">{escape(text)}</text>'
        )

    def render(self, *pieces: str) -> str:
        """Return the whole chart with its grid, axes and pieces."""
        width = _LEFT + self.width + _RIGHT
        height = _TOP + self.height + _BOTTOM
        return (
            f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'role="img" aria-label="{escape(self.title)}">'
            f"{self._grid()}{''.join(pieces)}{self._labels()}</svg>"
        )

    def _grid(self) -> str:
        lines = [
            *(self._upright(value) for value in self.x.ticks()),
            *(self._level(value) for value in self.y.ticks()),
        ]
        return "".join(lines) + (
            f'<rect x="{_LEFT}" y="{_TOP}" width="{self.width}" height="{self.height}" '
            f'fill="none" stroke="{_FRAME}"/>'
        )

    def _upright(self, value: float) -> str:
        x, bottom = self.at(value, self.y.low)
        return (
            f'<path d="M{x:.1f} {bottom:.1f}V{_TOP}" stroke="{_GRID}"/>'
            f'<text x="{x:.1f}" y="{bottom + 18:.1f}" text-anchor="middle">'
            f"{_tick(value)}</text>"
        )

    def _level(self, value: float) -> str:
        left, y = self.at(self.x.low, value)
        return (
            f'<path d="M{left:.1f} {y:.1f}h{self.width}" stroke="{_GRID}"/>'
            f'<text x="{left - 7:.1f}" y="{y + 4:.1f}" text-anchor="end">'
            f"{_tick(value)}</text>"
        )

    def _labels(self) -> str:
        middle, bottom = _LEFT + self.width / 2, _TOP + self.height
        centre = _TOP + self.height / 2
        return (
            f'<text x="{middle:.1f}" y="{bottom + 38}" text-anchor="middle" '
            f'class="axis">{escape(self.x.label)}</text>'
            f'<text x="14" y="{centre:.1f}" text-anchor="middle" class="axis" '
            f'transform="rotate(-90 14 {centre:.1f})">{escape(self.y.label)}</text>'
        )


def legend(entries: Sequence[tuple[str, str, str]]) -> str:
    """Return what the lines mean: (colour, dashes, text) each."""
    items = "".join(
        f'<li><svg width="26" height="10" aria-hidden="true"><path d="M1 5h24" '
        f'stroke="{colour}" stroke-width="2"{_dashed(dashes)}/></svg>{escape(text)}</li>'
        for colour, dashes, text in entries
    )
    return f'<ul class="legend">{items}</ul>'


def percent(share: float) -> str:
    """Return a share as people read it."""
    return f"{share:.1%}"


def _tick(share: float) -> str:
    """Return a share for an axis, with a digit after the point only if it says something."""
    return percent(share).replace(".0%", "%")


def _dashed(dashes: str) -> str:
    return f' stroke-dasharray="{dashes}"' if dashes else ""
