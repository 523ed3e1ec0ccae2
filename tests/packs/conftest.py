"""Fixtures of the packs: each learnt once, a database for each story."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from scripts_library.loader import builtin_pack
from server.library import Library, load_library
from storage.database import Database
from tests.databases import opened, sqlite_url


@pytest.fixture(scope="session", name="learnt")
def _learnt() -> Callable[[str], Library]:
    """Return what gives the library of a shipped pack by its name."""

    @cache
    def learnt(name: str) -> Library:
        # Kept between runs and shared by workers: a model is named by its content.
        return load_library(builtin_pack().parent / name, var_path=Path("var"))

    return learnt


@pytest.fixture(name="database")
def _database(tmp_path: Path) -> Iterator[Database]:
    with opened(sqlite_url(tmp_path)) as database:
        yield database
