"""Where is the key that seals phones, addresses and shop secrets?"""

import base64
import binascii
import os
from collections.abc import Mapping
from pathlib import Path

from bot.errors import SettingsError
from storage.vault import Vault

_VARIABLE = "XIAOER_SECRET_KEY"
_SHORTEST = 32
"""Bytes of a key."""


def open_vault(var: Path, environment: Mapping[str, str] | None = None) -> Vault:
    """Return the vault: its key from the environment, else from ``var``/secret.key.

    The file is made once, readable by its owner only.

    Raises:
        SettingsError: the key is not base64 of at least 32 bytes.
    """
    environment = os.environ if environment is None else environment
    if _VARIABLE in environment:
        return Vault(_decode(environment[_VARIABLE], source=_VARIABLE))
    file = var / "secret.key"
    if not file.exists():
        write_private(file, base64.b64encode(Vault.new_key()) + b"\n")
    return Vault(_decode(file.read_bytes().strip(), source=str(file)))


def write_private(file: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(file)


def _decode(text: str | bytes, *, source: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SettingsError(source, "is not base64") from error
    if len(key) < _SHORTEST:
        raise SettingsError(source, f"must be at least {_SHORTEST} bytes long")
    return key
