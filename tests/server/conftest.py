"""Fixtures of the server's parts: one trained library for all, a database for each."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from server.library import Library, load_library
from server.metrics import Metrics
from server.settings import Settings
from server.shops import Shops
from storage.database import Database
from storage.queries.shops import ShopRecord
from tests.databases import NOW, make_shop, opened, sqlite_url
from tests.journeys.shop_floor import SettableClock, ShopFloor, open_shop


@pytest.fixture(scope="session", name="library")
def _library() -> Library:
    # Kept between runs and shared by workers: a model is named by its content.
    return load_library(None, var_path=Path("var"))


@pytest.fixture(name="database")
def _database(tmp_path: Path) -> Iterator[Database]:
    with opened(sqlite_url(tmp_path)) as database:
        yield database


@pytest.fixture(name="shop")
def _shop(database: Database) -> ShopRecord:
    return make_shop(database)


@pytest.fixture(name="shops")
async def _shops(database: Database, library: Library, shop: ShopRecord) -> Shops:
    shops = Shops(database=database, library=library, settings=Settings())
    await shops.refresh()
    return shops


@pytest.fixture(name="clock")
def _clock() -> SettableClock:
    return SettableClock(NOW)


@pytest.fixture(name="metrics")
def _metrics() -> Metrics:
    return Metrics()


@pytest.fixture(name="floor")
async def _floor(
    database: Database, library: Library, tmp_path: Path
) -> AsyncIterator[ShopFloor]:
    async with open_shop(database, library, var=tmp_path) as floor:
        yield floor
