"""Which conversations are there, and how many of each kind? Lists for people."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    not_,
    or_,
    select,
)

from bot.actions import Band
from bot.deciding.mood import Mood
from bot.errors import NotFoundError
from bot.messages import Sender
from storage.hot import HotStatement
from storage.literals import is_just
from storage.queries.people_names import names_of
from storage.states import ConversationPhase, DeliveryState, Direction
from storage.tables import (
    BuyerRow,
    ConversationRow,
    DeliveryRow,
    MessageRow,
    table_of,
)

_buyers = table_of(BuyerRow)
_conversations = table_of(ConversationRow)
_deliveries = table_of(DeliveryRow)
_messages = table_of(MessageRow)

_NEVER = datetime.min.replace(tzinfo=UTC)
_YET_TO_COME = datetime(9999, 1, 1, tzinfo=UTC)

# Asked for each line of a list: SQLite finds one by the index, of many it reads all
# messages of the shop.
_LAST_LINE = HotStatement(
    select(
        _messages.c.id,
        _messages.c.sender,
        _messages.c.search_text,
        _messages.c.image_url,
        _messages.c.sent_at,
    )
    .outerjoin_from(
        _messages,
        _deliveries,
        and_(
            _deliveries.c.message_id == _messages.c.id,
            _deliveries.c.shop_id == _messages.c.shop_id,
        ),
    )
    .where(
        _messages.c.shop_id == bindparam("of_shop"),
        _messages.c.conversation_id == bindparam("of_conversation"),
        or_(
            _deliveries.c.state.is_(None),
            not_(is_just(_deliveries.c.state, DeliveryState.WITHHELD)),
        ),
    )
    .order_by(_messages.c.id.desc())
    .limit(1)
)


_LAST_ANSWER = HotStatement(
    select(_messages.c.id)
    .where(
        _messages.c.shop_id == bindparam("of_shop"),
        _messages.c.conversation_id == bindparam("of_conversation"),
        or_(
            is_just(_messages.c.sender, Sender.AGENT),
            and_(
                is_just(_messages.c.sender, Sender.ASSISTANT),
                is_just(_messages.c.band, Band.AUTO),
                _messages.c.sent_at < bindparam("of_hand_over"),
            ),
        ),
    )
    .order_by(_messages.c.id.desc())
    .limit(1)
)
"""A holding reply answers nothing, nor does the assistant while a person is waited for."""
_FIRST_FROM_BUYER = HotStatement(
    select(_messages.c.sent_at)
    .where(
        _messages.c.shop_id == bindparam("of_shop"),
        _messages.c.conversation_id == bindparam("of_conversation"),
        is_just(_messages.c.direction, Direction.INCOMING),
        _messages.c.id > bindparam("of_answer"),
    )
    .order_by(_messages.c.id)
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLine:
    """The newest message of a conversation, masked."""

    message_id: int
    sender: Sender
    text: str
    has_picture: bool
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationLine:
    """One conversation as a list shows it."""

    conversation_id: int
    buyer_id: int
    buyer_ref: str
    buyer_name: str | None
    connector: str
    phase: ConversationPhase
    version: int
    served_by: int | None
    served_by_user: str | None
    served_until: datetime | None
    handed_over_at: datetime | None
    last_buyer_at: datetime | None
    unanswered_since: datetime | None
    """The buyer's first message that nobody answered: platforms count from there."""
    mood: Mood
    last: LastLine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """The last line of a page: the next page begins behind it."""

    at: datetime | None
    conversation_id: int

    @classmethod
    def of(cls, line: ConversationLine, *, phase: ConversationPhase | None) -> Self:
        """Return the place behind a line of the list of this phase."""
        is_queue = phase is ConversationPhase.HANDED_OVER
        return cls(
            at=line.handed_over_at if is_queue else line.last_buyer_at,
            conversation_id=line.conversation_id,
        )


def conversation_lines(
    conn: Connection,
    shop_id: int,
    *,
    phase: ConversationPhase | None = None,
    served_by: int | None = None,
    limit: int = 50,
    after: After | None = None,
) -> list[ConversationLine]:
    """Return conversations, the newest activity first.

    Those that wait for a person come in the order of their waiting instead, the
    longest first.

    Args:
        conn: Of a reader.
        shop_id: Whose conversations.
        phase: Only those with whom it says; None: all.
        served_by: Only those this person serves.
        limit: At most so many.
        after: Where the page before ended.
    """
    if phase is not None:
        rows = _rows(conn, shop_id, phase, served_by, limit, after)
    else:
        # The index has them in order by phase.
        rows = [
            row
            for one in ConversationPhase
            for row in _rows(conn, shop_id, one, served_by, limit, after, is_mixed=True)
        ]
        rows.sort(key=_activity, reverse=True)
    return _lines(conn, shop_id, rows[:limit])


def conversation_line(
    conn: Connection, shop_id: int, conversation_id: int
) -> ConversationLine:
    """Return one conversation as a list would show it.

    Raises:
        NotFoundError: The shop has no such conversation.
    """
    statement = _with_buyers(shop_id).where(_conversations.c.id == conversation_id)
    rows = conn.execute(statement).all()
    if not rows:
        raise NotFoundError("conversation", conversation_id)
    return _lines(conn, shop_id, rows)[0]


