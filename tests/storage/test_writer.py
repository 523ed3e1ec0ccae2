"""Whether units share commits without hurting each other."""

import asyncio
import secrets
import threading
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, event, select, text
from sqlalchemy.exc import IntegrityError

from storage.database import Database
from storage.writer import write_alone
from tests.databases import opened
from tests.storage.units import RefusedError, adding, failing_after, people, users


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
