"""What the server measured itself: its histograms at /metrics, between two moments."""

import urllib.request
from collections.abc import Mapping

from prometheus_client.parser import text_string_to_metric_families

Buckets = Mapping[float, float]


def read_histogram(text: str, name: str) -> dict[float, float]:
    """Return upper bound to cumulative count, summed over every other label.

    Raises:
        LookupError: the server exposes no such histogram.
    """
    buckets: dict[float, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == f"{name}_bucket":
                bound = float(sample.labels["le"])
                buckets[bound] = buckets.get(bound, 0.0) + sample.value
    if not buckets:
        raise LookupError(f"/metrics has no histogram {name}")
    return buckets


def difference(after: Buckets, before: Buckets) -> dict[float, float]:
    """Return what was counted between two readings of one histogram."""
    return {bound: count - before.get(bound, 0.0) for bound, count in after.items()}


def fetch(address: str) -> str:
    """Return the text of ``address``/metrics of a server of this machine."""
    with urllib.request.urlopen(f"{address}/metrics", timeout=10) as answer:  # noqa: S310 - always http://127.0.0.1
        text: str = answer.read().decode("utf-8")
    return text
