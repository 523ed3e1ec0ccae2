"""How what was blanked leaves the files, too: SQLite keeps old pages until it must not."""

import time
from typing import Any

from sqlalchemy import Engine

_TRIES = 50
_PAUSE_SECONDS = 0.1


def scrub(engine: Engine) -> bool:
    """Write the database file anew without its old pages and empty the log beside it.

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
        return _empty_log(driver)
    finally:
        connection.invalidate()


def _empty_log(driver: Any) -> bool:
    for _ in range(_TRIES):
        is_busy, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not is_busy:
            return True
        time.sleep(_PAUSE_SECONDS)
    return False
