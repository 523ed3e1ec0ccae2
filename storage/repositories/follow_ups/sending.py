"""How a due follow-up is sent: checked once more, then everything in one commit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.errors import StaleStateError
from bot.follow_ups.plans import Kind
from bot.messages import OutgoingMessage, Sender
from storage.literals import is_just
from storage.queries.claims import ClaimedFollowUp
from storage.repositories import buyers, reviews
from storage.repositories.events import record_event
from storage.repositories.follow_ups.planning import NewFollowUp, plan
from storage.repositories.intake import ensure_conversations
from storage.repositories.sending import Address, Draft, put_out
from storage.states import (
    REMINDER,
    ConversationEventKind,
    ConversationPhase,
    FollowUpState,
)
from storage.tables import ConversationRow, FollowUpRow, MessageRow, table_of
from storage.tables.conversations import UNHANDLED

_conversations = table_of(ConversationRow)
_follow_ups = table_of(FollowUpRow)
_messages = table_of(MessageRow)


SILENT = "买家没有再回复"
"""Why a conversation ended that the buyer fell silent in; people read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpMessage:
    """What a follow-up says, and asks."""

    text: str
    question_id: str | None = None
    answer_within: timedelta | None = None
    """After this the question's silence is recorded; None: never."""
    buttons: tuple[str, ...] = ()
    is_reminder: bool = False
    """It says that a question of ours waits: what was asked stays asked."""
    closes_conversation: bool = False
    then: NewFollowUp | None = None
    """What is promised with it."""


def finish_sent(
    conn: Connection,
    shop_id: int,
    *,
    claimed: ClaimedFollowUp,
    message: FollowUpMessage,
    marketing_gap: timedelta,
    now: datetime,
    deliver: bool = True,
) -> OutgoingMessage:
    """Store the message, its delivery, the question and "sent" together.

    Args:
        conn: Of the unit.
        shop_id: Whose follow-up it is.
        claimed: As claimed before the text was made.
        message: What is said.
        marketing_gap: At least so long between two marketing messages to a buyer.
        now: Aware UTC.
        deliver: False where the buyer's side fetches its messages by itself.

    Raises:
        StaleStateError: It must not be sent any more: the lease is gone, the buyer
            opted out or withdrew consent, the gap is not over, the review was
            refused, a person has taken over, or another question of ours still
            waits for its answer.
    """
    # Every count below is of this buyer: whoever else counts waits for our commit.
    buyers.lock_buyer(conn, shop_id, buyer_id=claimed.buyer_id)
    row = _still_ours(conn, shop_id, claimed)
    if row is None or not _may_be_sent(conn, shop_id, claimed, marketing_gap, now):
        raise StaleStateError("follow-up", claimed.follow_up_id)
    address = _address(conn, shop_id, claimed, now)
    if message.question_id is not None and _is_asking(
        conn, shop_id, address.conversation_id
    ):
        raise StaleStateError("open question of conversation", address.conversation_id)
    draft = Draft(
        text=message.text,
        sender=Sender.ASSISTANT,
        buttons=message.buttons,
        script_id=REMINDER if message.is_reminder else None,
        follow_up_id=claimed.follow_up_id,
        buyer_name=claimed.buyer_name,
    )
    outgoing = put_out(conn, address, draft=draft, now=now, deliver=deliver)
    _mark_sent(conn, shop_id, claimed, outgoing, message, now)
    _note_said(conn, shop_id, row, outgoing.conversation_id, message.question_id, now)
    if row.review_id is not None:
        reviews.mark_contacted(conn, shop_id, review_row_id=row.review_id, now=now)
    if message.then is not None:
        plan(conn, shop_id, value=message.then, now=now)
    if message.closes_conversation:
        _close(conn, shop_id, outgoing.conversation_id, now)
    return outgoing


def _close(conn: Connection, shop_id: int, conversation_id: int, now: datetime) -> None:
    """End a conversation whose buyer fell silent; one that waits for a person waits on."""
    table = _conversations.c
    closed = conn.execute(
        update(_conversations)
        .where(
            table.shop_id == shop_id,
            table.id == conversation_id,
            table.state == ConversationPhase.OPEN,
        )
        .values(version=table.version + 1, state=ConversationPhase.CLOSED, misses=0)
    )
    if closed.rowcount == 1:
        record_event(
            conn,
            shop_id,
            conversation_id=conversation_id,
            kind=ConversationEventKind.CLOSED,
            now=now,
            data={"reason": SILENT},
        )


def _still_ours(
    conn: Connection, shop_id: int, claimed: ClaimedFollowUp
) -> Row[Any] | None:
    table = _follow_ups.c
    return conn.execute(
        select(_follow_ups)
        .where(
            table.shop_id == shop_id,
            table.id == claimed.follow_up_id,
            table.state == FollowUpState.CLAIMED,
            table.lease_owner == claimed.owner,
        )
        .with_for_update()
    ).one_or_none()


