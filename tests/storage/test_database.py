"""Whether reads and writes run where they should, and nothing is lost."""

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, func, select
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.database import Database
from tests.databases import VAULT, make_person, make_shop, opened, sqlite_url
from tests.storage.units import RefusedError, adding, failing_after, people, users


class TestErrors:
    def test_an_error_tells_nothing_of_the_values(self, database: Database) -> None:
        make_person(database, user="a-name-that-is-private")

        with pytest.raises(IntegrityError) as caught:
            make_person(database, user="a-name-that-is-private")

        shown = str(caught.value).partition("[SQL:")[2]
        assert "private" not in shown


class TestWrite:
    async def test_it_returns_what_the_unit_returned(self, database: Database) -> None:
        result = await database.write(adding("lan"))

        assert result == "lan"

    async def test_a_reader_sees_it_when_it_has_returned(
        self, database: Database
    ) -> None:
        await database.write(adding("lan"))

        found = await database.read(
            lambda conn: conn.scalar(select(func.count()).select_from(people))
        )

        assert found == 1

    async def test_a_failing_unit_leaves_nothing_and_fails_its_caller(
        self, database: Database
    ) -> None:
        with pytest.raises(RefusedError):
            await database.write(failing_after("lan"))

        assert users(database) == []

    async def test_units_of_one_key_keep_their_order(self, database: Database) -> None:
        names = [f"user-{number:03}" for number in range(100)]

        await asyncio.gather(*(database.write(adding(name), key=7) for name in names))

        assert users(database) == names

    async def test_a_cancelled_caller_hurts_no_neighbour(
        self, database: Database
    ) -> None:
        first = asyncio.ensure_future(database.write(adding("gone")))
        second = asyncio.ensure_future(database.write(adding("stays")))
        await asyncio.sleep(0)
        first.cancel()

        assert await second == "stays"
        with pytest.raises(asyncio.CancelledError):
            await first

    async def test_before_start_it_is_refused(self, url: str) -> None:
        database = Database(url, vault=VAULT)

        with pytest.raises(RuntimeError, match="not started"):
            await database.write(adding("lan"))
        database.close()

    async def test_a_database_error_belongs_to_its_own_caller(
        self, database: Database
    ) -> None:
        results = await asyncio.gather(
            database.write(adding("lan")),
            database.write(adding("lan")),
            database.write(adding("mei")),
            return_exceptions=True,
        )

        assert results[0] == "lan"
        assert isinstance(results[1], IntegrityError)
        assert results[2] == "mei"


class TestWriteNow:
    def test_it_works_without_start(self, url: str) -> None:
        database = Database(url, vault=VAULT)

        database.write_now(adding("lan"))

        assert users(database) == ["lan"]
        database.close()

    def test_it_goes_through_the_writer_after_start(self, database: Database) -> None:
        thread = database.write_now(lambda conn: threading.current_thread().name)

        assert thread == "database-writer-0"

    def test_it_raises_what_the_unit_raises(self, database: Database) -> None:
        with pytest.raises(RefusedError):
            database.write_now(failing_after("lan"))


class TestClose:
    async def test_what_is_queued_is_committed_first(self, url: str) -> None:
        with opened(url, batch=2) as database:
            waiting = [
                asyncio.ensure_future(database.write(adding(f"user-{number}")))
                for number in range(20)
            ]
            await asyncio.sleep(0)

        await asyncio.gather(*waiting)
        with opened(url) as again:
            assert len(users(again)) == 20

    async def test_after_it_nothing_is_taken(self, url: str) -> None:
        with opened(url) as database:
            pass

        with pytest.raises(RuntimeError, match="not started"):
            await database.read(lambda conn: None)


class TestSqlite:
    def test_another_process_that_writes_is_waited_for(self, tmp_path: Path) -> None:
        url = sqlite_url(tmp_path)
        with opened(url) as database, opened(url) as other:
            is_locked, may_end = threading.Event(), threading.Event()

            def hold_the_lock(conn: Connection) -> None:
                is_locked.set()
                may_end.wait(timeout=30)

            holder = threading.Thread(target=other.write_now, args=(hold_the_lock,))
            holder.start()
            is_locked.wait(timeout=30)
            writer = threading.Thread(target=database.write_now, args=(adding("lan"),))
            writer.start()
            may_end.set()
            writer.join()
            holder.join()

            assert users(database) == ["lan"]

    def test_a_lock_that_never_ends_is_told_to_every_caller(
        self, tmp_path: Path
    ) -> None:
        url = sqlite_url(tmp_path)
        with opened(url) as database, opened(url) as other:
            event.listen(
                database.engine,
                "connect",
                lambda connection, record: connection.execute(
                    "PRAGMA busy_timeout = 1"
                ),
            )

            def write_meanwhile(conn: Connection) -> None:
                with pytest.raises(OperationalError, match="locked"):
                    database.write_now(adding("lan"))

            other.write_now(write_meanwhile)

            assert database.write_now(adding("mei")) == "mei"

    def test_it_is_durable_and_checks_references(self, tmp_path: Path) -> None:
        with opened(sqlite_url(tmp_path)) as database:
            pragmas = database.read_now(
                lambda conn: [
                    conn.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                    for name in ("journal_mode", "synchronous", "foreign_keys")
                ]
            )

        assert pragmas == ["wal", 2, 1]


class TestChanges:
    async def test_a_command_beside_the_server_is_noticed(self, url: str) -> None:
        with opened(url) as serving:
            before = await serving.changes()
            command = Database(url, vault=VAULT)
            command.write_now(adding("lan"))
            command.close()

            assert await serving.changes() > before

    async def test_a_new_shop_is_noticed(self, database: Database) -> None:
        before = await database.changes()
        make_shop(database)

        assert await database.changes() > before

    async def test_a_new_person_is_noticed(self, database: Database) -> None:
        before = await database.changes()
        make_person(database)

        assert await database.changes() > before

    async def test_what_the_server_writes_all_day_is_not(
        self, database: Database
    ) -> None:
        before = await database.changes()
        await database.write(adding("lan"))

        assert await database.changes() == before


class TestPing:
    async def test_it_returns_when_the_database_answers(
        self, database: Database
    ) -> None:
        await database.ping()
