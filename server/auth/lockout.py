"""How long is a name locked after failures, and how is that the same for every name?"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from bot.errors import RateLimitedError
from server.settings import LoginSettings

_MOST_NAMES = 100_000
"""Names remembered; the one longest unused goes first."""
_MOST_DOUBLINGS = 32
"""2 ** 32 minutes are longer than any longest lock may be."""


def lock_after(settings: LoginSettings, failures: int) -> timedelta | None:
    """Return how long so many failures in a row lock a name; None: they do not."""
    beyond = failures - settings.tries_before_lock
    if settings.tries_before_lock == 0 or beyond < 0:
        return None
    doubled = settings.first_lock_minutes * 2 ** min(beyond, _MOST_DOUBLINGS)
    minutes = min(doubled, settings.longest_lock_minutes)
    return timedelta(minutes=minutes) if minutes > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    failures: int
    locked_until: datetime | None


class NameLocks:
    """Counts failures by name, whether anybody has it or not; in memory.

    Only these locks are ever told of (429). They know nothing of the database, so what
    they tell says nothing about who exists. The locks in the database are as long, hold
    in every process and over a restart, and look like a wrong password.
    """

    def __init__(
        self, settings: LoginSettings, *, most_names: int = _MOST_NAMES
    ) -> None:
        self._settings = settings
        self._most_names = most_names
        self._names: OrderedDict[bytes, _Counted] = OrderedDict()

    def take(self, user: str, *, now: datetime) -> datetime | None:
        """Count a failure until it turns out right; return the lock that it brings.

        Raises:
            RateLimitedError: the name is locked; says for how long.
        """
        key = _key(user)
        former = self._names.pop(key, _Counted(failures=0, locked_until=None))
        if former.locked_until is not None and former.locked_until > now:
            self._names[key] = former
            raise RateLimitedError(former.locked_until - now)
        failures = former.failures + 1
        length = lock_after(self._settings, failures)
        locked_until = None if length is None else now + length
        self._names[key] = _Counted(failures=failures, locked_until=locked_until)
        if len(self._names) > self._most_names:
            self._names.popitem(last=False)
        return locked_until

    def release(self, user: str, *, lock: datetime | None) -> None:
        """Take back the count, and the lock, of a try that was no failure."""
        former = self._names.get(_key(user))
        if former is None:
            return
        is_ours = former.locked_until == lock
        self._names[_key(user)] = _Counted(
            failures=max(former.failures - 1, 0),
            locked_until=None if is_ours else former.locked_until,
        )

    def forget(self, user: str) -> None:
        """Begin to count anew."""
        self._names.pop(_key(user), None)


def _key(user: str) -> bytes:
    return blake2b(user.encode("utf-8", "surrogatepass"), digest_size=16).digest()