def last_lines(
    conn: Connection, shop_id: int, conversation_ids: Collection[int]
) -> dict[int, LastLine]:
    """Return the newest message of each conversation that the buyer may see."""
    found = {
        it: _LAST_LINE.first(conn, {"of_shop": shop_id, "of_conversation": it})
        for it in conversation_ids
    }
    return {
        it: LastLine(
            message_id=row.id,
            sender=row.sender,
            text=row.search_text,
            has_picture=row.image_url is not None,
            sent_at=row.sent_at,
        )
        for it, row in found.items()
        if row is not None
    }


def _with_buyers(shop_id: int) -> Select[Any]:
    table = _conversations.c
    return (
        select(_conversations, _buyers.c.name.label("buyer_name"))
        .join_from(_conversations, _buyers, _buyers.c.id == table.buyer_id)
        .where(table.shop_id == shop_id, _buyers.c.shop_id == shop_id)
    )


def _rows(
    conn: Connection,
    shop_id: int,
    phase: ConversationPhase,
    served_by: int | None,
    limit: int,
    after: After | None,
    *,
    is_mixed: bool = False,
) -> list[Row[Any]]:
    """Return a page of one phase; ``is_mixed``: in the order of a list of all."""
    table = _conversations.c
    statement = _with_buyers(shop_id).where(is_just(table.state, phase))
    if served_by is not None:
        statement = statement.where(table.served_by == served_by)
    if phase is ConversationPhase.HANDED_OVER and not is_mixed:
        if after is not None:
            statement = statement.where(_behind_in_queue(after))
        order = (table.handed_over_at.asc().nulls_last(), table.id.asc())
        return list(conn.execute(statement.order_by(*order).limit(limit)))
    rows: list[Row[Any]] = []
    if after is None or after.at is not None:
        active = statement.where(_active_behind(after))
        newest_first = active.order_by(table.last_buyer_at.desc(), table.id.desc())
        rows += conn.execute(newest_first.limit(limit))
    if len(rows) < limit:
        silent = statement.where(_silent_behind(after)).order_by(table.id.desc())
        rows += conn.execute(silent.limit(limit - len(rows)))
    return rows


def _activity(row: Row[Any]) -> tuple[bool, datetime, int]:
    """Return the key of the list of all phases, the newest activity greatest."""
    is_active = row.last_buyer_at is not None
    return is_active, row.last_buyer_at if is_active else _NEVER, row.id


def _lines(
    conn: Connection, shop_id: int, rows: Sequence[Row[Any]]
) -> list[ConversationLine]:
    lines = last_lines(conn, shop_id, [row.id for row in rows])
    names = names_of(conn, [row.served_by for row in rows])
    return [
        _line(row, lines, names, unanswered_since=_unanswered_since(conn, shop_id, row))
        for row in rows
    ]


def _unanswered_since(conn: Connection, shop_id: int, row: Row[Any]) -> datetime | None:
    """Return when the buyer wrote what nobody has answered; None when all is."""
    if row.state is ConversationPhase.CLOSED:
        return None
    place = {"of_shop": shop_id, "of_conversation": row.id}
    hand_over = row.handed_over_at
    answer = _LAST_ANSWER.first(
        conn,
        {**place, "of_hand_over": _YET_TO_COME if hand_over is None else hand_over},
    )
    first = _FIRST_FROM_BUYER.first(
        conn, {**place, "of_answer": 0 if answer is None else answer.id}
    )
    return None if first is None else first.sent_at


def _active_behind(after: After | None) -> ColumnElement[bool]:
    """Return the condition of those whose buyer wrote; the index goes to its place."""
    table = _conversations.c
    if after is None or after.at is None:
        return table.last_buyer_at.is_not(None)
    is_behind = or_(table.last_buyer_at < after.at, table.id < after.conversation_id)
    return and_(table.last_buyer_at <= after.at, is_behind)


def _silent_behind(after: After | None) -> ColumnElement[bool]:
    """Return the condition of those whose buyer never wrote."""
    table = _conversations.c
    is_silent = table.last_buyer_at.is_(None)
    if after is None or after.at is not None:
        return is_silent
    return and_(is_silent, table.id < after.conversation_id)


def _behind_in_queue(after: After) -> ColumnElement[bool]:
    table = _conversations.c
    is_newer_id = table.id > after.conversation_id
    if after.at is None:
        return table.handed_over_at.is_(None) & is_newer_id
    return or_(
        table.handed_over_at > after.at,
        and_(table.handed_over_at == after.at, is_newer_id),
        table.handed_over_at.is_(None),
    )


def _line(
    row: Row[Any],
    lines: Mapping[int, LastLine],
    names: Mapping[int, str],
    *,
    unanswered_since: datetime | None,
) -> ConversationLine:
    return ConversationLine(
        conversation_id=row.id,
        buyer_id=row.buyer_id,
        buyer_ref=row.buyer_ref,
        buyer_name=row.buyer_name,
        connector=row.connector,
        phase=row.state,
        version=row.version,
        served_by=row.served_by,
        served_by_user=names.get(row.served_by),
        served_until=row.served_until,
        handed_over_at=row.handed_over_at,
        last_buyer_at=row.last_buyer_at,
        unanswered_since=unanswered_since,
        mood=row.mood,
        last=lines.get(row.id),
    )
