"""A shop with many lines of its own is answered at once, and learnt in full beside."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from scripts_library.shop.entries import LINES, Key, Kind
from server.curating.contents import make_frame, read_draft, read_standing
from server.curating.drafting import Who, begin_draft
from server.curating.publishing import prepare_publication, publish
from server.curating.saving import save
from server.learning.models import Models
from server.library import Build, Library
from server.settings import Settings
from server.shop_libraries import MOST_OVERLAID
from server.shops import Shops
from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.repositories.drafts import EntryChange
from tests.databases import NOW


@pytest.fixture(name="small_shops")
async def _small_shops(
    database: Database, small_library: Library, models: Models, shop: ShopRecord
) -> AsyncIterator[Shops]:
    settings = Settings(var=str(models.folder.parent))
    shops = Shops(database=database, library=small_library, settings=settings)
    await shops.refresh()
    learning = asyncio.create_task(shops.learn())
    yield shops
    learning.cancel()
    with suppress(asyncio.CancelledError):
        await learning


async def publish_lines(
    database: Database, library: Library, shop: ShopRecord, lines: list[str]
) -> None:
    frame = make_frame(library.pack)
    who = Who(shop_id=shop.shop_id, person_id=None, now=NOW)
    known = frame.content[Key(Kind.EXAMPLES, "rush")][LINES]
    change = EntryChange(
        kind="examples", entry_id="rush", content={LINES: [*known, *lines]}
    )
    standing = await database.read(lambda conn: read_standing(conn, shop.shop_id))
    await database.write(
        lambda conn: begin_draft(
            conn, who, name="多例句", frame=frame, standing=standing
        )
    )
    await database.write(
        lambda conn: save(conn, who, draft="多例句", change=change, seen=0)
    )
    reading = await database.read(lambda conn: read_draft(conn, shop.shop_id, "多例句"))
    publication = prepare_publication(reading, frame, findings=(), note="")
    await database.write(lambda conn: publish(conn, who, publication))


class TestLearn:
    async def test_many_lines_are_overlaid_at_once_and_then_learnt(
        self,
        database: Database,
        small_library: Library,
        small_shops: Shops,
        shop: ShopRecord,
    ) -> None:
        lines = [f"第{number}单怎么还不发" for number in range(MOST_OVERLAID + 1)]
        await publish_lines(database, small_library, shop, lines)

        await small_shops.refresh()
        first = small_shops.by_id(shop.shop_id).library
        await small_shops.learnt()

        second = small_shops.by_slug(shop.slug).library
        assert (first.build, second.build) == (Build.OVERLAY, Build.FULL)
        assert first.fingerprint == second.fingerprint != small_library.fingerprint
        assert first.pack == second.pack
        assert second.frame is small_library.pack

    async def test_few_lines_stay_an_overlay(
        self,
        database: Database,
        small_library: Library,
        small_shops: Shops,
        shop: ShopRecord,
        models: Models,
    ) -> None:
        before = set(models.folder.iterdir())
        await publish_lines(database, small_library, shop, ["还没到我手里呀"])

        await small_shops.refresh()
        await small_shops.learnt()

        assert small_shops.by_id(shop.shop_id).library.build is Build.OVERLAY
        assert set(models.folder.iterdir()) == before

    async def test_what_was_published_is_served_after_a_restart(
        self,
        database: Database,
        small_library: Library,
        shop: ShopRecord,
        tmp_path: Path,
    ) -> None:
        await publish_lines(database, small_library, shop, ["还没到我手里呀"])

        started = Shops(
            database=database,
            library=small_library,
            settings=Settings(var=str(tmp_path)),
        )
        await started.refresh()

        library = started.by_id(shop.shop_id).library
        assert "还没到我手里呀" in library.pack.examples["rush"]
        assert started.by_id(shop.shop_id).library_version == 1
