"""Which statements forget to say whose rows they mean: refused before they run."""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Engine,
    Insert,
    Select,
    Table,
    Update,
    event,
)
from sqlalchemy.engine import ExecutionContext
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, ColumnClause, TextClause
from sqlalchemy.sql.selectable import (
    CTE,
    AliasedReturnsRows,
    FromClause,
    Join,
    Lateral,
    SelectBase,
)

from storage.tables import metadata

_MEMORY = 4096
"""Statements remembered as checked; far more than the program has."""

SCOPED = frozenset(
    name for name, table in metadata.tables.items() if "shop_id" in table.c
)
_SCOPED_NAME = re.compile(rf"\b({'|'.join(sorted(SCOPED))})\b")
_INSERTED = re.compile(r"INSERT(?: OR \w+)? INTO \S+ \(([^)]*)\)", re.IGNORECASE)

_Pins = dict[FromClause, bool]
"""Which sources of an enclosing select are held to one shop."""


class UnscopedQueryError(RuntimeError):
    """A statement touches a shop's rows without naming the shop: a program error."""

    def __init__(self, table: str, statement: str) -> None:
        self.table = table
        self.statement = statement
        super().__init__(
            f"{table} is read or written without its shop_id; name the shop, or say"
            f" why with execution_options(all_shops=…): {statement}"
        )


def guard_scope(engine: Engine) -> None:
    """Make the engine refuse every statement that forgets its shop.

    A statement that was found good is remembered by its text, so that the hot path
    pays one look-up.
    """
    checked: set[str] = set()

    def refuse_unscoped(
        conn: Connection,
        cursor: Any,
        statement: str,
        parameters: Any,
        context: ExecutionContext | None,
        executemany: bool,  # noqa: FBT001 - SQLAlchemy's event signature
    ) -> None:
        compiled = getattr(context, "compiled", None)
        text = statement if compiled is None else compiled.string
        if text in checked or _is_excused(conn, context):
            return
        check(None if compiled is None else compiled.statement, text)
        if len(checked) >= _MEMORY:
            checked.clear()
        checked.add(text)

    event.listen(engine, "before_cursor_execute", refuse_unscoped)


def _is_excused(conn: Connection, context: ExecutionContext | None) -> bool:
    options = (
        conn.get_execution_options() if context is None else (context.execution_options)
    )
    return "all_shops" in options


def check(element: Any, text: str) -> None:
    """Refuse a statement that touches a shop's rows without naming the shop.

    Args:
        element: The statement as built; None when it was given as text.
        text: The statement as SQL.

    Raises:
        UnscopedQueryError: It does.
    """
    if element is None:
        found = _SCOPED_NAME.search(text)
        if found is not None:
            raise UnscopedQueryError(found[1], text)
    elif not getattr(element, "is_ddl", False):
        _Check(text).visit(element, {})


class _Check:
    """The walk over one statement."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._seen: set[int] = set()

    def visit(self, node: Any, enclosing: _Pins) -> None:
        """Check every part of the statement that reads or writes rows."""
        match node:
            case Select():
                inner = self._check_select(node, enclosing)
            case Update() | Delete():
                inner = self._check_change(node)
            case Insert():
                self._check_insert(node)
                inner = {}
            case TextClause() | ColumnClause(is_literal=True):
                self._check_text(str(node))
                inner = {}
            case AliasedReturnsRows():
                if id(node) in self._seen:
                    return
                self._seen.add(id(node))
                inner = enclosing if isinstance(node, Lateral) else {}
            case _:
                inner = enclosing
        for child in _children(node):
            self.visit(child, inner)

    def _check_select(self, select: Select[Any], enclosing: _Pins) -> _Pins:
        sources = [
            leaf for source in select.get_final_froms() for leaf in _leaves(source)
        ]
        outer = _correlated(select, sources, enclosing)
        links = list(_conditions(select.whereclause, allowed=None))
        for source in select.get_final_froms():
            links += _join_conditions(source)
        # A source of the enclosing select that stands here again is another one.
        known = {**_without(enclosing, sources), **outer}
        return self._check_pins(sources, links, known, outer)

    def _check_change(self, change: Update | Delete) -> _Pins:
        where = change.whereclause
        target = change.table
        sources = [target, *_other_sources(where, target)]
        links = list(_conditions(where, allowed=None))
        return self._check_pins(sources, links, {}, {})

    def _check_pins(
        self,
        sources: list[FromClause],
        links: list["_Link"],
        known: _Pins,
        exempt: _Pins,
    ) -> _Pins:
        held = _held(sources, links, known)
        for source in sources:
            name = _scoped_name(source)
            if name is not None and source not in held and source not in exempt:
                raise UnscopedQueryError(name, self._text)
        return {**known, **{source: source in held for source in sources}}

    def _check_insert(self, insert: Insert) -> None:
        table = insert.table
        if not isinstance(table, Table) or table.name not in SCOPED:
            return
        inserted = _INSERTED.search(self._text)
        columns = "" if inserted is None else inserted[1]
        if "shop_id" not in re.findall(r"\w+", columns):
            raise UnscopedQueryError(table.name, self._text)

    def _check_text(self, text: str) -> None:
        found = _SCOPED_NAME.search(text)
        if found is not None:
            raise UnscopedQueryError(found[1], self._text)


_Link = tuple[FromClause, FromClause | None]
"""A source, and what its shop_id equals: another source's, or a value (None)."""


