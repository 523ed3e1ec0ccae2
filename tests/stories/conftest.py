"""Fixtures of the stories: one trained library for all, a database for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.library import Library, load_library
from storage.database import Database
from tests.databases import opened, sqlite_url


@pytest.fixture(scope="session", name="library")
def _library() -> Library:
    # Kept between runs and shared by workers: a model is named by its content.
    return load_library(None, var_path=Path("var"))


@pytest.fixture(name="database")
def _database(tmp_path: Path) -> Iterator[Database]:
    with opened(sqlite_url(tmp_path)) as database:
        yield database
