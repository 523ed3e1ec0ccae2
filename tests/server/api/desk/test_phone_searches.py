"""Nobody looks for so many phones that a mask is guessed away."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import RateLimitedError
from server.api.desk.phone_searches import PhoneSearches

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class TestTake:
    def test_says_when_the_next_may_come(self) -> None:
        searches = PhoneSearches(most=2)
        searches.take(1, now=NOW)
        searches.take(1, now=NOW + timedelta(minutes=10))

        with pytest.raises(RateLimitedError) as refused:
            searches.take(1, now=NOW + timedelta(minutes=15))

        assert refused.value.retry_after == timedelta(minutes=45)

    def test_counts_each_person_and_the_last_hour_only(self) -> None:
        searches = PhoneSearches(most=1)
        searches.take(1, now=NOW)

        searches.take(2, now=NOW)
        searches.take(1, now=NOW + timedelta(hours=1))

        with pytest.raises(RateLimitedError):
            searches.take(1, now=NOW + timedelta(hours=1))
