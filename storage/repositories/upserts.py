"""The insert statement that knows ON CONFLICT, for the database at hand."""

from sqlalchemy import Connection, FromClause
from sqlalchemy.dialects import postgresql, sqlite

Upsert = sqlite.Insert | postgresql.Insert


def insert(conn: Connection, table: FromClause) -> Upsert:
    """Return an insert into the table that can say what to do on a conflict."""
    return insert_for(conn.dialect.name, table)


def insert_for(dialect: str, table: FromClause) -> Upsert:
    """Return the same for a dialect by name, for statements that are kept."""
    if dialect == "sqlite":
        return sqlite.insert(table)  # type: ignore[arg-type]
    return postgresql.insert(table)  # type: ignore[arg-type]
