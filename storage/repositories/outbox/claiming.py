"""How deliveries are claimed under a lease, and which are kept back instead."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    exists,
    func,
    insert,
    select,
    update,
)

from bot.follow_ups.plans import Kind
from bot.messages import OutgoingMessage, Sender
from storage.literals import is_one_of
from storage.repositories import buyers
from storage.repositories.outbox.leases import ALL_SHOPS, UNDELIVERED
from storage.repositories.promises.settling import void_unsaid
from storage.repositories.questions import NO_QUESTION
from storage.states import ConversationPhase, DeliveryState, FollowUpState
from storage.tables import (
    ConversationRow,
    DeliveryRow,
    FollowUpRow,
    MessageRow,
    ShopRow,
    SuggestionRow,
    table_of,
)

_conversations = table_of(ConversationRow)
_deliveries = table_of(DeliveryRow)
_follow_ups = table_of(FollowUpRow)
_messages = table_of(MessageRow)
_shops = table_of(ShopRow)
_suggestions = table_of(SuggestionRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDelivery:
    """A delivery that this owner may try now, until its lease ends."""

    delivery_id: int
    shop_id: int
    attempts: int
    """This one counted: 1 at the first try."""
    message: OutgoingMessage
    follow_up_id: int | None = None
    plan_id: str | None = None
    """Of the follow-up."""


def claim_deliveries(
    conn: Connection, *, owner: str, now: datetime, lease: timedelta, limit: int
) -> list[ClaimedDelivery]:
    """Take what is due, of all shops; the oldest of each conversation only.

    A message of the assistant that a person's take-over has overtaken is withheld:
    it becomes a suggestion, and a follow-up goes back to being planned.

    Args:
        conn: Of the unit.
        owner: Name of the process; only it may finish what it claimed.
        now: Aware UTC.
        lease: After this an unfinished claim is due again.
        limit: At most so many.
    """
    rows = conn.execute(_due(conn, now, limit)).all()
    taken = []
    for row in rows:
        if _is_overtaken(row):
            _withhold(conn, row, now)
        elif (reason := _unwanted(conn, row)) is not None:
            _drop(conn, row, reason, now)
        else:
            taken.append(row)
    if taken:
        table = _deliveries.c
        conn.execute(
            update(_deliveries)
            .where(table.id.in_([row.id for row in taken]))
            .values(
                state=DeliveryState.SENDING,
                attempts=table.attempts + 1,
                next_at=now + lease,
                lease_owner=owner,
            )
            .execution_options(all_shops=ALL_SHOPS)
        )
    return [_claimed(row) for row in taken]


def _due(conn: Connection, now: datetime, limit: int) -> Select[Any]:
    """Return the statement for what may be sent now, with all that sending needs."""
    table, messages, places = _deliveries.c, _messages.c, _conversations.c
    older = _deliveries.alias("older")
    is_blocked = exists().where(
        older.c.conversation_id == table.conversation_id,
        older.c.id < table.id,
        is_one_of(older.c.state, *UNDELIVERED),
    )
    statement = (
        select(
            table.id,
            table.shop_id,
            table.conversation_id,
            table.message_id,
            table.attempts,
            table.follow_up_id,
            messages.text,
            messages.sender,
            messages.sent_at,
            messages.intent_id,
            messages.confidence,
            messages.script_id,
            messages.buttons,
            messages.attachments,
            messages.turn_first_id,
            places.state.label("phase"),
            places.served_until,
            places.connector,
            places.buyer_ref,
            places.buyer_id,
            _shops.c.slug,
            _follow_ups.c.kind.label("follow_up_kind"),
            _follow_ups.c.plan_id.label("plan_id"),
        )
        .join_from(_deliveries, _messages, messages.id == table.message_id)
        .join(_conversations, places.id == table.conversation_id)
        .join(_shops, _shops.c.id == table.shop_id)
        .outerjoin(
            _follow_ups,
            and_(
                _follow_ups.c.id == table.follow_up_id,
                _follow_ups.c.shop_id == table.shop_id,
            ),
        )
        .where(is_one_of(table.state, *UNDELIVERED), table.next_at <= now, ~is_blocked)
        .order_by(table.next_at)
        .limit(limit)
        .execution_options(all_shops=ALL_SHOPS)
    )
    return statement.with_for_update(of=_deliveries, skip_locked=True)


def _is_overtaken(row: Row[Any]) -> bool:
    """Return whether a person took over after the assistant had decided to speak."""
    return row.sender is Sender.ASSISTANT and row.phase is ConversationPhase.SERVED


def _unwanted(conn: Connection, row: Row[Any]) -> str | None:
    """Return why a follow-up must not leave any more; None: it may, or is none.

    It was allowed when it was stored; retries and dead letters leave much later.
    """
    if row.follow_up_id is None:
        return None
    if buyers.is_suppressed(conn, row.shop_id, buyer_id=row.buyer_id):
        return "opted_out"
    if row.follow_up_kind is Kind.MARKETING and not buyers.has_consent(
        conn, row.shop_id, buyer_id=row.buyer_id, purpose=buyers.MARKETING
    ):
        return "no_consent"
    return None


def _drop(conn: Connection, row: Row[Any], reason: str, now: datetime) -> None:
    """Keep a follow-up back for good; it counts as skipped."""
    table, planned = _deliveries.c, _follow_ups.c
    conn.execute(
        update(_deliveries)
        .where(table.shop_id == row.shop_id, table.id == row.id)
        .values(state=DeliveryState.WITHHELD, lease_owner=None, last_error=reason)
    )
    conn.execute(
        update(_follow_ups)
        .where(planned.shop_id == row.shop_id, planned.id == row.follow_up_id)
        .values(state=FollowUpState.SKIPPED, reason=reason, answer_until=None)
    )
    void_unsaid(conn, row.shop_id, message_id=row.message_id, now=now)


def _withhold(conn: Connection, row: Row[Any], now: datetime) -> None:
    """Keep an overtaken message as a suggestion; plan its follow-up again."""
    table = _deliveries.c
    conn.execute(
        update(_deliveries)
        .where(table.shop_id == row.shop_id, table.id == row.id)
        .values(state=DeliveryState.WITHHELD, lease_owner=None)
    )
    # What the buyer never read is no promise to them.
    void_unsaid(conn, row.shop_id, message_id=row.message_id, now=now)
    conn.execute(
        insert(_suggestions),
        {
            "shop_id": row.shop_id,
            "conversation_id": row.conversation_id,
            "turn_first_id": row.turn_first_id,
            "text": row.text,
            "intent_id": row.intent_id,
            "confidence": row.confidence,
            "script_id": row.script_id,
            "created_at": now,
        },
    )
    if row.follow_up_id is not None:
        _plan_again(conn, row, now)


def _plan_again(conn: Connection, row: Row[Any], now: datetime) -> None:
    """Take back that a follow-up was sent: it is due when the person is done."""
    table, places = _follow_ups.c, _conversations.c
    conn.execute(
        update(_follow_ups)
        .where(table.shop_id == row.shop_id, table.id == row.follow_up_id)
        .values(
            state=FollowUpState.PLANNED,
            due_at=now if row.served_until is None else row.served_until,
            deferred_from=func.coalesce(table.deferred_from, table.due_at),
            reason="person_serves",
            sent_at=None,
            message_id=None,
            answer_until=None,
        )
    )
    conn.execute(
        update(_conversations)
        .where(
            places.shop_id == row.shop_id,
            places.id == row.conversation_id,
            places.question_follow_up_id == row.follow_up_id,
        )
        .values(version=places.version + 1, **NO_QUESTION)
    )


def _claimed(row: Row[Any]) -> ClaimedDelivery:
    return ClaimedDelivery(
        delivery_id=row.id,
        shop_id=row.shop_id,
        attempts=row.attempts + 1,
        follow_up_id=row.follow_up_id,
        plan_id=row.plan_id,
        message=OutgoingMessage(
            delivery_id=row.id,
            message_id=row.message_id,
            conversation_id=row.conversation_id,
            shop=row.slug,
            connector=row.connector,
            buyer_ref=row.buyer_ref,
            text=row.text,
            sender=row.sender,
            sent_at=row.sent_at,
            intent=row.intent_id,
            script_id=row.script_id,
            buttons=tuple(row.buttons),
            attachments=tuple(row.attachments),
        ),
    )
