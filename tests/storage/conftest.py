"""Storage is tested on SQLite and on PostgreSQL."""

import pytest

from storage.database import Database
from storage.queries.shops import ShopRecord
from tests.database_fixtures import database, migrated, postgres, postgres_url, url
from tests.databases import make_shop
from tests.storage.bargainers import Bargain, buyers_of

__all__ = ["database", "migrated", "postgres", "postgres_url", "url"]


@pytest.fixture
def shop(database: Database) -> ShopRecord:
    """Return a shop in the fresh database."""
    return make_shop(database)


@pytest.fixture(name="buyer")
def _buyer(database: Database, shop: ShopRecord) -> Bargain:
    """Return what makes buyers who bargain."""
    return buyers_of(database, shop)
