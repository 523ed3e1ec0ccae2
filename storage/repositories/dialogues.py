"""How a flow of several turns is remembered, and what it collects on tickets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.actions import UpdateDialogue
from bot.flows.state import DialogueEnd
from storage.repositories.tickets.collecting import collect
from storage.repositories.tickets.opening import OpenedTicket
from storage.repositories.tickets.submitting import submit
from storage.repositories.upserts import new_id
from storage.tables import DialogueRow, table_of
from storage.tables.dialogues import OPEN_DIALOGUE

_dialogues = table_of(DialogueRow)


def change(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    action: UpdateDialogue,
    tickets: Sequence[OpenedTicket],
    now: datetime,
) -> int:
    """Begin a flow or bring it up to date; return its row id.

    The conversation's version was checked before: nobody else changes it in between.

    Args:
        conn: Of the unit.
        shop_id: Whose conversation it is.
        conversation_id: Where the flow is.
        action: What has changed.
        tickets: Opened or gone on with in this turn.
        now: Aware UTC.
    """
    ticket_id = next(
        (it.ticket_id for it in tickets if it.ticket_type == action.ticket_type), None
    )
    values: dict[str, Any] = {
        "step": action.step,
        "slots": dict(action.slots),
        "tries": action.tries,
        "updated_at": now,
        "closed_at": None if action.closed is None else now,
        "closed_reason": action.closed,
    }
    if action.dialogue_id is None:
        dialogue_id = _begin(conn, shop_id, conversation_id, action, values, ticket_id)
    else:
        dialogue_id = action.dialogue_id
        ticket_id = _go_on(conn, shop_id, dialogue_id, values, ticket_id)
    _collect(conn, shop_id, action, ticket_id, tickets, now)
    _submit(conn, shop_id, action, ticket_id, tickets, now)
    return dialogue_id


def close_open(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    reason: DialogueEnd,
    now: datetime,
) -> None:
    """Close the open flow of a conversation, if there is one."""
    table = _dialogues.c
    conn.execute(
        update(_dialogues)
        .where(
            table.shop_id == shop_id,
            table.conversation_id == conversation_id,
            OPEN_DIALOGUE,
        )
        .values(version=table.version + 1, closed_at=now, closed_reason=reason)
    )


def has_open_dialogue(conn: Connection, shop_id: int, *, conversation_id: int) -> bool:
    """Return whether a flow of a conversation is open."""
    table = _dialogues.c
    found = select(table.id).where(
        table.shop_id == shop_id,
        table.conversation_id == conversation_id,
        OPEN_DIALOGUE,
    )
    return conn.scalar(found) is not None


def _begin(
    conn: Connection,
    shop_id: int,
    conversation_id: int,
    action: UpdateDialogue,
    values: Mapping[str, Any],
    ticket_id: int | None,
) -> int:
    result = conn.execute(
        insert(_dialogues).values(
            shop_id=shop_id,
            conversation_id=conversation_id,
            flow_id=action.flow_id,
            intent_id=action.intent_id,
            ticket_id=ticket_id,
            opened_at=values["updated_at"],
            version=1,
            **values,
        )
    )
    return new_id(result)


def _go_on(
    conn: Connection,
    shop_id: int,
    dialogue_id: int,
    values: dict[str, Any],
    ticket_id: int | None,
) -> int | None:
    """Change a flow; return its ticket."""
    table = _dialogues.c
    if ticket_id is not None:
        values["ticket_id"] = ticket_id
    found: int | None = conn.execute(
        update(_dialogues)
        .where(table.shop_id == shop_id, table.id == dialogue_id)
        .values(version=table.version + 1, **values)
        .returning(table.ticket_id)
    ).scalar_one()
    return found


def _collect(
    conn: Connection,
    shop_id: int,
    action: UpdateDialogue,
    ticket_id: int | None,
    tickets: Sequence[OpenedTicket],
    now: datetime,
) -> None:
    if not action.collected:
        return
    ids = {it.ticket_id for it in tickets if it.ticket_type in action.writes_to}
    for one in sorted(ids | ({ticket_id} if ticket_id is not None else set())):
        collect(conn, shop_id, ticket_id=one, data=dict(action.collected), now=now)


def _submit(
    conn: Connection,
    shop_id: int,
    action: UpdateDialogue,
    ticket_id: int | None,
    tickets: Sequence[OpenedTicket],
    now: datetime,
) -> None:
    submission = action.submission
    if submission is None:
        return
    kind = submission.ticket_type
    ids = {it.ticket_id for it in tickets if it.ticket_type == kind}
    if ticket_id is not None and kind == action.ticket_type:
        ids.add(ticket_id)
    for one in sorted(ids):
        submit(conn, shop_id, ticket_id=one, submission=submission, now=now)
