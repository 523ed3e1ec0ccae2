"""Who did what in a shop."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from storage.queries.people_names import names_of
from storage.tables import AuditRow, table_of

_audit = table_of(AuditRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One thing that was done."""

    audit_id: int
    person_id: int | None
    user: str | None
    """None: the program itself, or a command on the machine."""
    action: str
    subject: str
    data: Mapping[str, Any]
    at: datetime


def audit(
    conn: Connection, shop_id: int, *, before: int | None = None, limit: int = 100
) -> list[AuditRecord]:
    """Return what was done, newest first; what was written under the id ``before``."""
    statement = select(_audit).where(_audit.c.shop_id == shop_id)
    if before is not None:
        statement = statement.where(_audit.c.id < before)
    rows = conn.execute(statement.order_by(_audit.c.id.desc()).limit(limit)).all()
    names = names_of(conn, [row.person_id for row in rows])
    return [
        AuditRecord(
            audit_id=row.id,
            person_id=row.person_id,
            user=names.get(row.person_id),
            action=row.action,
            subject=row.subject,
            data=row.data,
            at=row.at,
        )
        for row in rows
    ]
