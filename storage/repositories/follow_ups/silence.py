"""How it is recorded that a buyer did not answer a question of ours."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from storage.repositories.questions import NO_QUESTION
from storage.repositories.tickets import events
from storage.states import CallBackResult, TicketEventKind
from storage.tables import ConversationRow, FollowUpRow, TicketRow, table_of
from storage.tables.desk import ASKED

_conversations = table_of(ConversationRow)
_follow_ups = table_of(FollowUpRow)
_tickets = table_of(TicketRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentQuestion:
    """A question that was not answered in its time."""

    shop_id: int
    follow_up_id: int
    conversation_id: int | None
    ticket_id: int | None


def silent_questions(
    conn: Connection, *, now: datetime, limit: int = 100
) -> list[SilentQuestion]:
    """Record the silence on questions whose time is over, and return them.

    On the follow-up, on the ticket whose call-back it was (unless it has a result),
    and in the conversation, whose next turn is not read as an answer any more.
    """
    table = _follow_ups.c
    statement: Select[Any] = (
        select(table.id, table.shop_id, table.conversation_id, table.ticket_id)
        .where(ASKED, table.answer_until <= now)
        .order_by(table.answer_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(all_shops="the scheduler's tick serves every shop")
    )
    rows = conn.execute(statement).all()
    for row in rows:
        _record(conn, row, now)
    return [
        SilentQuestion(
            shop_id=row.shop_id,
            follow_up_id=row.id,
            conversation_id=row.conversation_id,
            ticket_id=row.ticket_id,
        )
        for row in rows
    ]


def _record(conn: Connection, row: Row[Any], now: datetime) -> None:
    table, places = _follow_ups.c, _conversations.c
    conn.execute(
        update(_follow_ups)
        .where(table.shop_id == row.shop_id, table.id == row.id)
        .values(answer=CallBackResult.SILENT.value)
    )
    conn.execute(
        update(_conversations)
        .where(
            places.shop_id == row.shop_id,
            places.id == row.conversation_id,
            places.question_follow_up_id == row.id,
        )
        .values(version=places.version + 1, **NO_QUESTION)
    )
    if row.ticket_id is not None:
        _record_on_ticket(conn, row, now)


def _record_on_ticket(conn: Connection, row: Row[Any], now: datetime) -> None:
    table = _tickets.c
    changed = conn.execute(
        update(_tickets)
        .where(
            table.shop_id == row.shop_id,
            table.id == row.ticket_id,
            table.solved_at.is_not(None),
            table.call_back_result == CallBackResult.NONE,
        )
        .values(version=table.version + 1, call_back_result=CallBackResult.SILENT)
    )
    if changed.rowcount == 1:
        events.add(
            conn,
            row.shop_id,
            row.ticket_id,
            kind=TicketEventKind.CALL_BACK,
            now=now,
            data={"call_back": CallBackResult.SILENT.value},
        )
