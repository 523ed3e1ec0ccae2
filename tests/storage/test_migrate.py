"""Whether the migrations make exactly the tables that the program uses."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text

from storage.engines import make_engine
from storage.migrate import _config, current, head, upgrade
from storage.tables import PersonRow, metadata, table_of
from tests.databases import NO_POSTGRES, POSTGRES_URL, VAULT, empty_postgres


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Return an engine on a database without any table."""
    if request.param == "sqlite":
        engine = make_engine(
            f"sqlite:///{tmp_path / 'empty.db'}", vault=VAULT, connections=1
        )
        yield engine
        engine.dispose()
        return
    if POSTGRES_URL is None:
        pytest.skip(NO_POSTGRES)
    with empty_postgres(POSTGRES_URL) as url:
        engine = make_engine(url, vault=VAULT, connections=1)
        yield engine
        engine.dispose()


class TestUpgrade:
    def test_an_empty_database_gets_the_tables_of_the_program(
        self, empty: Engine
    ) -> None:
        upgrade(empty)

        with empty.connect() as conn:
            context = MigrationContext.configure(conn)
            assert compare_metadata(context, metadata) == []

    def test_again_it_does_nothing(self, empty: Engine) -> None:
        upgrade(empty)
        upgrade(empty)

        assert current(empty) == head()

    def test_partial_indices_have_their_conditions(self, empty: Engine) -> None:
        upgrade(empty)

        with empty.connect() as conn:
            inspector = inspect(conn)
            stored = {
                index["name"]
                for table in metadata.tables
                for index in inspector.get_indexes(table)
                if any(key.endswith("_where") for key in index["dialect_options"])
            }
        assert stored == {
            index.name
            for table in metadata.tables.values()
            for index in table.indexes
            if index.dialect_options["sqlite"]["where"] is not None
        }


class TestPeople:
    def test_who_was_there_before_keeps_the_password(self, empty: Engine) -> None:
        config = _config()
        people = table_of(PersonRow)
        with empty.begin() as conn:
            config.attributes["connection"] = conn
            command.upgrade(config, "0001")
            conn.execute(
                text(
                    "INSERT INTO people (id, "
                    '"user", password_hash, is_active, created_at) '
                    "VALUES (1, 'lan', '-', true, '2026-03-02 02:00:00+00:00')"
                )
            )

        upgrade(empty)

        with empty.connect() as conn:
            row = conn.execute(select(people)).one()
        assert row.password_changed_at == row.created_at
        assert row.failed_logins == 0


class TestCurrent:
    def test_of_an_empty_database_there_is_none(self, empty: Engine) -> None:
        assert current(empty) is None


class TestDowngrade:
    def test_the_first_migration_can_be_undone(self, empty: Engine) -> None:
        upgrade(empty)
        config = _config()
        with empty.begin() as conn:
            config.attributes["connection"] = conn
            command.downgrade(config, "base")

        with empty.connect() as conn:
            assert inspect(conn).get_table_names() == ["alembic_version"]
