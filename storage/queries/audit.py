"""Who did what in a shop."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from storage.tables import AuditRow, table_of

_audit = table_of(AuditRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One thing that was done."""

    person_id: int | None
    action: str
    subject: str
    data: Mapping[str, Any]
    at: datetime


def audit(conn: Connection, shop_id: int, *, limit: int = 100) -> list[AuditRecord]:
    """Return what was done, newest first."""
    statement = (
        select(_audit)
        .where(_audit.c.shop_id == shop_id)
        .order_by(_audit.c.at.desc(), _audit.c.id.desc())
        .limit(limit)
    )
    return [
        AuditRecord(
            person_id=row.person_id,
            action=row.action,
            subject=row.subject,
            data=row.data,
            at=row.at,
        )
        for row in conn.execute(statement)
    ]
