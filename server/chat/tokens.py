"""Who is an anonymous buyer? A secret in their browser, of which we keep a hash.

A token is signed with the shop's secret, so that one which was given but not used yet
is known again without a row for it.
"""

import hashlib
import hmac
import secrets

from connectors.web_chat.identity import ANONYMOUS

_BYTES = 24
_SIGNATURE = 32
"""Hexadecimal digits."""


def new_token(secret: bytes) -> str:
    """Return a token that nobody can guess, of the shop with this secret."""
    chance = secrets.token_urlsafe(_BYTES)
    return f"{chance}.{_signature(secret, chance)}"


def is_ours(token: str, *, secret: bytes) -> bool:
    """Return whether we made this token for the shop with this secret."""
    chance, dot, signature = token.partition(".")
    expected = _signature(secret, chance)
    return bool(dot) and hmac.compare_digest(
        expected.encode(), signature.encode("utf-8", "replace")
    )


def token_hash(token: str) -> bytes:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def anonymous_ref(token: str) -> str:
    """Return the name of the buyer with this token; it does not tell the token."""
    digest = hashlib.sha256(b"buyer of " + token.encode("utf-8", "replace"))
    return ANONYMOUS + digest.hexdigest()[:32]


def message_ref(token: str, client_id: str) -> str:
    """Return the id of a browser's message: the same when it is sent again."""
    return f"{token_hash(token).hex()[:32]}:{client_id}"


def client_id_of(reference: str | None) -> str | None:
    """Return the browser's own id of a message, None when no browser sent it."""
    if reference is None:
        return None
    _, colon, client_id = reference.partition(":")
    return client_id if colon else None


def _signature(secret: bytes, chance: str) -> str:
    payload = b"chat token " + chance.encode("utf-8", "replace")
    return hmac.new(secret, payload, hashlib.sha256).hexdigest()[:_SIGNATURE]
