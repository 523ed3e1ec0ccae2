"""What did the last turns of a conversation want, and what did the assistant say?"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from bot.deciding.state import KEPT_TURNS, PastTurn
from bot.messages import Sender
from storage.hot import HotStatement
from storage.states import REMINDER, Direction
from storage.tables import MessageRow, table_of

_messages = table_of(MessageRow)
_ROWS: Final = 32
"""Newest messages looked at: a turn is mostly one or two of the buyer's and as many of
ours."""


def past_turns(
    conn: Connection, shop_id: int, *, conversation_id: int
) -> tuple[PastTurn, ...]:
    """Return the last handled turns of a conversation, newest first."""
    rows = _statement().rows(
        conn, {"of_shop": shop_id, "of_conversation": conversation_id}
    )
    return tuple(islice(_turns(rows), KEPT_TURNS))


def _turns(rows: Iterable[Any]) -> Iterator[PastTurn]:
    """Yield the turns that rows, newest first, belong to.

    The replies to a turn stand above its messages. What we said before somebody else
    wrote is not what an answer is to; a reminder of it changes nothing.
    """
    said: dict[int, list[Any]] = {}
    seen: set[int] = set()
    is_interrupted = False
    for row in rows:
        if row.script_id == REMINDER:
            continue
        if row.direction is Direction.OUTGOING:
            is_interrupted = is_interrupted or not _is_of_turn(row)
            if not is_interrupted:
                said.setdefault(row.turn_first_id, []).append(row)
        elif row.handled_at is not None and row.turn_first_id not in seen:
            seen.add(row.turn_first_id)
            yield _turn(row, said.get(row.turn_first_id, []))


def _turn(row: Any, said: list[Any]) -> PastTurn:
    """Return the turn of its last message; ``said`` is newest first."""
    return PastTurn(
        first_message_id=row.turn_first_id,
        intent_id=row.intent_id,
        confidence=row.confidence,
        handled_at=row.handled_at,
        said=tuple(
            (one.script_id, one.variant)
            for one in reversed(said)
            if one.script_id is not None
        ),
        last_said_id=said[0].id if said else 0,
    )


def _is_of_turn(row: Any) -> bool:
    """Return whether the assistant said it to a turn: no person, no follow-up."""
    return row.sender is Sender.ASSISTANT and row.turn_first_id is not None


@cache
def _statement() -> HotStatement:
    """Return the statement for the newest messages; built once."""
    table = _messages.c
    return HotStatement(
        select(
            table.id,
            table.direction,
            table.sender,
            table.intent_id,
            table.confidence,
            table.script_id,
            table.variant,
            table.turn_first_id,
            table.handled_at,
        )
        .where(
            table.shop_id == bindparam("of_shop"),
            table.conversation_id == bindparam("of_conversation"),
        )
        .order_by(table.id.desc())
        .limit(_ROWS)
    )
