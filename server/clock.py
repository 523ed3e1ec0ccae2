"""What time is it? The one place that asks the machine."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Returns the aware UTC time."""


def system_clock() -> datetime:
    """Return the machine's time."""
    return datetime.now(UTC)


class MovedClock:
    """A clock that runs with the machine's, moved by a settable distance."""

    def __init__(self, *, by: timedelta = timedelta()) -> None:
        self._by = by

    def __call__(self) -> datetime:
        """Return the machine's time, moved."""
        return datetime.now(UTC) + self._by

    def move(self, by: timedelta) -> None:
        """Move on by ``by``; a negative distance moves back."""
        self._by += by
