"""How often may one person look for buyers by phone? So that no mask is guessed away."""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from bot.errors import RateLimitedError

MOST: Final = 20
"""Searches by phone of one person in an hour; an agent who types numbers needs fewer."""
_WINDOW = timedelta(hours=1)


class PhoneSearches:
    """Counts searches by person over all shops; in memory, so a restart forgets them."""

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._people: dict[int, deque[datetime]] = {}

    def take(self, person_id: int, *, now: datetime) -> None:
        """Count a search.

        Raises:
            RateLimitedError: it is one too many; says when the next may come.
        """
        times = self._people.setdefault(person_id, deque())
        while times and times[0] <= now - _WINDOW:
            times.popleft()
        if len(times) >= self._most:
            raise RateLimitedError(times[0] + _WINDOW - now)
        times.append(now)
