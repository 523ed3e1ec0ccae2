"""How running processes learn that something they keep in memory has changed."""

from sqlalchemy import Connection

from storage.repositories.upserts import upsert
from storage.tables import ChangeRow, table_of

_ONLY_ROW = 1


def record_change(conn: Connection) -> None:
    """Count one change; every process that polls the counter drops its caches."""
    table = table_of(ChangeRow)
    statement = upsert(conn, table).values(id=_ONLY_ROW, counter=1)
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[table.c.id], set_={"counter": table.c.counter + 1}
        )
    )
