"""How a benchmark reaches its rows: an engine of its own, on PostgreSQL a database too."""

import contextlib
import secrets
from collections.abc import Iterator

from sqlalchemy import Engine, create_engine, make_url, text


def open_engine(url: str, *, autocommit: bool = False) -> Engine:
    """Return an engine that shares nothing with the product's own.

    Args:
        url: SQLAlchemy's; a PostgreSQL address may leave the driver out.
        autocommit: Each statement is a transaction.
    """
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    if autocommit:
        return create_engine(address, isolation_level="AUTOCOMMIT")
    return create_engine(address)


@contextlib.contextmanager
def fresh_postgresql(server_url: str) -> Iterator[str]:
    """Create an empty database beside the one of ``server_url``; drop it at the end.

    Args:
        server_url: SQLAlchemy's, with a user who may create databases.
    """
    name = f"xiaoer_bench_{secrets.token_hex(6)}"
    engine = open_engine(server_url, autocommit=True)
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
