"""Which size: one, two neighbours, none; by the chart and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.cards import Range, SizeChart, SizeRow
from bot.catalogue.sizes import (
    NotEnough,
    OneSize,
    OutsideChart,
    SizeAnswer,
    TwoSizes,
    size_for,
)


def row(size: str, height: tuple[float, float], weight: tuple[float, float]) -> SizeRow:
    return SizeRow(
        size=size,
        height_cm=Range(low=height[0], high=height[1]),
        weight_jin=Range(low=weight[0], high=weight[1]),
    )


CHART = SizeChart(
    rows=(
        row("S", (155, 160), (80, 95)),
        row("M", (160, 165), (96, 110)),
        row("L", (165, 170), (110, 125)),
        row("XL", (170, 176), (126, 140)),
    )
)
ORDER = {"S": 0, "M": 1, "L": 2, "XL": 3}


class TestSizeFor:
    @pytest.mark.parametrize(
        ("height", "weight", "said"),
        [
            (163, 100, OneSize(size="M")),
            (165, 105, OneSize(size="M")),
            (165, 110, TwoSizes(smaller="M", larger="L")),
            (163, 120, TwoSizes(smaller="M", larger="L")),
            (157, 95.5, OneSize(size="S")),
            (157, 120, OutsideChart()),
            (190, 100, OutsideChart()),
            (163, 300, OutsideChart()),
            (None, 130, OneSize(size="XL")),
            (158, None, OneSize(size="S")),
            (None, None, NotEnough()),
        ],
    )
    def test_says(
        self, height: float | None, weight: float | None, said: SizeAnswer
    ) -> None:
        assert size_for(CHART, height_cm=height, weight_jin=weight) == said

    def test_a_value_in_a_gap_belongs_to_both_sides(self) -> None:
        assert size_for(CHART, height_cm=None, weight_jin=95.5) == TwoSizes(
            smaller="S", larger="M"
        )

    def test_a_chart_without_these_columns_decides_nothing(self) -> None:
        chart = SizeChart(rows=(SizeRow(size="37码"), SizeRow(size="38码")))

        assert size_for(chart, height_cm=165, weight_jin=110) == NotEnough()

    def test_three_sizes_at_once_decide_nothing(self) -> None:
        wide = SizeChart(
            rows=tuple(row(size, (150, 180), (80, 140)) for size in ("S", "M", "L"))
        )

        assert size_for(wide, height_cm=165, weight_jin=110) == NotEnough()

    @given(st.floats(155, 176), st.floats(80, 140), st.floats(0, 30), st.floats(0, 60))
    def test_who_is_bigger_never_gets_a_smaller_size(
        self, height: float, weight: float, taller: float, heavier: float
    ) -> None:
        one = size_for(CHART, height_cm=height, weight_jin=weight)
        other = size_for(CHART, height_cm=height + taller, weight_jin=weight + heavier)

        if isinstance(one, OneSize) and isinstance(other, OneSize):
            assert ORDER[one.size] <= ORDER[other.size]

    @given(st.floats(0, 250), st.floats(0, 400))
    def test_two_sizes_are_always_neighbours(
        self, height: float, weight: float
    ) -> None:
        found = size_for(CHART, height_cm=height, weight_jin=weight)

        if isinstance(found, TwoSizes):
            assert ORDER[found.larger] - ORDER[found.smaller] == 1

    @given(st.floats(0, 400))
    def test_inside_the_chart_there_is_always_a_size(self, weight: float) -> None:
        found = size_for(CHART, height_cm=None, weight_jin=weight)

        assert isinstance(found, OutsideChart) == (not 80 <= weight <= 140)
