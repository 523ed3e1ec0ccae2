"""What is left of a buyer: looked for in every file and in every column of every table."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from storage.database import Database
from storage.tables import metadata


def in_tables(database: Database, markers: dict[str, str]) -> set[str]:
    """Return ``table.column: marker`` for every place where a marker stands."""

    def query(conn: Connection) -> set[str]:
        found = set()
        for table in metadata.sorted_tables:
            statement = select(table).execution_options(
                all_shops="the test looks at everything"
            )
            for row in conn.execute(statement).mappings():
                for column, value in row.items():
                    found |= {
                        f"{table.name}.{column}: {name}"
                        for name, marker in markers.items()
                        if marker in _text(value)
                    }
        return found

    return database.read_now(query)


def in_files(folder: Path, markers: dict[str, str]) -> set[str]:
    """Return ``file: marker`` for every file below a folder that holds a marker."""
    return {
        f"{file.relative_to(folder)}: {name}"
        for file in folder.rglob("*")
        if file.is_file()
        for name, marker in markers.items()
        if marker.encode() in file.read_bytes()
        or marker.encode("utf-16-le") in file.read_bytes()
    }


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return str(value)
