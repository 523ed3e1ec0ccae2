"""How what was blanked leaves the files, too: SQLite keeps old pages until it must not."""

import time
from typing import Any

from sqlalchemy import Engine

_PATIENCE_SECONDS = 15.0
_WAIT_SECONDS = 0.2


def scrub(engine: Engine, *, patience_seconds: float = _PATIENCE_SECONDS) -> bool:
    """Write the database file anew without its old pages and empty the log beside it.

    Args:
        engine: Of the database.
        patience_seconds: How long to wait for readers that still need the log.

    Returns:
        False when somebody was reading all the time, so that the log still holds old
        pages; try again. PostgreSQL needs its administrator (docs/personal-data.md).
    """
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        # The copy may be as large as the database: not in memory.
        driver.execute("PRAGMA temp_store = FILE")
        driver.execute("VACUUM")
        driver.execute(f"PRAGMA busy_timeout = {int(_WAIT_SECONDS * 1000)}")
        return _empty_log(driver, patience_seconds)
    finally:
        connection.invalidate()


def _empty_log(driver: Any, patience_seconds: float) -> bool:
    until = time.monotonic() + patience_seconds
    while True:
        is_busy, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not is_busy:
            return True
        if time.monotonic() >= until:
            return False
        time.sleep(_WAIT_SECONDS)
