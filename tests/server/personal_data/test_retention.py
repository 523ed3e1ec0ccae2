"""Once an hour what is too old is ended: words, pictures, orders, copies."""

import asyncio
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from server.personal_data.places import MARK
from server.personal_data.retention import Retention
from server.settings import RetentionSettings
from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.repositories.intake import take_message
from storage.repositories.sending import address_of
from storage.tables import MediaRow, MessageRow, table_of
from tests.databases import NOW, make_message, make_shop, opened, sqlite_url
from tests.journeys.shop_floor import SettableClock

LONG_AGO = NOW - timedelta(days=200)


@pytest.fixture(name="database")
def _database(tmp_path: Path) -> Iterator[Database]:
    with opened(sqlite_url(tmp_path)) as database:
        yield database


@pytest.fixture(name="shop")
def _shop(database: Database) -> ShopRecord:
    return make_shop(database)


def make_retention(database: Database, var: Path, **days: int) -> Retention:
    return Retention(
        database=database,
        settings=RetentionSettings(**days),
        var=var,
        clock=SettableClock(NOW),
    )


def say(database: Database, shop: ShopRecord, *, at: datetime, count: int = 1) -> int:
    """Let a buyer write so often; return the buyer."""

    def unit(conn: Connection) -> int:
        receipts = [
            take_message(conn, shop.shop_id, message=make_message(text="在吗"), now=at)
            for _ in range(count)
        ]
        return address_of(conn, shop.shop_id, receipts[0].conversation_id).buyer_id

    return database.write_now(unit)


def texts(database: Database) -> list[str]:
    statement = select(table_of(MessageRow).c.text).execution_options(all_shops="test")
    return list(database.read_now(lambda conn: conn.scalars(statement).all()))


def add_picture(
    database: Database, shop: ShopRecord, buyer_id: int, name: str, *, at: datetime
) -> None:
    values = {
        "shop_id": shop.shop_id,
        "buyer_id": buyer_id,
        "name": name,
        "content_type": "image/jpeg",
        "size": 1,
        "width": 1,
        "height": 1,
        "sha256": b"",
        "created_at": at,
    }
    database.write_now(lambda conn: conn.execute(insert(table_of(MediaRow)), values))


def place(var: Path, shop: ShopRecord, name: str) -> Path:
    """Return where the chat window lays a picture."""
    return var / "media" / str(shop.shop_id) / name[:2] / name


def put_file(path: Path, *, at: datetime) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"-")
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


class TestRunOnce:
    async def test_batches_follow_until_nothing_old_is_left(
        self, database: Database, shop: ShopRecord, tmp_path: Path
    ) -> None:
        say(database, shop, at=LONG_AGO, count=450)
        say(database, shop, at=NOW)

        done = await make_retention(database, tmp_path).run_once()

        assert done["messages"] == 450
        assert [text for text in texts(database) if text] == ["在吗"]

    async def test_zero_keeps_for_ever(
        self, database: Database, shop: ShopRecord, tmp_path: Path
    ) -> None:
        buyer = say(database, shop, at=LONG_AGO)
        add_picture(database, shop, buyer, "a.jpg", at=LONG_AGO)
        picture = put_file(place(tmp_path, shop, "a.jpg"), at=LONG_AGO)
        retention = make_retention(
            database, tmp_path, messages_days=0, media_days=0, exports_days=0
        )

        await retention.run_once()

        assert texts(database) == ["在吗"]
        assert picture.exists()

    async def test_an_old_picture_goes_with_its_row(
        self, database: Database, shop: ShopRecord, tmp_path: Path
    ) -> None:
        buyer = say(database, shop, at=NOW)
        for name, at in (("old.jpg", LONG_AGO), ("new.jpg", NOW)):
            add_picture(database, shop, buyer, name, at=at)
            put_file(place(tmp_path, shop, name), at=at)

        done = await make_retention(database, tmp_path).run_once()

        assert done["pictures"] == 1
        left = [it.name for it in (tmp_path / "media").rglob("*.jpg")]
        assert left == ["new.jpg"]

    async def test_killed_between_file_and_row_it_goes_on(
        self, database: Database, shop: ShopRecord, tmp_path: Path
    ) -> None:
        buyer = say(database, shop, at=NOW)
        add_picture(database, shop, buyer, "gone.jpg", at=LONG_AGO)

        done = await make_retention(database, tmp_path).run_once()

        assert done["pictures"] == 1

    async def test_an_old_file_without_a_row_goes_a_young_one_stays(
        self, database: Database, shop: ShopRecord, tmp_path: Path
    ) -> None:
        old = put_file(place(tmp_path, shop, "old.jpg"), at=LONG_AGO)
        young = put_file(place(tmp_path, shop, "young.jpg"), at=NOW)

        await make_retention(database, tmp_path).run_once()

        assert (old.exists(), young.exists()) == (False, True)

    async def test_a_name_that_leads_out_of_the_folder_is_left_alone(
        self, database: Database, shop: ShopRecord, tmp_path: Path
    ) -> None:
        buyer = say(database, shop, at=NOW)
        add_picture(database, shop, buyer, "../../../kept.jpg", at=LONG_AGO)
        kept = put_file(tmp_path / "kept.jpg", at=LONG_AGO)

        await make_retention(database, tmp_path).run_once()

        assert kept.exists()

    async def test_old_copies_go(self, database: Database, tmp_path: Path) -> None:
        put_file(tmp_path / "exports" / "old" / MARK, at=LONG_AGO)
        put_file(tmp_path / "exports" / "new" / MARK, at=NOW)

        done = await make_retention(database, tmp_path).run_once()

        assert done["exports"] == 1
        assert [it.name for it in (tmp_path / "exports").iterdir()] == ["new"]

    async def test_nothing_to_do_does_nothing(
        self, database: Database, tmp_path: Path
    ) -> None:
        done = await make_retention(database, tmp_path).run_once()

        assert set(done.values()) == {0}


class TestRun:
    async def test_it_begins_at_once(
        self, database: Database, shop: ShopRecord, tmp_path: Path
    ) -> None:
        say(database, shop, at=LONG_AGO)
        task = asyncio.create_task(make_retention(database, tmp_path).run())

        async with asyncio.timeout(10):
            while texts(database) != [""]:  # noqa: ASYNC110 - a database tells nobody
                await asyncio.sleep(0)
        task.cancel()

        with pytest.raises(asyncio.CancelledError):
            await task

    async def test_a_fault_does_not_end_it(
        self, database: Database, tmp_path: Path
    ) -> None:
        asked = asyncio.Event()

        def broken_clock() -> datetime:
            asked.set()
            raise OSError("the clock stands still")

        retention = Retention(
            database=database,
            settings=RetentionSettings(),
            var=tmp_path,
            clock=broken_clock,
        )
        task = asyncio.create_task(retention.run())

        await asked.wait()
        await asyncio.sleep(0)

        assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
