"""What came of a turn that was handled before?"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.actions import Band
from storage.queries.conversations import MessageRecord, messages_of_turn
from storage.tables import MessageRow, table_of

_messages = table_of(MessageRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOutcome:
    """The band and the replies of a handled turn."""

    band: Band | None
    replies: tuple[MessageRecord, ...]


def are_handled(conn: Connection, shop_id: int, *, message_ids: Sequence[int]) -> bool:
    """Return whether each of these messages has been handled."""
    waiting = conn.scalar(
        select(func.count())
        .select_from(_messages)
        .where(
            _messages.c.shop_id == shop_id,
            _messages.c.id.in_(message_ids),
            _messages.c.handled_at.is_(None),
        )
    )
    return waiting == 0


def outcome_of(
    conn: Connection, shop_id: int, *, message_id: int
) -> StoredOutcome | None:
    """Return what a message's turn led to; None when it is not handled yet."""
    row = conn.execute(
        select(
            _messages.c.band,
            _messages.c.turn_first_id,
            _messages.c.conversation_id,
            _messages.c.handled_at,
        ).where(_messages.c.shop_id == shop_id, _messages.c.id == message_id)
    ).one_or_none()
    if row is None or row.handled_at is None:
        return None
    return StoredOutcome(
        band=row.band,
        replies=messages_of_turn(
            conn,
            shop_id,
            conversation_id=row.conversation_id,
            turn_first_id=row.turn_first_id,
        ),
    )
