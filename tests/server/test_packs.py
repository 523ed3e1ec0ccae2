"""A shop is served from the pack it has chosen, and from no other."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import NotFoundError
from scripts_library.loader import builtin_pack, shipped_packs
from server.library import Library, load_library
from server.packs import DEFAULT_PACK, Shelf, library_of, pack_folder
from server.settings import Settings
from server.shops import Shops
from storage.database import Database
from storage.repositories.shops import add_shop
from tests.databases import NOW
from tests.scripts_library.small_pack import make_small_pack


def add(database: Database, slug: str, pack_id: str) -> int:
    return database.write_now(
        lambda connection: add_shop(
            connection, slug=slug, name=slug, pack_id=pack_id, secret=slug, now=NOW
        )
    )


@pytest.fixture(scope="session", name="property_library")
def _property_library() -> Library:
    return load_library(builtin_pack().parent / "property", var_path=Path("var"))


class TestPackFolder:
    def test_every_shipped_pack_is_found_by_its_name(self) -> None:
        found = [pack_folder(Settings(), path.name) for path in shipped_packs()]

        assert found == list(shipped_packs())

    def test_the_settings_put_a_folder_in_place_of_the_default(
        self, tmp_path: Path
    ) -> None:
        small = make_small_pack(tmp_path / "mine")
        settings = Settings(pack=str(small.folder))

        assert pack_folder(settings, DEFAULT_PACK) == small.folder
        assert pack_folder(settings, "small") == small.folder
        assert pack_folder(settings, "property").name == "property"

    def test_a_folder_of_packs_adds_to_ours(self, tmp_path: Path) -> None:
        make_small_pack(tmp_path / "school")
        settings = Settings(packs=str(tmp_path))

        assert pack_folder(settings, "school") == tmp_path / "school"

    def test_an_unknown_one_is_told_with_those_there_are(self) -> None:
        with pytest.raises(NotFoundError, match="hospital, property"):
            pack_folder(Settings(), "bakery")


class TestShelf:
    async def test_fetches_a_pack_once(
        self, library: Library, property_library: Library
    ) -> None:
        shelf = Shelf(library, settings=Settings())

        await shelf.fetch(["property", "property", DEFAULT_PACK])
        fetched = shelf.of("property")
        await shelf.fetch(["property"])

        assert fetched is not None
        assert fetched.fingerprint == property_library.fingerprint
        assert shelf.of("property") is fetched
        assert shelf.of(DEFAULT_PACK) is library

    async def test_a_changed_pack_takes_its_place_alone(self, library: Library) -> None:
        shelf = Shelf(library, settings=Settings())
        await shelf.fetch(["property"])
        (old,) = shelf.others
        new = replace(old, pack=replace(old.pack, version="new"))

        shelf.put(new)

        assert shelf.of("property") is new
        assert shelf.default is library

    async def test_one_that_is_missing_is_not_replaced_by_another_trade(
        self, library: Library
    ) -> None:
        shelf = Shelf(library, settings=Settings())

        await shelf.fetch(["bakery"])

        assert shelf.of("bakery") is None


class TestShops:
    async def test_each_shop_has_the_library_of_its_pack(
        self, database: Database, library: Library
    ) -> None:
        add(database, "shop", DEFAULT_PACK)
        add(database, "estate", "property")
        add(database, "lost", "bakery")
        shops = Shops(database=database, library=library, settings=Settings())

        await shops.refresh()

        assert shops.by_slug("shop").library is library
        assert shops.by_slug("estate").library.pack.pack_id == "property"
        assert shops.find("lost") is None

    async def test_a_changed_pack_reaches_only_its_shops(
        self, database: Database, library: Library
    ) -> None:
        add(database, "shop", DEFAULT_PACK)
        add(database, "estate", "property")
        shops = Shops(database=database, library=library, settings=Settings())
        await shops.refresh()
        old = shops.by_slug("estate").library
        new = replace(old, pack=replace(old.pack, version="new"))

        shops.serve(new)

        assert shops.by_slug("estate").library is new
        assert shops.by_slug("shop").library is library


class TestLibraryOf:
    def test_gives_the_pack_of_a_name(self) -> None:
        library = library_of(Settings(), "property")

        assert library.pack.pack_id == "property"
