"""How values of ours are stored in columns: UTC times, enums by value, wide ids."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from sqlalchemy import JSON, BigInteger, DateTime, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

E = TypeVar("E", bound=StrEnum)

Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column of type INTEGER."""

PlainJson = JSON(none_as_null=True)
"""A list or mapping that is only ever read as a whole."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time with microseconds; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Return the time as the database stores it.

        Raises:
            ValueError: The time has no zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a naive time cannot be stored: {value.isoformat()}"
            raise ValueError(message)
        return value if value.tzinfo is UTC else value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Return the stored time as aware UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


class ByValue(TypeDecorator[E], Generic[E]):
    """A StrEnum stored as its value, so that renaming a member changes no data."""

    impl = Text
    cache_ok = True

    def __init__(self, names: type[E]) -> None:
        self.names = names
        self.members = {name.value: name for name in names}
        super().__init__()

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        """Return the value to store; refuse what is not one of the names."""
        return None if value is None else self.names(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        """Return the member for a stored value."""
        return None if value is None else self.members[value]
