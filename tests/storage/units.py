"""Units that work, fail and clash, for the tests of the writer."""

from collections.abc import Callable

from sqlalchemy import Connection, insert, select

from storage.database import Database
from storage.tables import PersonRow, table_of
from tests.databases import NOW

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
