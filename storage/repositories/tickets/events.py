"""How what happens to a ticket is written down."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from storage.hot import HotStatement
from storage.states import TicketEventKind
from storage.tables import TicketEventRow, table_of

_events = table_of(TicketEventRow)

_ADD_EVENT = HotStatement(insert(_events))


def add(
    conn: Connection,
    shop_id: int,
    ticket_id: int,
    *,
    kind: TicketEventKind,
    now: datetime,
    by: int | None = None,
    note: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write down one event; ``by`` None means the program itself."""
    _ADD_EVENT.change(
        conn,
        {
            "shop_id": shop_id,
            "ticket_id": ticket_id,
            "kind": kind,
            "by_person": by,
            "data": {} if data is None else dict(data),
            "note": note,
            "at": now,
        },
    )
