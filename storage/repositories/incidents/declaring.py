"""How an incident is declared, and how it ends."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from bot.errors import NotFoundError
from bot.incidents.values import EVERYTHING, IncidentKind, Scope
from storage.repositories.changes import record_change
from storage.repositories.upserts import new_id
from storage.tables import IncidentRow, table_of

_incidents = table_of(IncidentRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIncident:
    """What a manager declares; the guard has let the text pass."""

    kind: IncidentKind
    text: str
    starts_at: datetime
    scope: Scope = EVERYTHING
    ends_at: datetime | None = None


def declare(
    conn: Connection,
    shop_id: int,
    *,
    value: NewIncident,
    person_id: int | None,
    now: datetime,
) -> int:
    """Declare an incident and return its id; running processes notice.

    ``person_id`` None: a command on the machine.
    """
    made = conn.execute(
        insert(_incidents).values(
            shop_id=shop_id,
            kind=value.kind,
            scope={name: list(it) for name, it in asdict(value.scope).items()},
            text=value.text,
            starts_at=value.starts_at,
            ends_at=value.ends_at,
            declared_by=person_id,
            created_at=now,
        )
    )
    record_change(conn)
    return new_id(made)


def change_end(
    conn: Connection, shop_id: int, *, incident_id: int, ends_at: datetime | None
) -> None:
    """Set when an incident is expected to be over; None: nobody knows.

    Raises:
        NotFoundError: The shop has no such incident that still lasts.
    """
    _change(conn, shop_id, incident_id, {"ends_at": ends_at})


def end(
    conn: Connection,
    shop_id: int,
    *,
    incident_id: int,
    closing: str | None,
    person_id: int | None,
    now: datetime,
) -> None:
    """End an incident; the tick promises the closing message to all who were told.

    Args:
        conn: Of the unit.
        shop_id: Whose incident it is.
        incident_id: Which one.
        closing: What they read; None: the pack's words. The guard has let it pass.
        person_id: Who ends it; None: a command on the machine.
        now: Aware UTC.

    Raises:
        NotFoundError: The shop has no such incident that still lasts.
    """
    values = {"ended_at": now, "ended_by": person_id, "closing": closing}
    _change(conn, shop_id, incident_id, values)


def _change(
    conn: Connection, shop_id: int, incident_id: int, values: dict[str, Any]
) -> None:
    table = _incidents.c
    changed = conn.execute(
        update(_incidents)
        .where(
            table.shop_id == shop_id,
            table.id == incident_id,
            table.ended_at.is_(None),
        )
        .values(**values)
    )
    if changed.rowcount == 0:
        raise NotFoundError("running incident", incident_id)
    record_change(conn)
