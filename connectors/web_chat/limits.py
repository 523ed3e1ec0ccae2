"""How much may one browser, one address, one process ask for?"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from bot.errors import RateLimitedError


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLimits:
    """What the chat window's edge allows; times in seconds."""

    text_limit: int = 5000
    sockets: int = 12_000
    sockets_per_address: int = 200
    """0: no limit, for a server behind a proxy."""
    new_per_address: int = 60
    """New buyers, and pictures, that one address may bring a minute; 0: no limit."""
    hello_seconds: float = 10.0
    send_seconds: float = 10.0
    """A reader that takes nothing for so long is given up."""
    heartbeat_seconds: float = 30.0
    picture_bytes: int = 8 * 1024 * 1024
    picture_pixels: int = 40_000_000
    picture_seconds: float = 60.0
    """How long the bytes of one may take to arrive."""
    decode_seconds: float = 15.0
    """How long one may wait for those before it to be decoded."""


class Doorman:
    """Counts the open sockets, in all and of each address."""

    def __init__(self, limits: ChatLimits) -> None:
        self._limits = limits
        self._open = 0
        self._by_address: Counter[str] = Counter()

    def let_in(self, address: str) -> bool:
        """Count one more socket; False, and nothing is counted, when it is too many."""
        most = self._limits.sockets_per_address
        if self._open >= self._limits.sockets:
            return False
        if most > 0 and self._by_address[address] >= most:
            return False
        self._open += 1
        self._by_address[address] += 1
        return True

    def let_out(self, address: str) -> None:
        """Count one socket less."""
        self._open -= 1
        self._by_address[address] -= 1
        if self._by_address[address] <= 0:
            del self._by_address[address]


class PerMinute:
    """Counts what each address does, a minute at a time."""

    _SECONDS = 60.0

    def __init__(self, most: int) -> None:
        """Allow so many; 0 is no limit."""
        self._most = most
        self._since = 0.0
        self._counts: Counter[str] = Counter()

    def check(self, address: str, *, at: float) -> None:
        """Count one at a time of a clock that never goes back.

        Raises:
            RateLimitedError: it is one too many; says when the next minute begins.
        """
        if at - self._since >= self._SECONDS:
            self._since = at
            self._counts.clear()
        if 0 < self._most <= self._counts[address]:
            left = self._since + self._SECONDS - at
            raise RateLimitedError(timedelta(seconds=left))
        self._counts[address] += 1


class Pace:
    """Whether one socket sends more frames than anybody types."""

    __slots__ = ("_count", "_since")

    _MOST = 200
    _SECONDS = 10.0

    def __init__(self) -> None:
        self._since = 0.0
        self._count = 0

    def allows(self, at: float) -> bool:
        """Count one frame at a time of a clock that never goes back."""
        if at - self._since >= self._SECONDS:
            self._since, self._count = at, 0
        self._count += 1
        return self._count <= self._MOST
