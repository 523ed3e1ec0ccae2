"""What a turn is decided on: its messages, the conversation and the buyer."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, exists, select

from bot.deciding.state import (
    AskedQuestion,
    BuyerState,
    ConversationState,
    OpenTicketRef,
    PastTurn,
)
from bot.desk.ticket_types import Phase
from bot.errors import NotFoundError
from bot.flows.state import DialogueState
from bot.follow_ups.plans import VOID_ON_REPLY
from storage.hot import HotStatement
from storage.literals import is_one_of
from storage.queries.dialogues import newest_dialogue
from storage.queries.due import ticket_due_at
from storage.queries.past_turns import past_turns
from storage.states import ConversationPhase, Direction, FollowUpState, ReviewState
from storage.tables import (
    BuyerRow,
    ConversationRow,
    FollowUpRow,
    MessageRow,
    ReviewRow,
    SuppressionRow,
    TicketRow,
    table_of,
)
from storage.tables.desk import ACTIVE_TICKET

_buyers = table_of(BuyerRow)
_conversations = table_of(ConversationRow)
_follow_ups = table_of(FollowUpRow)
_messages = table_of(MessageRow)
_reviews = table_of(ReviewRow)
_suppressions = table_of(SuppressionRow)
_tickets = table_of(TicketRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedConversation:
    """Everything stored that a turn is decided on."""

    state: ConversationState
    buyer: BuyerState
    connector: str
    buyer_ref: str
    buyer_name: str | None
    last_item_ref: str | None
    last_order_ref: str | None
    is_closed: bool = False
    """A person ended it; the turn opens it again."""


def load_conversation(
    conn: Connection, shop_id: int, *, conversation_id: int
) -> LoadedConversation:
    """Return where a conversation and its buyer stand.

    Raises:
        NotFoundError: The shop has no such conversation.
    """
    row = _conversation_statement().first(
        conn, {"of_shop": shop_id, "of_conversation": conversation_id}
    )
    if row is None:
        raise NotFoundError("conversation", conversation_id)
    return LoadedConversation(
        state=_state(
            row,
            past=past_turns(conn, shop_id, conversation_id=conversation_id),
            dialogue=newest_dialogue(conn, shop_id, conversation_id=conversation_id),
        ),
        buyer=BuyerState(
            buyer_id=row.buyer_id,
            is_verified=bool(row.is_verified),
            is_opted_out=bool(row.is_opted_out),
            open_tickets=_open_tickets(conn, shop_id, row.buyer_id),
            has_nudges=bool(row.has_nudges),
            has_open_review=bool(row.has_open_review),
        ),
        connector=row.connector,
        buyer_ref=row.buyer_ref,
        buyer_name=row.buyer_name,
        last_item_ref=row.last_item_ref,
        last_order_ref=row.last_order_ref,
        is_closed=row.state is ConversationPhase.CLOSED,
    )


def last_said(conn: Connection, shop_id: int, *, conversation_id: int) -> str:
    """Return the text of our newest message in a conversation; empty when none is."""
    table = _messages.c
    text: str | None = conn.scalar(
        select(table.text)
        .where(
            table.shop_id == shop_id,
            table.conversation_id == conversation_id,
            table.direction == Direction.OUTGOING,
        )
        .order_by(table.id.desc())
        .limit(1)
    )
    return "" if text is None else text


@cache
def _conversation_statement() -> HotStatement:
    """Return the statement for one conversation; built once, as each turn asks it."""
    table, messages = _conversations.c, _messages.c
    shop_id: BindParameter[int] = bindparam("of_shop")
    conversation_id: BindParameter[int] = bindparam("of_conversation")
    is_verified = (
        select(messages.is_verified)
        .where(
            messages.shop_id == shop_id,
            messages.conversation_id == conversation_id,
            messages.direction == Direction.INCOMING,
        )
        .order_by(messages.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    same = _buyers.alias("same")
    is_opted_out = exists().where(
        same.c.shop_id == shop_id,
        same.c.buyer_ref == table.buyer_ref,
        _suppressions.c.shop_id == shop_id,
        _suppressions.c.buyer_id == same.c.id,
    )
    return HotStatement(
        select(
            _conversations,
            _buyers.c.name.label("buyer_name"),
            is_verified.label("is_verified"),
            is_opted_out.label("is_opted_out"),
            _has_open_review().label("has_open_review"),
            _has_nudges().label("has_nudges"),
        )
        .join_from(_conversations, _buyers, _buyers.c.id == table.buyer_id)
        .where(
            table.shop_id == shop_id,
            _buyers.c.shop_id == shop_id,
            table.id == conversation_id,
        )
    )


def _has_nudges() -> Any:
    """Return the condition that something is planned which the buyer's reply ends."""
    return exists().where(
        _follow_ups.c.shop_id == bindparam("of_shop"),
        _follow_ups.c.buyer_id == _conversations.c.buyer_id,
        is_one_of(_follow_ups.c.state, FollowUpState.PLANNED, FollowUpState.CLAIMED),
        is_one_of(_follow_ups.c.kind, *VOID_ON_REPLY),
    )


