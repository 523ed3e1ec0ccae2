"""How the statements of every turn run: compiled once, then on the driver itself."""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, UpdateBase
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from storage.types import ByValue, UtcDateTime

Values = Mapping[str, Any]
"""Bind parameters and columns by name, as a Core statement takes them."""

_Process = Callable[[Any], Any]
_REMEMBERED = 64
"""Times of a connection, and values of a column of names, kept as the driver's."""


class HotStatement:
    """A Core statement without Core's cost a run; lives as long as the process.

    It binds, reads and fails as ``conn.execute`` does, and every listener sees it, the
    guard of the shops first. What varies must be a named bind parameter or a column of
    an insert, always under the same names; nothing may be expanded at run time.
    """

    def __init__(self, statement: Select[Any] | UpdateBase) -> None:
        self._statement = statement

    def change(self, conn: Connection, values: Values) -> int:
        """Run it and return how many rows it changed."""
        count: int = self._plan(conn, values).run(conn, values)[0]
        return count

    def first(self, conn: Connection, values: Values) -> Any:
        """Return the first row with its columns as attributes; None when none came."""
        plan = self._plan(conn, values)
        _, rows, description = plan.run(conn, values)
        return plan.read(rows[0], description) if rows else None

    def rows(self, conn: Connection, values: Values) -> list[Any]:
        """Return every row with its columns as attributes."""
        plan = self._plan(conn, values)
        _, rows, description = plan.run(conn, values)
        return [plan.read(row, description) for row in rows]

    def _plan(self, conn: Connection, values: Values) -> "_Plan":
        # Kept with the driver's connection: it dies with it, and one thread uses it.
        plans = conn.info
        plan: _Plan | None = plans.get(self)
        if plan is None:
            plan = plans[self] = _Plan(self._statement, conn, values)
        return plan


@dataclass(frozen=True, slots=True)
class _Context:
    """What listeners ask of an execution, as far as ours do."""

    compiled: SQLCompiler
    execution_options: Mapping[str, Any]


class _Plan:
    """One statement compiled for the dialect of a connection."""

    def __init__(
        self, statement: Select[Any] | UpdateBase, conn: Connection, values: Values
    ) -> None:
        dialect = conn.dialect
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(values))
        self._sql: str = compiled.string
        self._context = _Context(compiled, statement.get_execution_options())
        binds: dict[str, BindParameter[Any]] = compiled.binds
        self._count = len(binds)
        self._names: Sequence[str] = compiled.positiontup or tuple(binds)
        self._is_positional: bool = compiled.positional
        processes = {
            name: _bind_process(bind.type, conn) for name, bind in binds.items()
        }
        self._fixed = {
            name: _processed(bind.effective_value, processes.pop(name))
            for name, bind in binds.items()
            if not bind.required
        }
        self._slots = [(name, processes.get(name)) for name in self._names]
        self._columns = list(statement.exported_columns)
        self._row: Any = namedtuple("Row", [it.key for it in self._columns])  # type: ignore[misc]  # noqa: PYI024 - its columns are known at run time only
        self._dialect = dialect
        self._reads: list[tuple[int, _Process]] | None = None

    def run(
        self, conn: Connection, values: Values
    ) -> tuple[int, list[Any], Sequence[Any]]:
        """Run it and return the rows changed, the driver's rows and their description.

        Raises:
            StatementError: A value cannot be bound.
            DBAPIError: The database refused it, or is lost.
        """
        if not conn.in_transaction():
            conn.begin()
        bound = self._bound(conn, values)
        driver: Any = conn.connection.driver_connection
        for listener in conn.dispatch.before_cursor_execute:
            listener(conn, None, self._sql, bound, self._context, False)  # noqa: FBT003 - SQLAlchemy's event signature
        try:
            cursor = driver.execute(self._sql, bound)
            rows = cursor.fetchall() if cursor.description is not None else []
        except Exception as error:
            raise _failure(conn, self._sql, bound, error) from error
        return cursor.rowcount, rows, cursor.description

    def read(self, row: Sequence[Any], description: Sequence[Any]) -> Any:
        """Return a row of the driver with the values that Core would give."""
        if self._reads is None:
            self._reads = self._make_reads(description)
        read = list(row)
        for index, process in self._reads:
            read[index] = process(read[index])
        return self._row._make(read)

    def _bound(self, conn: Connection, values: Values) -> Any:
        known = {**self._fixed, **values}
        try:
            if len(known) != self._count:
                raise ValueError("not the names that the statement was compiled for")  # noqa: TRY301 - one way out for whatever cannot be bound
            bound = [
                known[name] if process is None else process(known[name])
                for name, process in self._slots
            ]
        except Exception as error:
            raise _failure(conn, self._sql, values, error) from error
        if self._is_positional:
            return bound
        return dict(zip(self._names, bound, strict=True))

    def _make_reads(self, description: Sequence[Any]) -> list[tuple[int, _Process]]:
        reads: list[tuple[int, _Process]] = []
        for index, column in enumerate(self._columns):
            kind = column.type.dialect_impl(self._dialect)
            process = kind.result_processor(self._dialect, description[index][1])
            if process is not None:
                reads.append((index, process))
        return reads


def _bind_process(kind: TypeEngine[Any], conn: Connection) -> _Process | None:
    """Return what makes a value the driver's; names and times are remembered.

    One turn writes the same moment six times, and a name is one of a few.
    """
    process = kind.dialect_impl(conn.dialect).bind_processor(conn.dialect)
    if process is None or not isinstance(kind, UtcDateTime | ByValue):
        return process
    if isinstance(kind, ByValue):
        return lru_cache(maxsize=_REMEMBERED)(process)
    remembered: _Process = conn.info.setdefault(
        UtcDateTime, lru_cache(maxsize=_REMEMBERED)(process)
    )
    return remembered


def _processed(value: Any, process: _Process | None) -> Any:
    return value if process is None else process(value)


def _failure(conn: Connection, sql: str, bound: Any, error: Exception) -> Exception:
    """Return the error that Core would raise; a lost connection is given up."""
    dialect = conn.dialect
    driver_error = dialect.loaded_dbapi.Error
    if isinstance(error, driver_error) and dialect.is_disconnect(
        error, conn.connection.dbapi_connection, None
    ):
        # Core fails here too, and gives up this connection and all of its age.
        with suppress(DBAPIError):
            conn.exec_driver_sql("SELECT 1")
    return DBAPIError.instance(
        sql,
        bound,
        error,
        driver_error,
        hide_parameters=conn.engine.hide_parameters,
        connection_invalidated=conn.invalidated,
        dialect=dialect,
    )
