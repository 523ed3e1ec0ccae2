"""Whether times and names come out of the database as they went in."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import StatementError

from storage.database import Database
from storage.tables import PersonRow, table_of

people = table_of(PersonRow)


def store(database: Database, at: datetime) -> datetime:
    """Store a time and return what the database gives back."""

    def unit(conn: Connection) -> datetime:
        conn.execute(people.delete())
        conn.execute(
            insert(people).values(
                user="lan", password_hash="", is_active=True, created_at=at
            )
        )
        stored: datetime = conn.execute(select(people.c.created_at)).scalar_one()
        return stored

    return database.write_now(unit)


class TestUtcDateTime:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        at=st.datetimes(
            min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - the strategy adds the zone
            max_value=datetime(2100, 1, 1),  # noqa: DTZ001
            timezones=st.integers(-12, 14).map(lambda h: timezone(timedelta(hours=h))),
        )
    )
    def test_a_time_comes_back_as_the_same_moment_in_utc(
        self, database: Database, at: datetime
    ) -> None:
        stored = store(database, at)

        assert stored == at
        assert stored.tzinfo is UTC or stored.utcoffset() == timedelta()

    def test_a_naive_time_is_refused(self, database: Database) -> None:
        with pytest.raises(StatementError, match="naive"):
            store(database, datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point
