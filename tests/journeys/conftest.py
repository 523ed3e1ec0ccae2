"""Fixtures of the journeys: one trained library for all, one shop for each."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.library import Library, load_library
from storage.database import Database
from tests.journeys.shop_floor import ShopFloor, open_shop


@pytest.fixture(scope="session", name="library")
def _library() -> Library:
    # Shared by test runs and workers: the file is named by its content.
    return load_library(None, var_path=Path("var/tests"))


@pytest.fixture(name="shop")
async def _shop(
    database: Database, library: Library, tmp_path: Path
) -> AsyncIterator[ShopFloor]:
    async with open_shop(database, library, var=tmp_path) as shop:
        yield shop
