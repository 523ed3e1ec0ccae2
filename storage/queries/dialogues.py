"""Where does the newest flow of a conversation stand?"""

from functools import cache

from sqlalchemy import Connection, bindparam, select

from bot.flows.state import DialogueState
from storage.hot import HotStatement
from storage.tables import DialogueRow, table_of

_dialogues = table_of(DialogueRow)


def newest_dialogue(
    conn: Connection, shop_id: int, *, conversation_id: int
) -> DialogueState | None:
    """Return the open flow of a conversation, else its newest; None: it has none."""
    row = _statement().first(
        conn, {"of_shop": shop_id, "of_conversation": conversation_id}
    )
    if row is None:
        return None
    return DialogueState(
        dialogue_id=row.id,
        flow_id=row.flow_id,
        intent_id=row.intent_id,
        step=row.step,
        slots=row.slots,
        tries=row.tries,
        ticket_id=row.ticket_id,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        closed=row.closed_reason,
    )


@cache
def _statement() -> HotStatement:
    """Return the statement; built once, as each turn asks it."""
    table = _dialogues.c
    return HotStatement(
        select(_dialogues)
        .where(
            table.shop_id == bindparam("of_shop"),
            table.conversation_id == bindparam("of_conversation"),
        )
        .order_by(table.closed_at.is_not(None), table.id.desc())
        .limit(1)
    )
