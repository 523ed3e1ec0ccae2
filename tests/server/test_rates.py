import math
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import RateLimitedError
from server.rates import BuyerRates

BUYER = ("demo", "signed_http", "buyer-1")


def is_taken(rates: BuyerRates, *, at: float, buyer: str = "buyer-1") -> bool:
    try:
        rates.take(("demo", "signed_http", buyer), at=at)
    except RateLimitedError:
        return False
    return True


class TestTake:
    def test_takes_a_burst_and_then_the_rate(self) -> None:
        rates = BuyerRates(per_minute=60, burst=3)

        taken = [is_taken(rates, at=at) for at in (0, 0, 0, 0, 0.5, 1, 1.5, 2)]

        assert taken == [True, True, True, False, False, True, False, True]

    def test_says_how_long_to_wait(self) -> None:
        rates = BuyerRates(per_minute=30, burst=1)
        rates.take(BUYER, at=100)

        with pytest.raises(RateLimitedError) as caught:
            rates.take(BUYER, at=100.5)

        assert caught.value.retry_after == timedelta(seconds=1.5)

    def test_a_refusal_costs_nothing(self) -> None:
        rates = BuyerRates(per_minute=60, burst=1)
        rates.take(BUYER, at=0)

        refused = [is_taken(rates, at=0.5) for _ in range(100)]

        assert not any(refused)
        assert is_taken(rates, at=1)

    def test_one_buyer_does_not_stop_another(self) -> None:
        rates = BuyerRates(per_minute=1, burst=1)
        rates.take(BUYER, at=0)

        assert is_taken(rates, at=0, buyer="buyer-2")
        assert not is_taken(rates, at=0)

    def test_a_rate_of_zero_is_no_limit(self) -> None:
        rates = BuyerRates(per_minute=0, burst=1)

        assert all(is_taken(rates, at=0) for _ in range(1000))

    def test_silence_does_not_save_up_more_than_a_burst(self) -> None:
        rates = BuyerRates(per_minute=60, burst=2)
        rates.take(BUYER, at=0)

        taken = [is_taken(rates, at=1e6) for _ in range(4)]

        assert taken == [True, True, False, False]

    @given(
        per_minute=st.integers(1, 600),
        burst=st.integers(1, 20),
        gaps=st.lists(st.floats(0, 30), max_size=60),
        started=st.floats(0, 1e7),
    )
    def test_never_takes_more_than_the_burst_and_the_rate(
        self, per_minute: int, burst: int, gaps: list[float], started: float
    ) -> None:
        rates = BuyerRates(per_minute=per_minute, burst=burst)
        now, taken = started, 0

        for gap in gaps:
            now += gap
            taken += is_taken(rates, at=now)

        assert taken <= burst + (now - started) * per_minute / 60 + 1e-3

    @given(
        per_minute=st.integers(1, 600),
        burst=st.integers(1, 20),
        at=st.floats(0, 1e7),
        later=st.floats(0, 0.09),
    )
    @example(per_minute=3, burst=1, at=8185.130426598408, later=0.0)
    def test_who_waits_as_told_is_taken(
        self, per_minute: int, burst: int, at: float, later: float
    ) -> None:
        rates = BuyerRates(per_minute=per_minute, burst=burst)
        for _ in range(burst):
            rates.take(BUYER, at=at)

        with pytest.raises(RateLimitedError) as caught:
            rates.take(BUYER, at=at + later)

        header = math.ceil(caught.value.retry_after.total_seconds())
        assert is_taken(rates, at=at + later + header)
