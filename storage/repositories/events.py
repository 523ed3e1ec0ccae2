"""How it is written down what happened to a conversation besides its messages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from storage.hot import HotStatement
from storage.states import ConversationEventKind
from storage.tables import ConversationEventRow, table_of

_ADD_EVENT = HotStatement(insert(table_of(ConversationEventRow)))


def record_event(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    kind: ConversationEventKind,
    now: datetime,
    person_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write down one thing; agents who look are told of it in the order of the ids.

    Args:
        conn: Of the unit.
        shop_id: Whose conversation it is.
        conversation_id: Which one.
        kind: What happened.
        now: Aware UTC.
        person_id: Who did it; None: the program itself, or the buyer.
        data: What else is worth knowing; no personal data.
    """
    _ADD_EVENT.change(
        conn,
        {
            "shop_id": shop_id,
            "conversation_id": conversation_id,
            "kind": kind,
            "person_id": person_id,
            "data": {} if data is None else dict(data),
            "at": now,
        },
    )
