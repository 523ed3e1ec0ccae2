"""How it is written down who did what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from storage.tables import AuditRow, table_of

_audit = table_of(AuditRow)


def record(
    conn: Connection,
    shop_id: int,
    *,
    action: str,
    subject: str,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    person_id: int | None = None,
) -> None:
    """Write down one thing that was done; ``person_id`` None: the program itself."""
    conn.execute(
        insert(_audit).values(
            shop_id=shop_id,
            person_id=person_id,
            action=action,
            subject=subject,
            data={} if data is None else dict(data),
            at=now,
        )
    )
