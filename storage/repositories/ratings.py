"""What buyers thought of a conversation: one rating for each time it ended."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.errors import NotFoundError
from storage.literals import is_one_of
from storage.repositories.events import record_event
from storage.states import ConversationEventKind
from storage.tables import ConversationEventRow, ConversationRow, RatingRow, table_of

_conversations = table_of(ConversationRow)
_events = table_of(ConversationEventRow)
_ratings = table_of(RatingRow)

_SERVING = (
    ConversationEventKind.TAKEN_OVER,
    ConversationEventKind.TRANSFERRED,
)
_LONGEST = 2000
"""Characters that all reasons for one rating may have together."""
_ENDING = (ConversationEventKind.RELEASED, ConversationEventKind.CLOSED)


def rate(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    stars: int,
    reason: str,
    now: datetime,
) -> None:
    """Store what the buyer thinks; a second word before the next end joins the first.

    The newest stars count, and no reason that was given before is lost.

    Raises:
        NotFoundError: The shop has no such conversation.
    """
    _lock(conn, shop_id, conversation_id)
    given = _rating_of_this_end(conn, shop_id, conversation_id)
    if given is not None:
        reason = _joined(given.reason, reason)
    values = {"stars": stars, "reason": reason, "created_at": now}
    if given is None:
        conn.execute(
            insert(_ratings).values(
                shop_id=shop_id,
                conversation_id=conversation_id,
                person_id=_served_last(conn, shop_id, conversation_id),
                **values,
            )
        )
    elif (given.stars, given.reason) == (stars, reason):
        return
    else:
        conn.execute(
            update(_ratings)
            .where(_ratings.c.shop_id == shop_id, _ratings.c.id == given.id)
            .values(**values)
        )
    record_event(
        conn,
        shop_id,
        conversation_id=conversation_id,
        kind=ConversationEventKind.RATED,
        now=now,
        data={"stars": stars},
    )


def _joined(former: str, newer: str) -> str:
    """Return both reasons, the former whole; the newer only while there is room."""
    if newer in former:
        return former
    both = f"{former}\n{newer}" if former else newer
    return both if len(both) <= _LONGEST else former


def _lock(conn: Connection, shop_id: int, conversation_id: int) -> None:
    """Make another rating of the same conversation wait.

    Raises:
        NotFoundError: The shop has no such conversation.
    """
    table = _conversations.c
    found = conn.scalar(
        select(table.id)
        .where(table.shop_id == shop_id, table.id == conversation_id)
        .with_for_update()
    )
    if found is None:
        raise NotFoundError("conversation", conversation_id)


def _rating_of_this_end(conn: Connection, shop_id: int, conversation_id: int) -> Any:
    table = _ratings.c
    last = conn.execute(
        select(table.id, table.stars, table.reason, table.created_at)
        .where(table.shop_id == shop_id, table.conversation_id == conversation_id)
        .order_by(table.id.desc())
        .limit(1)
    ).one_or_none()
    ended = _last_event(conn, shop_id, conversation_id, _ENDING)
    if last is None or (ended is not None and ended.at > last.created_at):
        return None
    return last


def _served_last(conn: Connection, shop_id: int, conversation_id: int) -> int | None:
    served = _last_event(conn, shop_id, conversation_id, _SERVING)
    if served is None:
        return None
    to = served.data.get("to")
    return to if isinstance(to, int) else served.person_id


def _last_event(
    conn: Connection,
    shop_id: int,
    conversation_id: int,
    kinds: tuple[ConversationEventKind, ...],
) -> Any:
    table = _events.c
    return conn.execute(
        select(table.at, table.person_id, table.data)
        .where(
            table.shop_id == shop_id,
            table.conversation_id == conversation_id,
            is_one_of(table.kind, *kinds),
        )
        .order_by(table.id.desc())
        .limit(1)
    ).one_or_none()
