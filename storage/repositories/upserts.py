"""The insert statement that knows ON CONFLICT, for the database at hand."""

from typing import Any

from sqlalchemy import Connection, CursorResult, Table
from sqlalchemy.dialects import postgresql, sqlite

Upsert = sqlite.Insert | postgresql.Insert


def upsert(conn: Connection, table: Table) -> Upsert:
    """Return an insert into the table that can say what to do on a conflict."""
    return upsert_for(conn.dialect.name, table)


def upsert_for(dialect: str, table: Table) -> Upsert:
    """Return the same for a dialect by name, for statements that are kept."""
    if dialect == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def new_id(result: CursorResult[Any]) -> int:
    """Return the id that the database gave the one row just inserted."""
    key = result.inserted_primary_key
    if key is None:
        raise TypeError("the statement inserted no single row")
    return int(key[0])
