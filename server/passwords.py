"""How is a password kept? As an argon2id hash that says its own parameters."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's recommended argon2id minimum: two passes over 19 MiB, one lane."""


def hash_password(password: str) -> str:
    """Return the hash to store; about 25 ms of work, so keep it off the event loop."""
    return _HASHER.hash(password)


def is_password(password: str, *, stored: str) -> bool:
    """Return whether a password is the one that was hashed."""
    try:
        return _HASHER.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
