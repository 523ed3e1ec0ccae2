"""Fixtures of the journeys: one trained library for all, one running shop for each."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.library import Library, load_library
from storage.database import Database
from tests.database_fixtures import database, migrated, postgres_url, url
from tests.journeys.shop_floor import ShopFloor, open_shop

__all__ = ["database", "migrated", "postgres_url", "url"]


@pytest.fixture(scope="session", name="library")
def _library() -> Library:
    # Kept between runs and shared by workers: a model is named by its content.
    return load_library(None, var_path=Path("var"))


@pytest.fixture(name="shop")
async def _shop(
    database: Database,
    library: Library,
    tmp_path: Path,
) -> AsyncIterator[ShopFloor]:
    async with open_shop(database, library, var=tmp_path) as shop:
        yield shop
