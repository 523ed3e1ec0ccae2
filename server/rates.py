"""Does one buyer write too fast? A token bucket for each buyer."""

from collections import OrderedDict
from datetime import timedelta

from bot.errors import RateLimitedError

_MOST_BUYERS = 200_000
"""Buckets kept; the longest unused one goes first (it is full again by then)."""

_ROUNDING = 1e-6
"""Messages; whoever waits exactly as long as told must not fail by a float's last bit."""


class BuyerRates:
    """Token buckets by buyer; in memory, as nothing refused was acknowledged."""

    def __init__(self, *, per_minute: int, burst: int) -> None:
        """Keep the limits; ``per_minute`` 0 switches them off."""
        self._per_second = per_minute / 60
        self._burst = burst
        self._buckets: OrderedDict[tuple[str, str, str], tuple[float, float]] = (
            OrderedDict()
        )

    def take(self, buyer: tuple[str, str, str], *, at: float) -> None:
        """Take one message of a buyer at a monotonic time in seconds.

        Raises:
            RateLimitedError: the bucket is empty; says when it is not.
        """
        if self._per_second == 0:
            return
        tokens, last = self._buckets.pop(buyer, (float(self._burst), at))
        tokens = min(self._burst, tokens + (at - last) * self._per_second)
        if tokens < 1 - _ROUNDING:
            self._buckets[buyer] = (tokens, at)
            raise RateLimitedError(timedelta(seconds=(1 - tokens) / self._per_second))
        self._buckets[buyer] = (max(tokens - 1, 0.0), at)
        if len(self._buckets) > _MOST_BUYERS:
            self._buckets.popitem(last=False)
