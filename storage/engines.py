"""How connections to SQLite and PostgreSQL are set up."""

import sqlite3
from typing import Any, Protocol

import msgspec
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError

from storage.vault import Vault

BUSY_SECONDS = 30
"""How long a writer waits for another process's lock on SQLite."""

_SPARE_CONNECTIONS = 8
"""Writers and commands that run beside the readers."""


class _SqliteConnection(Protocol):
    """What is used of ``sqlite3.Connection``."""

    isolation_level: str | None

    def execute(self, sql: str, /) -> object:
        """Run one statement."""


def make_engine(url: str | URL, *, vault: Vault, connections: int) -> Engine:
    """Return an engine whose connections are durable, checked and in UTC.

    Args:
        url: ``sqlite:///path`` or ``postgresql+psycopg://…``.
        vault: What repositories seal personal data with.
        connections: How many readers there are.
    """
    address = make_url(url)
    is_sqlite = address.get_backend_name() == "sqlite"
    engine = create_engine(
        address if is_sqlite else address.set(drivername="postgresql+psycopg"),
        pool_size=connections + _SPARE_CONNECTIONS,
        # What buyers wrote must not reach a log through an error of the database.
        hide_parameters=True,
        json_serializer=_to_json,
        json_deserializer=msgspec.json.decode,
        connect_args={"timeout": BUSY_SECONDS, "cached_statements": 512}
        if is_sqlite
        else {"options": "-c timezone=UTC", "connect_timeout": 10},
    )
    engine.update_execution_options(vault=vault)
    if is_sqlite:
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _to_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _set_up_sqlite(connection: _SqliteConnection, record: object) -> None:
    # Without this the driver begins transactions by itself, and too late:
    # https://docs.sqlalchemy.org/en/20/dialects/sqlite.html (read 2026-11-23)
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    # What is blanked or deleted is overwritten, not only unlinked.
    connection.execute("PRAGMA secure_delete = ON")


def _begin_sqlite(conn: Connection) -> None:
    """Take the write lock at once unless it is a reader.

    A transaction that reads first and writes later would fail, not wait, when
    another process wrote in between.
    """
    is_reader = conn.get_execution_options().get("is_reader", False)
    driver: Any = conn.connection.driver_connection
    begin = "BEGIN" if is_reader else "BEGIN IMMEDIATE"
    try:
        driver.execute(begin)
    except sqlite3.OperationalError as error:
        raise OperationalError(begin, None, error) from error
