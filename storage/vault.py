"""How personal data and secrets are made unreadable in the database file."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection

_KEY_BYTES = 32
_NONCE_BYTES = 12  # NIST SP 800-38D, 8.2.1: the length GCM is made for


class Vault:
    """Seals texts with AES-256-GCM; lives as long as the database that uses it.

    One secret gives two keys, so that the look-up hashes tell nothing about the
    encryption key.
    """

    def __init__(self, key: bytes) -> None:
        """Take the installation's secret.

        Raises:
            ValueError: The key is shorter than 32 bytes.
        """
        if len(key) < _KEY_BYTES:
            message = f"the key has {len(key)} bytes, at least {_KEY_BYTES} are needed"
            raise ValueError(message)
        self._cipher = AESGCM(_derive(key, b"xiaoer seal"))
        self._hash_key = _derive(key, b"xiaoer look-up")

    @staticmethod
    def new_key() -> bytes:
        """Return a random key of 32 bytes."""
        return os.urandom(_KEY_BYTES)

    def seal(self, text: str) -> bytes:
        """Return the text encrypted and authenticated; differs at every call."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), None)

    def open(self, sealed: bytes) -> str:
        """Return the text that was sealed.

        Raises:
            cryptography.exceptions.InvalidTag: Sealed with another key, or changed.
        """
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return self._cipher.decrypt(nonce, body, None).decode()

    def fingerprint(self, text: str) -> bytes:
        """Return a keyed hash: equal for equal texts, useless without the key."""
        mac = HMAC(self._hash_key, SHA256())
        mac.update(text.encode())
        return mac.finalize()


def vault_of(conn: Connection) -> Vault:
    """Return the vault of the database that this connection belongs to."""
    vault = conn.get_execution_options()["vault"]
    if not isinstance(vault, Vault):
        raise TypeError("the connection carries no vault")
    return vault


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose).derive(key)
