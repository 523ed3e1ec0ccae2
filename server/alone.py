"""Does another process serve this database already? One at a time on SQLite."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import SettingsError

_SQLITE = "sqlite:///"


@contextmanager
def serving_alone(url: str) -> Iterator[None]:
    """Hold the right to serve a database while the block runs.

    On SQLite a starting server takes up whatever a dead one had claimed, so there must
    be no living one. The lock belongs to the process: a killed one holds nothing. On
    PostgreSQL several processes may serve.

    Raises:
        SettingsError: another process serves this database.
    """
    if not url.startswith(_SQLITE) or sys.platform == "win32":
        yield
        return
    from fcntl import LOCK_EX, LOCK_NB, flock  # noqa: PLC0415 - not on every platform

    file = Path(url.removeprefix(_SQLITE) + ".serving")
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            flock(descriptor, LOCK_EX | LOCK_NB)
        except OSError as error:
            raise SettingsError(
                "database.url", "another process serves this database already"
            ) from error
        yield
    finally:
        os.close(descriptor)
