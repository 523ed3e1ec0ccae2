"""How people hand conversations on, write notes about them and end them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.errors import NotFoundError, NotServingError, StaleStateError
from bot.replying.masking import mask_personal
from storage.repositories.conversations import change
from storage.repositories.events import record_event
from storage.states import ConversationEventKind, ConversationPhase
from storage.tables import ConversationRow, table_of

_conversations = table_of(ConversationRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A conversation that nobody else can change until the commit."""

    state: ConversationPhase
    served_by: int | None
    version: int


def hold(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    expected_version: int | None = None,
) -> Held:
    """Return where a conversation stands, held until the commit.

    Raises:
        NotFoundError: The shop has no such conversation.
        StaleStateError: It is not at ``expected_version`` any more.
    """
    table = _conversations.c
    row = conn.execute(
        select(table.state, table.served_by, table.version)
        .where(table.shop_id == shop_id, table.id == conversation_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFoundError("conversation", conversation_id)
    if expected_version is not None and row.version != expected_version:
        raise StaleStateError("conversation", conversation_id)
    return Held(state=row.state, served_by=row.served_by, version=row.version)


def hold_served(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    person_id: int,
    expected_version: int | None = None,
) -> None:
    """Hold a conversation that this person serves until the commit.

    Raises:
        NotFoundError: The shop has no such conversation.
        StaleStateError: It is not at ``expected_version`` any more.
        NotServingError: This person does not serve it.
    """
    held = hold(
        conn,
        shop_id,
        conversation_id=conversation_id,
        expected_version=expected_version,
    )
    if held.state is not ConversationPhase.SERVED or held.served_by != person_id:
        raise NotServingError(person_id, conversation_id)


def transfer(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    person_id: int,
    to_person_id: int,
    until: datetime,
    now: datetime,
) -> int:
    """Give a conversation from one agent to another; return its new version.

    Args:
        conn: Of the unit.
        shop_id: Whose conversation it is.
        conversation_id: Which one.
        person_id: Who gives it.
        to_person_id: Who serves it from now on; works in this shop.
        until: Released then unless the new agent writes.
        now: Aware UTC.

    Raises:
        NotFoundError: The shop has no such conversation.
    """
    version = change(
        conn,
        shop_id,
        conversation_id,
        {
            "state": ConversationPhase.SERVED,
            "served_by": to_person_id,
            "served_until": until,
            "release_told_at": None,
            "handed_over_at": None,
        },
    )
    record_event(
        conn,
        shop_id,
        conversation_id=conversation_id,
        kind=ConversationEventKind.TRANSFERRED,
        person_id=person_id,
        now=now,
        data={"to": to_person_id},
    )
    return version


def hand_back(conn: Connection, person_id: int, *, now: datetime) -> None:
    """Give what somebody serves back to the queue of its shop, as they cannot go on."""
    table = _conversations.c
    served = conn.execute(
        select(table.shop_id, table.id)
        .where(table.served_by == person_id, table.state == ConversationPhase.SERVED)
        .order_by(table.id)
        .with_for_update()
        .execution_options(all_shops="a person's shops are many")
    ).all()
    for row in served:
        change(
            conn,
            row.shop_id,
            row.id,
            {
                "state": ConversationPhase.HANDED_OVER,
                "served_by": None,
                "served_until": None,
                "release_told_at": None,
                "handed_over_at": now,
            },
        )
        record_event(
            conn,
            row.shop_id,
            conversation_id=row.id,
            kind=ConversationEventKind.HANDED_OVER,
            now=now,
            data={"reason": "account_closed", "from": person_id},
        )


def close(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    person_id: int,
    reason: str,
    now: datetime,
) -> int:
    """End a conversation; return its new version. The buyer's next message reopens it.

    Raises:
        NotFoundError: The shop has no such conversation.
    """
    version = change(
        conn,
        shop_id,
        conversation_id,
        {
            "state": ConversationPhase.CLOSED,
            "served_by": None,
            "served_until": None,
            "release_told_at": None,
            "handed_over_at": None,
            "misses": 0,
        },
    )
    record_event(
        conn,
        shop_id,
        conversation_id=conversation_id,
        kind=ConversationEventKind.CLOSED,
        person_id=person_id,
        now=now,
        data={"reason": mask_personal(reason)},
    )
    return version


def reopen_closed(
    conn: Connection, shop_id: int, *, conversation_id: int, now: datetime
) -> None:
    """Open a conversation that was closed, as its buyer has written; else nothing.

    Its version stays: whoever decides about the message has read it as open.
    """
    table = _conversations.c
    opened = conn.execute(
        update(_conversations)
        .where(
            table.shop_id == shop_id,
            table.id == conversation_id,
            table.state == ConversationPhase.CLOSED,
        )
        .values(state=ConversationPhase.OPEN)
    )
    if opened.rowcount == 1:
        record_event(
            conn,
            shop_id,
            conversation_id=conversation_id,
            kind=ConversationEventKind.REOPENED,
            now=now,
        )


def note(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    person_id: int,
    text: str,
    now: datetime,
) -> None:
    """Write down what agents should know; buyers never see it.

    Personal data in it is kept masked only, as it is in everything that is searched.

    Raises:
        NotFoundError: The shop has no such conversation.
    """
    hold(conn, shop_id, conversation_id=conversation_id)
    record_event(
        conn,
        shop_id,
        conversation_id=conversation_id,
        kind=ConversationEventKind.NOTED,
        person_id=person_id,
        now=now,
        data={"text": mask_personal(text)},
    )
