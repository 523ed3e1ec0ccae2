import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.percentiles import Histogram, cumulative_percentile

TIMES = st.lists(st.floats(min_value=1e-6, max_value=100.0), min_size=1, max_size=200)


class TestHistogram:
    @given(TIMES, st.sampled_from([0.5, 0.9, 0.99, 1.0]))
    def test_percentile_is_at_most_six_percent_above_the_true_one(
        self, times: list[float], share: float
    ) -> None:
        histogram = Histogram()
        for seconds in times:
            histogram.record(seconds)

        true = sorted(times)[math.ceil(share * len(times)) - 1]
        assert true * 0.999 <= histogram.percentile(share) <= true * 1.0601

    def test_nothing_recorded_has_no_percentile(self) -> None:
        with pytest.raises(ValueError, match="nothing"):
            Histogram().percentile(0.5)


class TestCumulativePercentile:
    def test_interpolates_inside_the_bucket(self) -> None:
        buckets = {0.1: 50.0, 0.2: 100.0, math.inf: 100.0}

        assert cumulative_percentile(buckets, 0.75) == pytest.approx(0.15)

    def test_beyond_the_last_bound_is_infinite(self) -> None:
        buckets = {0.1: 98.0, math.inf: 100.0}

        assert cumulative_percentile(buckets, 0.99) == math.inf

    def test_empty_buckets_below_are_passed_over(self) -> None:
        buckets = {0.01: 0.0, 0.02: 0.0, 0.04: 10.0, math.inf: 10.0}

        assert cumulative_percentile(buckets, 0.5) == pytest.approx(0.03)

    def test_nothing_counted_has_no_percentile(self) -> None:
        with pytest.raises(ValueError, match="nothing"):
            cumulative_percentile({0.1: 0.0, math.inf: 0.0}, 0.5)
