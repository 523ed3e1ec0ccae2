"""How running processes learn that something they keep in memory has changed."""

from sqlalchemy import Connection, select

from storage.hot import HotStatement
from storage.repositories.upserts import upsert
from storage.tables import ChangeRow, table_of

_ONLY_ROW = 1
_COUNT = HotStatement(select(table_of(ChangeRow).c.counter))


def record_change(conn: Connection) -> None:
    """Count one change; every process that polls the counter drops its caches."""
    table = table_of(ChangeRow)
    statement = upsert(conn, table).values(id=_ONLY_ROW, counter=1)
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[table.c.id], set_={"counter": table.c.counter + 1}
        )
    )


def write_nothing_new(conn: Connection) -> None:
    """Write the counter as it stands: shows that the database can be written to."""
    table = table_of(ChangeRow)
    statement = upsert(conn, table).values(id=_ONLY_ROW, counter=0)
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[table.c.id], set_={"counter": table.c.counter}
        )
    )


def changes_so_far(conn: Connection) -> int:
    """Return the counter inside a unit; 0 when nothing was ever counted."""
    row = _COUNT.first(conn, {})
    return 0 if row is None else row.counter
