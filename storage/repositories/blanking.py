"""How the words of forgotten buyers are blanked: rows stay, so that counts stay true."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Text, case, cast, func, literal, or_, select, update

from bot.deciding.mood import Mood
from bot.desk.ticket_types import Phase
from bot.promises.kinds import OPEN_STATES, PromiseState
from storage.repositories import identity
from storage.repositories.events import record_event
from storage.repositories.questions import NO_QUESTION
from storage.states import (
    ConversationEventKind,
    ConversationPhase,
    DeliveryState,
    Direction,
    FollowUpState,
    ReviewState,
    TicketEventKind,
)
from storage.tables import (
    AuditRow,
    ConversationEventRow,
    ConversationRow,
    DeliveryRow,
    FollowUpRow,
    IncidentContactRow,
    MessageRow,
    PromiseRow,
    RatingRow,
    RevealRow,
    ReviewRow,
    SuggestionRow,
    TicketEventRow,
    TicketRow,
    table_of,
)

_audit = table_of(AuditRow)
_conversation_events = table_of(ConversationEventRow)
_conversations = table_of(ConversationRow)
_deliveries = table_of(DeliveryRow)
_follow_ups = table_of(FollowUpRow)
_incident_contacts = table_of(IncidentContactRow)
_messages = table_of(MessageRow)
_promises = table_of(PromiseRow)
_ratings = table_of(RatingRow)
_reveals = table_of(RevealRow)
_reviews = table_of(ReviewRow)
_suggestions = table_of(SuggestionRow)
_ticket_events = table_of(TicketEventRow)
_tickets = table_of(TicketRow)

NO_WORDS = {
    "text": "",
    "search_text": "",
    "image_url": None,
    "order_ref": None,
    "item_ref": None,
    "buttons": None,
    "attachments": None,
}
"""Columns of a message that tell what was said."""

_WORDLESS_EVENTS = (
    TicketEventKind.MOVED,
    TicketEventKind.REOPENED,
    TicketEventKind.ASSIGNED,
    TicketEventKind.BREACHED,
    TicketEventKind.CALL_BACK,
)
"""Their data are states, people and numbers of ours."""
_UNSENT = (FollowUpState.PLANNED, FollowUpState.CLAIMED)
_UNDELIVERED = (DeliveryState.PENDING, DeliveryState.SENDING)


def blank_conversations(
    conn: Connection,
    shop_id: int,
    *,
    buyer_ids: Sequence[int],
    nobody: str,
    now: datetime,
) -> int:
    """Empty and close the conversations of buyers; return how many messages they had.

    What was on its way is not delivered, what waited for an answer counts as handled,
    and a turn that is being decided becomes stale.
    """
    table = _conversations.c
    ids = list(
        conn.scalars(
            update(_conversations)
            .where(table.shop_id == shop_id, table.buyer_id.in_(buyer_ids))
            .values(
                version=table.version + 1,
                state=ConversationPhase.CLOSED,
                buyer_ref=literal(f"{nobody}-") + cast(table.buyer_id, Text),
                served_by=None,
                served_until=None,
                release_told_at=None,
                handed_over_at=None,
                last_intent=None,
                last_item_ref=None,
                last_order_ref=None,
                used_variants=[],
                mood=Mood.NEUTRAL,
                stretch_at=None,
                **NO_QUESTION,
            )
            .returning(table.id)
        )
    )
    messages = _messages.c
    is_unhandled = (messages.direction == Direction.INCOMING) & (
        messages.handled_at.is_(None)
    )
    count = conn.execute(
        update(_messages)
        .where(messages.shop_id == shop_id, messages.conversation_id.in_(ids))
        .values(
            platform_message_id=None,
            handled_at=case((is_unhandled, now), else_=messages.handled_at),
            **NO_WORDS,
        )
    ).rowcount
    _blank_around(conn, shop_id, ids)
    for conversation_id in ids:
        # Whoever has it open, an agent or the buyer, is told that it has ended.
        record_event(
            conn,
            shop_id,
            conversation_id=conversation_id,
            kind=ConversationEventKind.CLOSED,
            now=now,
        )
    return count


def _blank_around(conn: Connection, shop_id: int, ids: list[int]) -> None:
    """Empty what belongs to conversations besides their messages."""
    deliveries = _deliveries.c
    conn.execute(
        update(_deliveries)
        .where(deliveries.shop_id == shop_id, deliveries.conversation_id.in_(ids))
        .values(
            last_error=None,
            lease_owner=None,
            state=case(
                (deliveries.state.in_(_UNDELIVERED), DeliveryState.WITHHELD.value),
                else_=deliveries.state,
            ),
        )
    )
    conn.execute(
        update(_suggestions)
        .where(
            _suggestions.c.shop_id == shop_id, _suggestions.c.conversation_id.in_(ids)
        )
        .values(text="")
    )
    conn.execute(
        update(_ratings)
        .where(_ratings.c.shop_id == shop_id, _ratings.c.conversation_id.in_(ids))
        .values(reason="")
    )
    identity.delete_of(conn, shop_id, conversation_ids=ids)
    events = _conversation_events.c
    conn.execute(
        update(_conversation_events)
        .where(
            events.shop_id == shop_id,
            events.conversation_id.in_(ids),
            events.kind != ConversationEventKind.HANDED_OVER,
        )
        .values(data={})
    )


def blank_tickets(
    conn: Connection,
    shop_id: int,
    *,
    buyer_ids: Sequence[int],
    closed_state: str,
    now: datetime,
) -> None:
    """Empty the words of buyers' tickets and close those that are open."""
    table = _tickets.c
    is_open = table.phase != Phase.CLOSED
    ids = list(
        conn.scalars(
            update(_tickets)
            .where(table.shop_id == shop_id, table.buyer_id.in_(buyer_ids))
            .values(
                version=table.version + 1,
                summary="",
                cause=None,
                order_ref="",
                waiting_since=None,
                state=case((is_open, closed_state), else_=table.state),
                closed_at=case((is_open, now), else_=table.closed_at),
                phase=Phase.CLOSED,
            )
            .returning(table.id)
        )
    )
    blank_ticket_events(conn, shop_id, ticket_ids=ids)


