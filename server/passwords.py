"""How is a password kept, and which ones are taken? As an argon2id hash."""

import asyncio
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import ParamSpec, Protocol, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.errors import BusyError

SHORTEST = 12
"""Characters (OWASP ASVS 4.0.3, 2.1.1)."""
LONGEST = 128
"""Characters (2.1.2)."""
_OWN_PART = 8
"""Characters that must be left when the names of person and shop are taken out."""
_FEWEST_DIFFERENT = 4
_GIVEN_BYTES = 12
_THREADS = 2
_MOST_INSIDE = 32
"""Tries at once, those that wait included; about half a second of work."""
_RETRY_AFTER = timedelta(seconds=1)

_COMMONEST = """
000000000000 010101010101 0123456789ab 012345678910 111111111111 111222333444
112233445566 121212121212 123123123123 123321123321 123412341234 123456123456
1234567890-= 1234567890qwe 1234567890ab 123456789012 1234567890123 123456789123
123456789abc 1234567891011 123456abcdef 123qweasdzxc 123qwe123qwe 1q2w3e4r5t6y
1q2w3e4r5t6y7u 1qaz2wsx3edc 1qaz2wsx3edc4rfv 147258369147 abc123abc123 abc123456789
abcd12345678 abcdefghijkl abcdefghijklm adminadmin123 administrator a1b2c3d4e5f6
a12345678910 asdfghjkl123 asdfasdfasdf changemechangeme changeme1234 iloveyou1234
letmeinletmein manager12345 password1234 password12345 password123456
passwordpassword qazwsxedcrfv qazwsxedc123 qwe123qwe123 qweasdzxc123 qwer1234qwer
qwerty123456 qwertyqwerty qwertyuiop12 qwertyuiop123 qwertyuiopasdf woaini123456
woaini1314520 woaini5201314 xiaoer123456 xiaoxiao1234 zxcvbnm12345 zxcvbnmasdfg
p@ssw0rd1234 p@ssword1234 taobao123456 kefu12345678 welcome12345
"""
_COMMON = frozenset(_COMMONEST.split())
"""The commonest that are long enough, in lower case."""


Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class Hasher(Protocol):
    """What makes and checks hashes."""

    def hash(self, password: str) -> str:
        """Return the hash to store, which says its own parameters."""

    def verify(self, stored: str, password: str) -> bool:
        """Return whether a password is the one that was hashed."""

    def check_needs_rehash(self, stored: str) -> bool:
        """Return whether a hash was made with other parameters than today's."""


class Argon2:
    """argon2id with OWASP's recommended minimum: two passes over 19 MiB, one lane."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

    def hash(self, password: str) -> str:
        """Return the hash to store; about 25 ms of work."""
        return self._hasher.hash(_composed(password))

    def verify(self, stored: str, password: str) -> bool:
        """Return whether a password is the one that was hashed; as long again."""
        try:
            return self._hasher.verify(stored, _composed(password))
        except (VerificationError, InvalidHashError):
            return False

    def check_needs_rehash(self, stored: str) -> bool:
        """Return whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)


_ARGON2 = Argon2()


def _composed(password: str) -> str:
    """Return a password the same whichever keyboard composed its characters."""
    return unicodedata.normalize("NFC", password)


def hash_password(password: str) -> str:
    """Return the hash to store; about 25 ms of work, so keep it off the event loop."""
    return _ARGON2.hash(password)


def is_password(password: str, *, stored: str) -> bool:
    """Return whether a password is the one that was hashed."""
    return _ARGON2.verify(stored, password)


def new_password() -> str:
    """Return a random password to give to somebody."""
    return secrets.token_urlsafe(_GIVEN_BYTES)


def flaw(password: str, *, names: Iterable[str]) -> str | None:
    """Return why a password is too easily guessed, None when it may be used.

    Nothing is asked of its characters, only that it is long, not one of the commonest,
    and more than a name.

    Args:
        password: What somebody wants to use.
        names: Of the person and the shops they work in.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        return f"needs {SHORTEST} to {LONGEST} characters"
    plain = password.casefold()
    if plain in _COMMON or len(set(plain)) < _FEWEST_DIFFERENT:
        return "is one of the first that are guessed"
    for name in names:
        plain = plain.replace(name.casefold(), "") if name else plain
    return "is little more than a name" if len(plain) < _OWN_PART else None


class PasswordPool:
    """Checks passwords in two threads of its own; lives as long as the process.

    A hash costs memory and time on purpose: the number of those at once is bounded, and
    the event loop never does one.
    """

    def __init__(
        self, *, hasher: Hasher | None = None, most_inside: int = _MOST_INSIDE
    ) -> None:
        self._hasher = _ARGON2 if hasher is None else hasher
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="passwords")
        self._most_inside = most_inside
        self._inside = 0
        self._nobodys = self._threads.submit(self._hasher.hash, secrets.token_urlsafe())

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold one of the places while the block runs; take it before anything else.

        Raises:
            BusyError: all are taken.
        """
        if self._inside >= self._most_inside:
            raise BusyError(_RETRY_AFTER)
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    async def is_right(self, password: str, *, stored: str | None) -> bool:
        """Return whether a password is the stored one.

        ``stored`` None is nobody's: a hash that nothing fits is checked instead, so that
        it takes as long.
        """
        if stored is None:
            await self._run(self._verify_nobodys, password)
            return False
        return await self._run(self._hasher.verify, stored, password)

    async def hash(self, password: str) -> str:
        """Return the hash to store.

        Raises:
            BusyError: all places are taken.
        """
        with self.place():
            return await self._run(self._hasher.hash, password)

    async def renewed(self, password: str, *, stored: str) -> str | None:
        """Return a hash with today's parameters; None: the stored one has them."""
        if not self._hasher.check_needs_rehash(stored):
            return None
        return await self._run(self._hasher.hash, password)

    def close(self) -> None:
        """Wait for the threads to end."""
        self._threads.shutdown()

    def _verify_nobodys(self, password: str) -> None:
        self._hasher.verify(self._nobodys.result(), password)

    async def _run(
        self, work: Callable[Asked, Answer], *args: Asked.args, **kwargs: Asked.kwargs
    ) -> Answer:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(work, *args, **kwargs))