def _may_be_sent(
    conn: Connection,
    shop_id: int,
    claimed: ClaimedFollowUp,
    marketing_gap: timedelta,
    now: datetime,
) -> bool:
    """Look again at what may have changed since the follow-up was judged."""
    buyer_id = claimed.buyer_id
    if buyers.is_suppressed(conn, shop_id, buyer_id=buyer_id):
        return False
    if claimed.review is not None and reviews.is_refused(
        conn, shop_id, review_row_id=claimed.review.review_row_id
    ):
        return False
    if _is_served(conn, shop_id, buyer_id):
        return False
    if claimed.kind is Kind.NUDGE and _has_written(conn, shop_id, claimed):
        return False
    if claimed.kind is not Kind.MARKETING:
        return True
    return buyers.has_consent(
        conn, shop_id, buyer_id=buyer_id, purpose=buyers.MARKETING
    ) and not _had_marketing(conn, shop_id, buyer_id, now - marketing_gap)


def _is_served(conn: Connection, shop_id: int, buyer_id: int) -> bool:
    table = _conversations.c
    statement = select(table.state).where(
        table.shop_id == shop_id, table.buyer_id == buyer_id
    )
    return conn.scalar(statement) is ConversationPhase.SERVED


def _has_written(conn: Connection, shop_id: int, claimed: ClaimedFollowUp) -> bool:
    """Return whether the buyer has written what no turn has answered yet."""
    table = _messages.c
    statement = (
        select(table.id)
        .where(
            table.shop_id == shop_id,
            table.conversation_id == claimed.conversation_id,
            UNHANDLED,
        )
        .limit(1)
    )
    return conn.scalar(statement) is not None


def _had_marketing(
    conn: Connection, shop_id: int, buyer_id: int, since: datetime
) -> bool:
    table = _follow_ups.c
    statement = (
        select(table.id)
        .where(
            table.shop_id == shop_id,
            table.buyer_id == buyer_id,
            is_just(table.state, FollowUpState.SENT),
            is_just(table.kind, Kind.MARKETING),
            table.sent_at > since,
        )
        .limit(1)
    )
    return conn.scalar(statement) is not None


def _address(
    conn: Connection, shop_id: int, claimed: ClaimedFollowUp, now: datetime
) -> Address:
    """Return where to send; a buyer who never wrote gets a conversation now."""
    conversation_id = claimed.conversation_id
    if conversation_id is None:
        pair = (claimed.connector, claimed.buyer_ref)
        made = ensure_conversations(conn, shop_id, names={pair: None}, now=now)
        conversation_id = made[pair]
    return Address(
        shop_id=shop_id,
        shop=claimed.shop,
        conversation_id=conversation_id,
        buyer_id=claimed.buyer_id,
        connector=claimed.connector,
        buyer_ref=claimed.buyer_ref,
    )


def _mark_sent(
    conn: Connection,
    shop_id: int,
    claimed: ClaimedFollowUp,
    outgoing: OutgoingMessage,
    message: FollowUpMessage,
    now: datetime,
) -> None:
    is_asking = message.question_id is not None and message.answer_within is not None
    table = _follow_ups.c
    conn.execute(
        update(_follow_ups)
        .where(table.shop_id == shop_id, table.id == claimed.follow_up_id)
        .values(
            state=FollowUpState.SENT,
            sent_at=now,
            message_id=outgoing.message_id,
            conversation_id=outgoing.conversation_id,
            lease_owner=None,
            lease_until=None,
            answer_until=(
                now + message.answer_within
                if is_asking and message.answer_within is not None
                else None
            ),
        )
    )


def _is_asking(conn: Connection, shop_id: int, conversation_id: int) -> bool:
    """Return whether a question is open: the buyer's answer must have one meaning."""
    table = _conversations.c
    question_id = conn.scalar(
        select(table.question_id).where(
            table.shop_id == shop_id, table.id == conversation_id
        )
    )
    return question_id is not None


def _note_said(
    conn: Connection,
    shop_id: int,
    row: Row[Any],
    conversation_id: int,
    question_id: str | None,
    now: datetime,
) -> None:
    """Make the buyer's next turn be read as one after this message.

    With a question it is read as the answer to that; in any case it answers nothing that
    was asked before.
    """
    table = _conversations.c
    question: dict[str, Any] = {}
    if question_id is not None:
        question = {
            "question_id": question_id,
            "question_ticket_id": row.ticket_id,
            "question_review_id": row.review_id,
            "question_follow_up_id": row.id,
            "asked_at": now,
        }
    conn.execute(
        update(_conversations)
        .where(table.shop_id == shop_id, table.id == conversation_id)
        .values(version=table.version + 1, **question)
    )
