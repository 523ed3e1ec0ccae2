"""How long did it take: percentiles of what was measured, here or by the server."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

_STEPS = 40
"""Buckets for each factor of ten: neighbours differ by 6 %, so a percentile is
overstated by 6 % at the most."""
_SMALLEST = 1e-6


@dataclass(slots=True)
class Histogram:
    """Times in logarithmic buckets: constant memory however many are recorded."""

    counts: dict[int, int] = field(default_factory=dict)
    total: int = 0
    largest: float = 0.0

    def record(self, seconds: float) -> None:
        """Count one time."""
        bucket = math.ceil(_STEPS * math.log10(max(seconds, _SMALLEST)))
        self.counts[bucket] = self.counts.get(bucket, 0) + 1
        self.total += 1
        self.largest = max(self.largest, seconds)

    def percentile(self, share: float) -> float:
        """Return the upper bound in seconds of the bucket of this share (0 to 1).

        Raises:
            ValueError: nothing was recorded.
        """
        if self.total == 0:
            raise ValueError("nothing was recorded")
        wanted = share * self.total
        seen = 0
        for bucket in sorted(self.counts):
            seen += self.counts[bucket]
            if seen >= wanted:
                return float(min(10 ** (bucket / _STEPS), self.largest))
        return self.largest


def cumulative_percentile(buckets: Mapping[float, float], share: float) -> float:
    """Return a percentile of a Prometheus histogram in seconds.

    Interpolates inside the bucket as Prometheus' ``histogram_quantile`` does; in the
    last, unbounded one the answer is infinity, never a flattering guess.

    Args:
        buckets: Upper bound in seconds (``inf`` for the last) to cumulative count.
        share: Between 0 and 1.

    Raises:
        ValueError: nothing was counted.
    """
    bounds = sorted(buckets)
    if not bounds or buckets[bounds[-1]] <= 0:
        raise ValueError("nothing was counted")
    wanted = share * buckets[bounds[-1]]
    low_bound, low_count = 0.0, 0.0
    for bound in bounds:
        count = buckets[bound]
        if count >= wanted and count > low_count:
            inside = (wanted - low_count) / (count - low_count)
            return low_bound + inside * (bound - low_bound)
        low_bound, low_count = bound, count
    return math.inf
