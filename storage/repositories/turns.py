"""How everything that one turn decided is committed as a whole."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, Text, bindparam, case, func, or_, select, update

from bot.actions import Decision, HandOver, UpdateConversation
from bot.desk.ticket_types import Workflow
from bot.errors import StaleStateError
from bot.messages import OutgoingMessage, Turn
from storage.hot import HotStatement
from storage.queries.shops import ShopRecord
from storage.repositories import turn_actions
from storage.repositories.buyers import set_contact
from storage.repositories.questions import NO_QUESTION
from storage.repositories.sending import Address
from storage.repositories.tickets.opening import OpenedTicket
from storage.repositories.turn_questions import needs_question
from storage.repositories.turn_work import OpenQuestion, TurnWork
from storage.states import ConversationPhase
from storage.tables import ConversationRow, MessageRow, table_of

_conversations = table_of(ConversationRow)
_messages = table_of(MessageRow)

_STATE = ("misses", "is_greeted", "last_intent", "used_variants", "mood", "stretch_at")
"""Columns that a turn's new state sets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedTurn:
    """What came of a turn; true once the unit's commit is done."""

    replies: tuple[OutgoingMessage, ...]
    version: int
    """Of the conversation, after this turn."""
    handled_at: datetime
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
    due_again: Callable[[str], datetime] | None = None,
    buyer_name: str | None = None,
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
        due_again: Says when a ticket of this type must be answered that the turn opens
            again; None keeps the old due time.
        buyer_name: Masked in the searchable copies of the replies.

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
        due_again=due_again,
        question=question,
        buyer_name=buyer_name,
    )
    if decision.phone is not None:
        set_contact(conn, turn.shop_id, buyer_id=row.buyer_id, phone=decision.phone)
    turn_actions.apply(conn, work)
    return CommittedTurn(
        replies=tuple(work.replies),
        version=row.version,
        handled_at=now,
        tickets=tuple(work.tickets),
        follow_up_ids=tuple(work.follow_up_ids),
    )


def spoken_order(turn: Turn, decision: Decision) -> str | None:
    """Return the order that later turns are about, unless they name another one.

    That of the page, else the buyer's own that their words name; None: as before.
    """
    if turn.order_ref is not None:
        return turn.order_ref
    return next(
        (it.order_ref for it in decision.actions if isinstance(it, UpdateConversation)),
        None,
    )


def _open_question(
    conn: Connection, turn: Turn, decision: Decision
) -> OpenQuestion | None:
    """Return the question that this turn answers or makes void, before it is gone."""
    if not needs_question(decision):
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
    ids = turn.message_ids
    changed = _mark_statement(len(ids)).change(
        conn,
        {
            "of_shop": turn.shop_id,
            "of_conversation": turn.conversation_id,
            "new_handled_at": now,
            "new_intent_id": decision.intent_id,
            "new_confidence": decision.confidence,
            "new_band": decision.band,
            "new_turn_first_id": ids[0],
            **{f"id_{number}": value for number, value in enumerate(ids)},
        },
    )
    if changed != len(ids):
        raise StaleStateError("turn", ids[0])


@lru_cache(maxsize=64)
def _mark_statement(count: int) -> HotStatement:
    """Return the statement that marks so many messages as handled."""
    table = _messages.c
    names = ("handled_at", "intent_id", "confidence", "band", "turn_first_id")
    return HotStatement(
        update(_messages)
        .where(
            table.shop_id == bindparam("of_shop"),
            table.conversation_id == bindparam("of_conversation"),
            or_(*(table.id == bindparam(f"id_{number}") for number in range(count))),
            table.handled_at.is_(None),
        )
        .values({name: bindparam(f"new_{name}") for name in names})
    )


def _update_conversation(
    conn: Connection,
    turn: Turn,
    decision: Decision,
    expected_version: int,
    now: datetime,
) -> Any:
    state = next(
        (it for it in decision.actions if isinstance(it, UpdateConversation)), None
    )
    statement = _update_statement(
        has_state=state is not None,
        is_question_closed=state is not None and state.is_question_closed,
        is_handed_over=any(isinstance(it, HandOver) for it in decision.actions),
    )
    values = {
        "of_shop": turn.shop_id,
        "of_conversation": turn.conversation_id,
        "expected_version": expected_version,
        "new_last_buyer_at": now,
        "new_item_ref": turn.item_ref,
        "new_order_ref": spoken_order(turn, decision),
    }
    if state is not None:
        values |= _state_values(state)
    row = statement.first(conn, values)
    if row is None:
        raise StaleStateError("conversation", turn.conversation_id)
    return row


def _state_values(action: UpdateConversation) -> dict[str, Any]:
    return {
        "new_misses": action.misses,
        "new_is_greeted": action.is_greeted,
        "new_last_intent": action.last_intent,
        "new_mood": action.mood,
        "new_stretch_at": action.stretch_at,
        "new_used_variants": [
            [script_id, list(variants)] for script_id, variants in action.used_variants
        ],
    }


@cache
def _update_statement(
    *, has_state: bool, is_question_closed: bool, is_handed_over: bool
) -> HotStatement:
    """Return the statement that a conversation is updated with after a turn.

    Built once a shape: building costs many times what running it does.
    """
    table = _conversations.c
    values: dict[str, Any] = {
        "version": table.version + 1,
        "last_buyer_at": bindparam("new_last_buyer_at"),
        "last_item_ref": func.coalesce(
            bindparam("new_item_ref", type_=Text()), table.last_item_ref
        ),
        "last_order_ref": func.coalesce(
            bindparam("new_order_ref", type_=Text()), table.last_order_ref
        ),
    }
    if has_state:
        for name in _STATE:
            values[name] = bindparam(f"new_{name}")
    if is_question_closed:
        values |= NO_QUESTION
    if is_handed_over:
        # Who serves the conversation goes on serving it.
        values["state"] = case(
            (table.state == ConversationPhase.SERVED, table.state),
            else_=ConversationPhase.HANDED_OVER,
        )
        values["handed_over_at"] = case(
            (table.state == ConversationPhase.SERVED, table.handed_over_at),
            else_=func.coalesce(table.handed_over_at, bindparam("new_last_buyer_at")),
        )
    return HotStatement(
        update(_conversations)
        .where(
            table.shop_id == bindparam("of_shop"),
            table.id == bindparam("of_conversation"),
            table.version == bindparam("expected_version"),
        )
        .values(**values)
        .returning(table.version, table.buyer_id, table.connector, table.buyer_ref)
    )