def blank_ticket_events(
    conn: Connection, shop_id: int, *, ticket_ids: Sequence[int]
) -> None:
    """Empty what was noted on tickets; that it was, when and by whom stays."""
    events = _ticket_events.c
    conn.execute(
        update(_ticket_events)
        .where(events.shop_id == shop_id, events.ticket_id.in_(ticket_ids))
        .values(note="")
    )
    conn.execute(
        update(_ticket_events)
        .where(
            events.shop_id == shop_id,
            events.ticket_id.in_(ticket_ids),
            events.kind.not_in(_WORDLESS_EVENTS),
        )
        .values(data={})
    )


def blank_records(
    conn: Connection,
    shop_id: int,
    *,
    buyer_ids: Sequence[int],
    buyer_ref: str,
    now: datetime,
) -> None:
    """Empty follow-ups, reviews, reveals and the audit of what concerned buyers."""
    table = _follow_ups.c
    is_unsent = table.state.in_(_UNSENT)
    conn.execute(
        update(_follow_ups)
        .where(table.shop_id == shop_id, table.buyer_id.in_(buyer_ids))
        .values(
            order_ref=None,
            item_ref=None,
            dedupe_key=None,
            lease_owner=None,
            lease_until=None,
            reason=case((is_unsent, "forgotten"), else_=table.reason),
            state=case((is_unsent, FollowUpState.CANCELLED.value), else_=table.state),
        )
    )
    told = _incident_contacts.c
    conn.execute(
        update(_incident_contacts)
        .where(
            told.shop_id == shop_id,
            told.buyer_id.in_(buyer_ids),
            told.closing_at.is_(None),
        )
        # Nothing is promised to a buyer who is gone.
        .values(closing_at=now)
    )
    promises = _promises.c
    is_open = promises.state.in_(OPEN_STATES)
    conn.execute(
        update(_promises)
        .where(promises.shop_id == shop_id, promises.buyer_id.in_(buyer_ids))
        .values(
            order_ref="",
            words="",
            lease_owner=None,
            reason=case((is_open, "forgotten"), else_=""),
            state=case((is_open, PromiseState.VOID.value), else_=promises.state),
        )
    )
    reviews = _reviews.c
    conn.execute(
        update(_reviews)
        .where(reviews.shop_id == shop_id, reviews.buyer_id.in_(buyer_ids))
        .values(
            order_id="forgotten",
            text="",
            cause=None,
            state=ReviewState.REFUSED,
            refused_at=func.coalesce(reviews.refused_at, now),
        )
    )
    conn.execute(
        update(_reveals)
        .where(_reveals.c.shop_id == shop_id, _reveals.c.buyer_id.in_(buyer_ids))
        .values(reason="")
    )
    _blank_audit(conn, shop_id, buyer_ids, buyer_ref)


def _blank_audit(
    conn: Connection, shop_id: int, buyer_ids: Sequence[int], buyer_ref: str
) -> None:
    """Empty what was recorded of what people did with these buyers."""
    subjects = _subjects(conn, shop_id, buyer_ids)
    table = _audit.c
    conn.execute(
        update(_audit)
        .where(table.shop_id == shop_id, table.subject.in_(subjects))
        .values(data={})
    )
    conn.execute(
        update(_audit)
        .where(
            table.shop_id == shop_id,
            or_(table.subject == buyer_ref, table.subject == f"buyer:{buyer_ref}"),
            table.subject.not_in(subjects),
        )
        .values(subject="buyer:forgotten", data={})
    )


def _subjects(conn: Connection, shop_id: int, buyer_ids: Sequence[int]) -> list[str]:
    """Return how the audit names what is these buyers'."""
    places = conn.scalars(
        select(_conversations.c.id).where(
            _conversations.c.shop_id == shop_id,
            _conversations.c.buyer_id.in_(buyer_ids),
        )
    ).all()
    tickets = conn.execute(
        select(_tickets.c.id, _tickets.c.number).where(
            _tickets.c.shop_id == shop_id, _tickets.c.buyer_id.in_(buyer_ids)
        )
    ).all()
    follow_ups = conn.scalars(
        select(_follow_ups.c.id).where(
            _follow_ups.c.shop_id == shop_id, _follow_ups.c.buyer_id.in_(buyer_ids)
        )
    ).all()
    deliveries = conn.scalars(
        select(_deliveries.c.id).where(
            _deliveries.c.shop_id == shop_id,
            _deliveries.c.conversation_id.in_(places),
        )
    ).all()
    promises = conn.scalars(
        select(_promises.c.id).where(
            _promises.c.shop_id == shop_id, _promises.c.buyer_id.in_(buyer_ids)
        )
    ).all()
    return [
        *(f"promise:{promise}" for promise in promises),
        *(f"buyer:{buyer_id}" for buyer_id in buyer_ids),
        *(f"follow_up:{follow_up}" for follow_up in follow_ups),
        *(f"delivery:{delivery}" for delivery in deliveries),
        *(f"conversation:{place}" for place in places),
        *(f"ticket:{it.number}" for it in tickets),
        *(f"ticket:{it.id}" for it in tickets),
        *(it.number for it in tickets),
    ]
