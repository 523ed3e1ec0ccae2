"""Where a benchmark keeps its rows on PostgreSQL: a database of its own, then gone."""

import contextlib
import secrets
from collections.abc import Iterator

from sqlalchemy import create_engine, make_url, text


@contextlib.contextmanager
def fresh_postgresql(server_url: str) -> Iterator[str]:
    """Create an empty database beside the one of ``server_url``; drop it at the end.

    Args:
        server_url: SQLAlchemy's, with a user who may create databases.
    """
    name = f"xiaoer_bench_{secrets.token_hex(6)}"
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        try:
            url = make_url(server_url).set(database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            with engine.connect() as connection:
                connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    finally:
        engine.dispose()
