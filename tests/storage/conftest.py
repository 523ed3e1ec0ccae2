"""A fresh database for each test, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.queries.shops import ShopRecord
from tests.databases import (
    NO_POSTGRES,
    POSTGRES_URL,
    empty_postgres,
    make_shop,
    opened,
    postgres_template,
    sqlite_url,
)


@pytest.fixture(scope="session")
def template() -> Iterator[str]:
    """Return the name of a migrated template database on the PostgreSQL server."""
    if POSTGRES_URL is None:
        pytest.skip(NO_POSTGRES)
    with postgres_template(POSTGRES_URL) as name:
        yield name


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the address of a fresh migrated database, once on each system."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path)
        return
    template = request.getfixturevalue("template")
    assert POSTGRES_URL is not None
    with empty_postgres(POSTGRES_URL, template=template) as url:
        yield url


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """Return a fresh, started database."""
    with opened(url) as database:
        yield database


@pytest.fixture
def postgres(template: str) -> Iterator[Database]:
    """Return a fresh, started database on PostgreSQL, for what only it can do."""
    assert POSTGRES_URL is not None
    with empty_postgres(POSTGRES_URL, template=template) as url, opened(url) as it:
        yield it


@pytest.fixture
def shop(database: Database) -> ShopRecord:
    """Return a shop in the fresh database."""
    return make_shop(database)