def _children(node: Any) -> list[Any]:
    if isinstance(node, Table):
        return []
    return list(node.get_children())


def _leaves(source: FromClause) -> Iterator[FromClause]:
    if isinstance(source, Join):
        yield from _leaves(source.left)
        yield from _leaves(source.right)
    else:
        yield source


def _scoped_name(source: FromClause) -> str | None:
    """Return the name of the shop's table behind a source, if there is one."""
    inner: Any = source
    while isinstance(inner, AliasedReturnsRows) and not isinstance(
        inner.element, SelectBase
    ):
        inner = inner.element
    if isinstance(inner, Table) and inner.name in SCOPED:
        return inner.name
    return None


def _correlated(
    select: Select[Any], sources: list[FromClause], enclosing: _Pins
) -> _Pins:
    """Return the sources that belong to the enclosing select, as SQLAlchemy does."""
    is_automatic = getattr(select, "_auto_correlate", False)
    if not is_automatic or len(sources) == 1:
        return {}
    return {leaf: enclosing[leaf] for leaf in sources if leaf in enclosing}


def _without(pins: _Pins, sources: list[FromClause]) -> _Pins:
    return {source: held for source, held in pins.items() if source not in sources}


def _other_sources(
    where: ColumnElement[Any] | None, target: FromClause
) -> list[FromClause]:
    """Return the further tables of an UPDATE … FROM or DELETE … USING."""
    found: list[FromClause] = []
    for column in _own_columns(where):
        source = column.table
        if source is not None and source is not target and source not in found:
            found.append(source)
    return found


def _own_columns(node: Any) -> Iterator[ColumnClause[Any]]:
    """Yield the columns of a condition, but none of a select inside it."""
    if node is None or isinstance(node, SelectBase):
        return
    if isinstance(node, ColumnClause):
        yield node
        return
    for child in node.get_children():
        yield from _own_columns(child)


def _join_conditions(source: FromClause) -> Iterator[_Link]:
    if not isinstance(source, Join):
        return
    yield from _join_conditions(source.left)
    yield from _join_conditions(source.right)
    if source.full:
        return
    # An outer join keeps every row of its left side, whatever ON says of it.
    allowed = set(_leaves(source.right)) if source.isouter else None
    yield from _conditions(source.onclause, allowed=allowed)


def _conditions(condition: Any, *, allowed: set[FromClause] | None) -> Iterator[_Link]:
    """Yield what the AND-ed equalities of a condition say of shops."""
    if condition is None:
        return
    if getattr(condition, "operator", None) is operators.and_:
        for part in condition.get_children():
            yield from _conditions(part, allowed=allowed)
        return
    inner = getattr(condition, "element", None)
    if inner is not None and type(condition).__name__ == "Grouping":
        yield from _conditions(inner, allowed=allowed)
        return
    if isinstance(condition, BinaryExpression) and condition.operator is operators.eq:
        yield from _equality(condition, allowed)


def _equality(
    condition: BinaryExpression[Any], allowed: set[FromClause] | None
) -> Iterator[_Link]:
    for one, other in (
        (condition.left, condition.right),
        (condition.right, condition.left),
    ):
        source = _shop_source(one)
        if source is None or (allowed is not None and source not in allowed):
            continue
        far = _shop_source(other)
        if far is not None:
            yield source, far
        elif not any(_own_columns(other)):
            yield source, None


def _shop_source(element: Any) -> FromClause | None:
    """Return the source whose shop this column names."""
    if not isinstance(element, ColumnClause) or element.table is None:
        return None
    source: FromClause = element.table
    is_shops = _table_name(source) == "shops"
    names = {"id", "slug"} if is_shops else {"shop_id"}
    return source if element.name in names else None


def _table_name(source: FromClause) -> str | None:
    inner: Any = source
    while isinstance(inner, AliasedReturnsRows):
        inner = inner.element
    return inner.name if isinstance(inner, Table) else None


def _held(
    sources: list[FromClause], links: list[_Link], known: _Pins
) -> set[FromClause]:
    """Return the sources that are held to one shop, directly or through others."""
    held = {source for source, is_held in known.items() if is_held}
    # A subquery's own select is checked by itself: its shop_id can be trusted.
    held |= {
        source
        for source in sources
        if _table_name(source) is None or isinstance(source, CTE)
    }
    is_growing = True
    while is_growing:
        found = {one for one, far in links if far is None or far in held} - held
        held |= found
        is_growing = bool(found)
    return held
