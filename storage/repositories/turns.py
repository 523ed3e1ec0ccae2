"""How everything that one turn decided is committed as a whole."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, select, update

from bot.actions import Decision, HandOver, UpdateConversation
from bot.desk.ticket_types import Workflow
from bot.errors import StaleStateError
from bot.messages import OutgoingMessage, Turn
from storage.queries.shops import ShopRecord
from storage.repositories import turn_actions
from storage.repositories.buyers import set_contact
from storage.repositories.questions import NO_QUESTION
from storage.repositories.sending import Address
from storage.repositories.tickets.opening import OpenedTicket
from storage.repositories.turn_actions import OpenQuestion, TurnWork
from storage.states import ConversationPhase
from storage.tables import ConversationRow, MessageRow, table_of

_conversations = table_of(ConversationRow)
_messages = table_of(MessageRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedTurn:
    """What came of a turn; true once the unit's commit is done."""

    replies: tuple[OutgoingMessage, ...]
    version: int
    """Of the conversation, after this turn."""
    tickets: tuple[OpenedTicket, ...] = ()
    follow_up_ids: tuple[int, ...] = ()


def commit_turn(  # noqa: PLR0913 - everything that one commit depends on
    conn: Connection,
    turn: Turn,
    decision: Decision,
    *,
    shop: ShopRecord,
    workflow: Workflow,
    expected_version: int,
    now: datetime,
    deliver: bool = True,
    contact: str | None = None,
    reopened_due_at: datetime | None = None,
) -> CommittedTurn:
    """Apply every action of a turn and mark its messages as handled.

    Args:
        conn: Of the unit.
        turn: What was answered.
        decision: What follows from it.
        shop: Whose turn it is.
        workflow: Of the shop's pack; moves the ticket of an answered call-back.
        expected_version: Of the conversation that was decided on.
        now: Aware UTC.
        deliver: False where the buyer's side fetches its messages by itself.
        contact: Phone digits that the buyer gave in this turn; stored sealed.
        reopened_due_at: When a ticket that this turn opens again must be answered.

    Raises:
        StaleStateError: The conversation has changed since (an agent took over, a
            question was asked), or a message of the turn is handled already.
    """
    question = _open_question(conn, turn, decision)
    _mark_handled(conn, turn, decision, now)
    row = _update_conversation(conn, turn, decision, expected_version, now)
    work = TurnWork(
        address=Address(
            shop_id=turn.shop_id,
            shop=shop.slug,
            conversation_id=turn.conversation_id,
            buyer_id=row.buyer_id,
            connector=row.connector,
            buyer_ref=row.buyer_ref,
        ),
        turn=turn,
        decision=decision,
        timezone=shop.timezone,
        workflow=workflow,
        now=now,
        deliver=deliver,
        reopened_due_at=reopened_due_at,
        question=question,
    )
    if contact is not None:
        set_contact(conn, turn.shop_id, buyer_id=row.buyer_id, phone=contact)
    turn_actions.apply(conn, work)
    return CommittedTurn(
        replies=tuple(work.replies),
        version=row.version,
        tickets=tuple(work.tickets),
        follow_up_ids=tuple(work.follow_up_ids),
    )


def _open_question(
    conn: Connection, turn: Turn, decision: Decision
) -> OpenQuestion | None:
    """Return the question that this turn answers or makes void, before it is gone."""
    if not turn_actions.needs_question(decision):
        return None
    table = _conversations.c
    row = conn.execute(
        select(
            table.question_ticket_id,
            table.question_review_id,
            table.question_follow_up_id,
        ).where(table.shop_id == turn.shop_id, table.id == turn.conversation_id)
    ).one_or_none()
    if row is None:
        return None
    return OpenQuestion(
        ticket_id=row.question_ticket_id,
        review_id=row.question_review_id,
        follow_up_id=row.question_follow_up_id,
    )


def _mark_handled(
    conn: Connection, turn: Turn, decision: Decision, now: datetime
) -> None:
    table = _messages.c
    result = conn.execute(
        update(_messages)
        .where(
            table.shop_id == turn.shop_id,
            table.conversation_id == turn.conversation_id,
            table.id.in_(turn.message_ids),
            table.handled_at.is_(None),
        )
        .values(
            handled_at=now,
            intent_id=decision.intent_id,
            confidence=decision.confidence,
            band=decision.band,
            turn_first_id=turn.message_ids[0],
        )
    )
    if result.rowcount != len(turn.message_ids):
        raise StaleStateError("turn", turn.message_ids[0])


def _update_conversation(
    conn: Connection,
    turn: Turn,
    decision: Decision,
    expected_version: int,
    now: datetime,
) -> Any:
    table = _conversations.c
    row = conn.execute(
        update(_conversations)
        .where(
            table.shop_id == turn.shop_id,
            table.id == turn.conversation_id,
            table.version == expected_version,
        )
        .values(**_new_values(turn, decision, now))
        .returning(table.version, table.buyer_id, table.connector, table.buyer_ref)
    ).one_or_none()
    if row is None:
        raise StaleStateError("conversation", turn.conversation_id)
    return row


def _new_values(turn: Turn, decision: Decision, now: datetime) -> dict[str, Any]:
    """Return the conversation's columns after this turn.

    The same columns every time: the statement's text, and with it everything that
    is cached for it, stays one.
    """
    table = _conversations.c
    values: dict[str, Any] = {
        "version": table.version + 1,
        "last_buyer_at": now,
        "last_item_ref": func.coalesce(turn.item_ref, table.last_item_ref),
        "last_order_ref": func.coalesce(turn.order_ref, table.last_order_ref),
    }
    for action in decision.actions:
        if isinstance(action, UpdateConversation):
            values |= _state_values(action)
        elif isinstance(action, HandOver):
            # Who serves the conversation goes on serving it.
            values["state"] = case(
                (table.state == ConversationPhase.SERVED, table.state),
                else_=ConversationPhase.HANDED_OVER,
            )
    return values


def _state_values(action: UpdateConversation) -> dict[str, Any]:
    values: dict[str, Any] = {
        "misses": action.misses,
        "is_greeted": action.is_greeted,
        "last_intent": action.last_intent,
        "used_variants": [
            [script_id, list(variants)] for script_id, variants in action.used_variants
        ],
    }
    if action.is_question_closed:
        values |= NO_QUESTION
    return values
