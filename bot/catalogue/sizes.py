"""Which size fits somebody, by the chart and by nothing else?"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.catalogue.cards import Range, SizeChart

_NEIGHBOURS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OneSize:
    """The chart gives exactly one."""

    size: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoSizes:
    """Between two that follow each other; taste decides."""

    smaller: str
    larger: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideChart:
    """No size of the chart is for these measures, or they belong to distant ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotEnough:
    """What is known does not decide between the sizes of the chart."""


SizeAnswer = OneSize | TwoSizes | OutsideChart | NotEnough


def size_for(
    chart: SizeChart, *, height_cm: float | None, weight_jin: float | None
) -> SizeAnswer:
    """Return the size for a height and a weight; either may be unknown.

    Both have to fit. Where height and weight belong to neighbouring sizes, or a value
    lies on the border or in the gap between two, it is both of them.
    """
    columns = (
        ([row.height_cm for row in chart.rows], height_cm),
        ([row.weight_jin for row in chart.rows], weight_jin),
    )
    fits = [
        _fitting(ranges, value)
        for ranges, value in columns
        if value is not None and any(ranges)
    ]
    if not fits:
        return NotEnough()
    if not all(fits):
        return OutsideChart()
    common = frozenset.intersection(*fits)
    return _answer(chart, common or _between(fits))


def _fitting(ranges: Sequence[Range | None], value: float) -> frozenset[int]:
    """Return the rows of a value: those it lies in, else the two around its gap."""
    inside = frozenset(
        row for row, one in enumerate(ranges) if one is not None and one.holds(value)
    )
    if inside:
        return inside
    gaps = (
        {row, row + 1}
        for row, (one, after) in enumerate(pairwise(ranges))
        if one is not None and after is not None and one.high < value < after.low
    )
    return frozenset(next(gaps, ()))


def _between(fits: Sequence[frozenset[int]]) -> frozenset[int]:
    """Return the two rows that meet where height and weight belong to different ones."""
    one, other = sorted(fits, key=min)
    return frozenset({max(one), min(other)})


def _answer(chart: SizeChart, rows: frozenset[int]) -> SizeAnswer:
    found = sorted(rows)
    sizes = [chart.rows[row].size for row in found]
    if len(found) == 1:
        return OneSize(size=sizes[0])
    if len(found) > _NEIGHBOURS:
        return NotEnough()
    if found[1] - found[0] > 1:
        return OutsideChart()
    return TwoSizes(smaller=sizes[0], larger=sizes[1])
