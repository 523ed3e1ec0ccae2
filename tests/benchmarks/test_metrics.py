import math

import pytest
from prometheus_client import CollectorRegistry, Histogram, generate_latest

from benchmarks.metrics import difference, read_histogram


def exposed(registry: CollectorRegistry) -> str:
    return generate_latest(registry).decode()


class TestReadHistogram:
    def test_adds_up_other_labels(self) -> None:
        registry = CollectorRegistry()
        histogram = Histogram(
            "wait_seconds", "A wait.", ["shop"], buckets=(0.1, 1.0), registry=registry
        )
        histogram.labels("a").observe(0.05)
        histogram.labels("b").observe(0.5)

        buckets = read_histogram(exposed(registry), "wait_seconds")

        assert buckets == {0.1: 1.0, 1.0: 2.0, math.inf: 2.0}

    def test_a_missing_histogram_is_named(self) -> None:
        with pytest.raises(LookupError, match="wait_seconds"):
            read_histogram("", "wait_seconds")


class TestDifference:
    def test_counts_only_what_came_between(self) -> None:
        before = {0.1: 3.0, math.inf: 4.0}
        after = {0.1: 5.0, math.inf: 9.0}

        assert difference(after, before) == {0.1: 2.0, math.inf: 5.0}
