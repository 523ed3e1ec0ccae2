"""Whether units share commits without hurting each other, and nothing is lost."""

import asyncio
import secrets
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, event, func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.database import Database
from storage.tables import PersonRow, table_of
from storage.writer import write_alone
from tests.databases import NOW, VAULT, make_person, make_shop, opened, sqlite_url

people = table_of(PersonRow)


class RefusedError(Exception):
    """What a failing unit of these tests raises."""


def adding(user: str) -> Callable[[Connection], str]:
    """Return a unit that adds an account and returns its name."""

    def unit(conn: Connection) -> str:
        conn.execute(insert(people).values(row(user)))
        return user

    return unit


def failing_after(user: str) -> Callable[[Connection], str]:
    """Return a unit that adds an account and then fails."""

    def unit(conn: Connection) -> str:
        conn.execute(insert(people).values(row(user)))
        raise RefusedError(user)

    return unit


def row(user: str) -> dict[str, object]:
    return {"user": user, "password_hash": "", "is_active": True, "created_at": NOW}


def users(database: Database) -> list[str]:
    """Return who is in the database, in the order they came."""
    statement = select(people.c.user).order_by(people.c.id)
    return database.read_now(lambda conn: list(conn.scalars(statement)))


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


class TestAnyMixOfUnits:
    """A failing unit hurts no neighbour: whatever the mix and the batches."""

    @settings(
        max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        fates=st.lists(st.sampled_from(["works", "fails", "clashes"]), max_size=40),
        batch=st.integers(1, 20),
    )
    def test_exactly_the_good_ones_are_stored(
        self, url: str, fates: list[str], batch: int
    ) -> None:
        tag = secrets.token_hex(6)  # the database outlives one example
        with opened(url, batch=batch) as database:
            make_once(database)
            results = asyncio.run(write_all(database, fates, tag))
            stored = {name for name in users(database) if tag in name}

        names = [f"{tag}-{number}" for number in range(len(fates))]
        good = {
            name for name, fate in zip(names, fates, strict=True) if fate == "works"
        }
        assert stored == good
        for name, fate, result in zip(names, fates, results, strict=True):
            match fate:
                case "works":
                    assert result == name
                case "fails":
                    assert isinstance(result, RefusedError)
                    assert result.args == (name,)
                case _:
                    assert isinstance(result, IntegrityError)


def make_once(database: Database) -> None:
    if "taken" not in users(database):
        database.write_now(adding("taken"))


async def write_all(
    database: Database, fates: list[str], tag: str
) -> list[str | BaseException]:
    """Write one unit a fate, all at once, and return how each ended."""
    units: dict[str, Callable[[str], Callable[[Connection], str]]] = {
        "works": adding,
        "fails": failing_after,
        "clashes": lambda name: adding("taken"),
    }
    return await asyncio.gather(
        *(
            database.write(units[fate](f"{tag}-{number}"), key=number)
            for number, fate in enumerate(fates)
        ),
        return_exceptions=True,
    )


class TestBrokenTransactions:
    async def test_when_the_commit_fails_each_unit_runs_again_alone(
        self, database: Database
    ) -> None:
        failures = ["the disk is full for a moment"]

        def fail_once(conn: Connection) -> None:
            if failures:
                raise OSError(failures.pop())

        event.listen(database.engine, "commit", fail_once)

        results = await asyncio.gather(
            database.write(adding("lan"), key=0),
            database.write(failing_after("bo"), key=0),
            database.write(adding("mei"), key=0),
            return_exceptions=True,
        )

        assert results[0] == "lan"
        assert isinstance(results[1], RefusedError)
        assert results[2] == "mei"
        assert sorted(users(database)) == ["lan", "mei"]

    async def test_nothing_is_told_before_the_commit(self, database: Database) -> None:
        committed = threading.Event()
        event.listen(database.engine, "commit", lambda conn: committed.set())

        await database.write(adding("lan"))

        assert committed.is_set()


@pytest.mark.postgresql
class TestPostgres:
    async def test_a_lost_connection_is_made_again(self, postgres: Database) -> None:
        await postgres.write(adding("before"))
        await postgres.write(cut_own_connection_once())

        await postgres.write(adding("after"))

        assert users(postgres) == ["before", "after"]

    async def test_a_connection_that_died_while_idle_is_made_again(
        self, postgres: Database
    ) -> None:
        await postgres.write(adding("before"))
        cut_all_others(postgres)

        await asyncio.gather(
            *(postgres.write(adding(user), key=0) for user in ("lan", "mei"))
        )

        assert sorted(users(postgres)) == ["before", "lan", "mei"]

    def test_a_reader_whose_connection_was_lost_asks_again(
        self, postgres: Database
    ) -> None:
        postgres.read_now(cut_own_connection_once())

    def test_two_that_wait_for_each_other_both_get_through(
        self, postgres: Database
    ) -> None:
        for user in ("a", "b"):
            postgres.write_now(adding(user))
        meeting = threading.Barrier(2, timeout=30)
        workers = [
            threading.Thread(
                target=write_alone, args=(postgres.engine, locking(meeting, *order))
            )
            for order in (("a", "b"), ("b", "a"))
        ]

        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

        hashes = select(people.c.password_hash)
        found = postgres.read_now(lambda conn: list(conn.scalars(hashes)))
        assert found == ["xx", "xx"]


def cut_own_connection_once() -> Callable[[Connection], None]:
    """Return a unit that loses its connection the first time it runs."""
    cuts = [1]

    def unit(conn: Connection) -> None:
        if cuts:
            cuts.pop()
            conn.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    return unit


def cut_all_others(database: Database) -> None:
    """End every connection to the database, as a restart of its server does."""
    admin = create_engine(database.engine.url)
    with admin.connect() as conn:
        conn.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    admin.dispose()


def locking(
    meeting: threading.Barrier, first: str, second: str
) -> Callable[[Connection], None]:
    """Return a unit that changes two rows, and meets the other one in between."""
    is_first_run = [True]

    def unit(conn: Connection) -> None:
        add = people.c.password_hash + "x"
        conn.execute(
            people.update().where(people.c.user == first).values(password_hash=add)
        )
        if is_first_run:
            is_first_run.pop()
            meeting.wait()
        conn.execute(
            people.update().where(people.c.user == second).values(password_hash=add)
        )

    return unit


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
