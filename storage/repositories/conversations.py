"""How people take conversations over and give them back, and what they write."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from bot.errors import NotFoundError, NotServingError, ServedError
from bot.messages import OutgoingMessage, Sender
from storage.literals import is_just
from storage.queries.people import roles_of
from storage.queries.people_names import names_of
from storage.repositories.events import record_event
from storage.repositories.sending import Draft, address_of, put_out, writing_key
from storage.repositories.tickets.noting import answer_all
from storage.states import ConversationEventKind, ConversationPhase, Role
from storage.tables import ConversationRow, table_of

_conversations = table_of(ConversationRow)

_RELEASED: dict[str, Any] = {
    "state": ConversationPhase.OPEN,
    "served_by": None,
    "served_until": None,
    "release_told_at": None,
    "handed_over_at": None,
    "misses": 0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRelease:
    """A take-over that ends soon, or has just ended."""

    shop_id: int
    conversation_id: int
    served_by: int
    served_until: datetime
    is_notice: bool
    """True: it will end then unless the agent writes; False: it has ended."""


def take_over(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    person_id: int,
    until: datetime,
    now: datetime,
) -> int:
    """Give a conversation to an agent and return its new version.

    From the commit on the assistant only suggests: a turn that was being decided is
    stale, and what it had queued is withheld.

    Args:
        conn: Of the unit.
        shop_id: Whose conversation it is.
        conversation_id: Which one.
        person_id: Who serves it now; a manager also when somebody else did before.
        until: Released then unless the agent writes.
        now: Aware UTC.

    Raises:
        NotFoundError: The shop has no such conversation.
        ServedError: A colleague serves it, and this person is no manager of the shop.
    """
    former = _served_by_another(conn, shop_id, conversation_id, person_id=person_id)
    if former is not None and not _may_relieve(conn, shop_id, person_id):
        raise ServedError(conversation_id, served_by=names_of(conn, (former,))[former])
    version = change(
        conn,
        shop_id,
        conversation_id,
        {
            "state": ConversationPhase.SERVED,
            "served_by": person_id,
            "served_until": until,
            "release_told_at": None,
            "handed_over_at": None,
        },
    )
    record_event(
        conn,
        shop_id,
        conversation_id=conversation_id,
        kind=ConversationEventKind.TAKEN_OVER,
        person_id=person_id,
        now=now,
        data=None if former is None else {"from": former},
    )
    return version


def release(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    now: datetime,
    person_id: int | None = None,
) -> int:
    """Give a conversation back to the assistant and return its new version.

    Args:
        conn: Of the unit.
        shop_id: Whose conversation it is.
        conversation_id: Which one.
        now: Aware UTC.
        person_id: Who gives it back; None: the program, after an agent's silence.

    Raises:
        NotFoundError: The shop has no such conversation.
    """
    version = change(conn, shop_id, conversation_id, _RELEASED)
    record_event(
        conn,
        shop_id,
        conversation_id=conversation_id,
        kind=ConversationEventKind.RELEASED,
        person_id=person_id,
        now=now,
    )
    return version


def extend_take_over(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    person_id: int,
    until: datetime,
) -> None:
    """Put off the release because the agent is still there.

    Raises:
        NotServingError: This agent does not serve the conversation.
    """
    table = _conversations.c
    changed = conn.execute(
        update(_conversations)
        .where(
            table.shop_id == shop_id,
            table.id == conversation_id,
            table.state == ConversationPhase.SERVED,
            table.served_by == person_id,
        )
        .values(served_until=until, release_told_at=None)
    )
    if changed.rowcount == 0:
        raise NotServingError(person_id, conversation_id)


def due_releases(
    conn: Connection, *, now: datetime, notice: timedelta, limit: int = 100
) -> list[DueRelease]:
    """Release what is over and note who is to be told; return both, of all shops.

    Args:
        conn: Of the unit.
        now: Aware UTC.
        notice: So long before the release the agent is told, once.
        limit: At most so many.
    """
    table = _conversations.c
    statement: Select[Any] = (
        select(
            table.id,
            table.shop_id,
            table.served_by,
            table.served_until,
            table.release_told_at,
        )
        .where(
            is_just(table.state, ConversationPhase.SERVED),
            table.served_until <= now + notice,
            (table.release_told_at.is_(None)) | (table.served_until <= now),
        )
        .order_by(table.served_until)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(all_shops="the scheduler's tick serves every shop")
    )
    rows = conn.execute(statement).all()
    return [_handle_release(conn, row, now) for row in rows]


def agent_message(  # noqa: PLR0913 - a message has so many sides
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    person_id: int,
    text: str,
    until: datetime,
    now: datetime,
    deliver: bool = True,
    client_id: str | None = None,
    attachments: tuple[str, ...] = (),
) -> OutgoingMessage:
    """Store what an agent writes; their take-over lasts until ``until`` from now on.

    Args:
        conn: Of the unit.
        shop_id: Whose conversation it is.
        conversation_id: Where it is written.
        person_id: The agent.
        text: What they write; the guard has read it.
        until: Their take-over is released then unless they write again.
        now: Aware UTC.
        deliver: False where the buyer's side fetches by itself.
        client_id: The writer's own id of the message; see ``sent_before``.
        attachments: Addresses of pictures that go with it.

    Raises:
        NotFoundError: The shop has no such conversation.
        NotServingError: This agent does not serve the conversation.
    """
    address = address_of(conn, shop_id, conversation_id)
    extend_take_over(
        conn, shop_id, conversation_id=conversation_id, person_id=person_id, until=until
    )
    answer_all(conn, shop_id, buyer_id=address.buyer_id, by=person_id, now=now)
    draft = Draft(
        text=text,
        sender=Sender.AGENT,
        person_id=person_id,
        attachments=attachments,
        platform_message_id=(
            None
            if client_id is None
            else writing_key(conversation_id, person_id, client_id)
        ),
    )
    return put_out(conn, address, draft=draft, now=now, deliver=deliver)


def system_message(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    text: str,
    now: datetime,
    deliver: bool = True,
) -> OutgoingMessage:
    """Store a message of the system itself to the buyer.

    Raises:
        NotFoundError: The shop has no such conversation.
    """
    address = address_of(conn, shop_id, conversation_id)
    draft = Draft(text=text, sender=Sender.SYSTEM)
    return put_out(conn, address, draft=draft, now=now, deliver=deliver)


def _served_by_another(
    conn: Connection, shop_id: int, conversation_id: int, *, person_id: int
) -> int | None:
    """Return which colleague serves a conversation, held until the commit."""
    table = _conversations.c
    served_by: int | None = conn.scalar(
        select(table.served_by)
        .where(
            table.shop_id == shop_id,
            table.id == conversation_id,
            table.state == ConversationPhase.SERVED,
        )
        .with_for_update()
    )
    return None if served_by == person_id else served_by


def _may_relieve(conn: Connection, shop_id: int, person_id: int) -> bool:
    return roles_of(conn, person_id).get(shop_id) in {Role.MANAGER, Role.ADMIN}


def _handle_release(conn: Connection, row: Row[Any], now: datetime) -> DueRelease:
    is_notice = row.served_until > now
    if is_notice:
        table = _conversations.c
        conn.execute(
            update(_conversations)
            .where(table.shop_id == row.shop_id, table.id == row.id)
            .values(release_told_at=now)
        )
    else:
        release(conn, row.shop_id, conversation_id=row.id, now=now)
    return DueRelease(
        shop_id=row.shop_id,
        conversation_id=row.id,
        served_by=row.served_by,
        served_until=row.served_until,
        is_notice=is_notice,
    )


def change(
    conn: Connection, shop_id: int, conversation_id: int, values: dict[str, Any]
) -> int:
    """Change a conversation, count its version, and return that.

    Raises:
        NotFoundError: The shop has no such conversation.
    """
    table = _conversations.c
    version: int | None = conn.scalar(
        update(_conversations)
        .where(table.shop_id == shop_id, table.id == conversation_id)
        .values(version=table.version + 1, **values)
        .returning(table.version)
    )
    if version is None:
        raise NotFoundError("conversation", conversation_id)
    return version
