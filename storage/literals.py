"""How a condition on a state is written so that a partial index can serve it."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, literal_column


def is_one_of(column: ColumnElement[Any], *names: StrEnum) -> ColumnElement[bool]:
    """Return ``column IN ('…', …)`` with the values in the text of the statement.

    As parameters they would hide from the planner that the index's own condition
    holds: https://www.sqlite.org/partialindex.html (read 2026-11-23).
    """
    return column.in_([literal_column(f"'{name.value}'") for name in names])


def is_just(column: ColumnElement[Any], name: StrEnum) -> ColumnElement[bool]:
    """Return ``column = '…'`` with the value in the text of the statement."""
    return column == literal_column(f"'{name.value}'")
