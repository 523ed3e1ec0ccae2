"""Which incidents are there, and who was told of them?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from bot.errors import NotFoundError
from bot.incidents.values import Incident, IncidentKind, Scope
from storage.queries.people_names import names_of
from storage.tables import BuyerRow, IncidentContactRow, IncidentRow, table_of

_buyers = table_of(BuyerRow)
_contacts = table_of(IncidentContactRow)
_incidents = table_of(IncidentRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRecord:
    """One incident with what became of it."""

    incident_id: int
    kind: IncidentKind
    scope: Scope
    text: str
    closing: str | None
    starts_at: datetime
    ends_at: datetime | None
    ended_at: datetime | None
    closed_at: datetime | None
    """Everybody who was told has been promised the closing message."""
    declared_by: str | None
    """None: a command on the machine."""
    ended_by: str | None
    created_at: datetime
    told: int
    """Buyers who were told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRecord:
    """A buyer who was told of an incident."""

    contact_id: int
    buyer_id: int
    buyer_ref: str
    buyer_name: str | None
    conversation_id: int
    told_at: datetime
    closing_at: datetime | None


def running_incidents(conn: Connection, shop_id: int) -> tuple[Incident, ...]:
    """Return what was declared in a shop and has not ended, oldest first."""
    table = _incidents.c
    rows = conn.execute(
        select(_incidents)
        .where(table.shop_id == shop_id, table.ended_at.is_(None))
        .order_by(table.id)
    )
    return tuple(
        Incident(
            incident_id=row.id,
            kind=row.kind,
            scope=scope_of(row.scope),
            text=row.text,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
        )
        for row in rows
    )


def incidents(
    conn: Connection,
    shop_id: int,
    *,
    is_running: bool | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[IncidentRecord]:
    """Return incidents, newest first; ``is_running`` None: ended ones as well."""
    table = _incidents.c
    statement = _records(shop_id)
    if is_running is not None:
        over = table.ended_at.is_not(None)
        statement = statement.where(~over if is_running else over)
    if before is not None:
        statement = statement.where(table.id < before)
    rows = conn.execute(statement.order_by(table.id.desc()).limit(limit)).all()
    names = names_of(
        conn, [person for row in rows for person in (row.declared_by, row.ended_by)]
    )
    return [_record(row, names) for row in rows]


def incident(conn: Connection, shop_id: int, incident_id: int) -> IncidentRecord:
    """Return one incident.

    Raises:
        NotFoundError: The shop has no such incident.
    """
    row = conn.execute(
        _records(shop_id).where(_incidents.c.id == incident_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError("incident", incident_id)
    return _record(row, names_of(conn, [row.declared_by, row.ended_by]))


def contacts(
    conn: Connection, shop_id: int, *, incident_id: int, after: int = 0, limit: int = 50
) -> list[ContactRecord]:
    """Return who was told of an incident, in the order of the telling."""
    table = _contacts.c
    rows = conn.execute(
        select(_contacts, _buyers.c.buyer_ref, _buyers.c.name)
        .join_from(_contacts, _buyers, _buyers.c.id == table.buyer_id)
        .where(
            table.shop_id == shop_id,
            _buyers.c.shop_id == shop_id,
            table.incident_id == incident_id,
            table.id > after,
        )
        .order_by(table.id)
        .limit(limit)
    )
    return [
        ContactRecord(
            contact_id=row.id,
            buyer_id=row.buyer_id,
            buyer_ref=row.buyer_ref,
            buyer_name=row.name,
            conversation_id=row.conversation_id,
            told_at=row.told_at,
            closing_at=row.closing_at,
        )
        for row in rows
    ]


def scope_of(stored: dict[str, Any]) -> Scope:
    """Return a scope as it is stored."""
    return Scope(**{name: tuple(values) for name, values in stored.items()})


def _records(shop_id: int) -> Select[Any]:
    told = (
        select(func.count(_contacts.c.buyer_id.distinct()))
        .where(
            _contacts.c.shop_id == shop_id,
            _contacts.c.incident_id == _incidents.c.id,
        )
        .scalar_subquery()
    )
    return select(_incidents, told.label("told")).where(_incidents.c.shop_id == shop_id)


def _record(row: Row[Any], names: Any) -> IncidentRecord:
    return IncidentRecord(
        incident_id=row.id,
        kind=row.kind,
        scope=scope_of(row.scope),
        text=row.text,
        closing=row.closing,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        ended_at=row.ended_at,
        closed_at=row.closed_at,
        declared_by=names.get(row.declared_by),
        ended_by=names.get(row.ended_by),
        created_at=row.created_at,
        told=row.told,
    )
