"""Fixtures: a database without rows for each test, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.databases import (
    NO_POSTGRES,
    POSTGRES_URL,
    forget_rows,
    migrated_postgres,
    opened,
    sqlite_url,
)


@pytest.fixture(scope="session")
def migrated() -> Iterator[str]:
    """Return the address of a migrated database on the PostgreSQL server."""
    if POSTGRES_URL is None:
        pytest.skip(NO_POSTGRES)
    with migrated_postgres(POSTGRES_URL) as url:
        yield url


@pytest.fixture
def postgres_url(migrated: str) -> str:
    """Return the address of a PostgreSQL database without any row."""
    forget_rows(migrated)
    return migrated


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database without any row, once on each system."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    address: str = request.getfixturevalue("postgres_url")
    return address


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """Return a started database without any row."""
    with opened(url) as database:
        yield database


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    """Return a started database on PostgreSQL, for what only it can do."""
    with opened(postgres_url) as database:
        yield database