def _has_open_review() -> Any:
    """Return the condition that a bad review of the buyer is being worked on."""
    return exists().where(
        _reviews.c.shop_id == bindparam("of_shop"),
        _reviews.c.buyer_id == _conversations.c.buyer_id,
        _reviews.c.state != ReviewState.REFUSED,
        _tickets.c.shop_id == bindparam("of_shop"),
        _tickets.c.id == _reviews.c.ticket_id,
        _tickets.c.phase != Phase.CLOSED,
    )


def _state(
    row: Row[Any], *, past: tuple[PastTurn, ...], dialogue: DialogueState | None
) -> ConversationState:
    is_served = row.state is ConversationPhase.SERVED
    return ConversationState(
        conversation_id=row.id,
        version=row.version,
        connector=row.connector,
        served_by=row.served_by if is_served else None,
        is_handed_over=is_served or row.state is ConversationPhase.HANDED_OVER,
        misses=row.misses,
        is_greeted=row.is_greeted,
        last_intent=row.last_intent,
        used_variants={
            script_id: tuple(variants) for script_id, variants in row.used_variants
        },
        asked=_asked(row),
        past=past,
        mood=row.mood,
        stretch_at=row.stretch_at,
        dialogue=dialogue,
    )


def _asked(row: Row[Any]) -> AskedQuestion | None:
    if row.question_id is None:
        return None
    return AskedQuestion(
        question_id=row.question_id,
        ticket_id=row.question_ticket_id,
        review_id=row.question_review_id,
        asked_at=row.asked_at,
    )


def _open_tickets(
    conn: Connection, shop_id: int, buyer_id: int
) -> tuple[OpenTicketRef, ...]:
    rows = _open_tickets_statement().rows(
        conn, {"of_shop": shop_id, "of_buyer": buyer_id}
    )
    return tuple(
        OpenTicketRef(
            ticket_id=row.id,
            number=row.number,
            ticket_type=row.ticket_type,
            order_ref=None if row.order_ref == "" else row.order_ref,
            due_at=ticket_due_at(row),
        )
        for row in rows
    )


@cache
def _open_tickets_statement() -> HotStatement:
    """Return the statement for a buyer's open tickets; built once."""
    table = _tickets.c
    return HotStatement(
        select(
            table.id,
            table.number,
            table.ticket_type,
            table.order_ref,
            table.first_answer_due_at,
            table.first_answered_at,
            table.plan_due_at,
        )
        .where(
            table.shop_id == bindparam("of_shop"),
            table.buyer_id == bindparam("of_buyer"),
            ACTIVE_TICKET,
        )
        .order_by(table.id)
    )
