"""What have buyers written lately, and what came of each answer? Masked, as a stream."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, and_, func, select

from bot.actions import Band
from bot.facts import OrderState
from bot.messages import Sender
from bot.replaying.outcomes import Served, Signal
from storage.states import Direction, TicketEventKind
from storage.tables import (
    ConversationRow,
    MessageRow,
    OrderRow,
    RatingRow,
    SuggestionRow,
    TicketEventRow,
    TicketRow,
    table_of,
)

AGAIN_WITHIN: Final = timedelta(minutes=10)
"""The same wish after so long is a new one."""
RATED_WITHIN: Final = timedelta(days=1)
"""A rating tells of the turns of the day before it."""
LOW_STARS: Final = 2
HIGH_STARS: Final = 4
_AT_ONCE: Final = 2000
"""Rows held at a time."""
_BEFORE_TICKET: Final = timedelta(minutes=1)
"""A turn is stored before the ticket that it opens."""

_conversations = table_of(ConversationRow)
_messages = table_of(MessageRow)
_orders = table_of(OrderRow)
_ratings = table_of(RatingRow)
_suggestions = table_of(SuggestionRow)
_events = table_of(TicketEventRow)
_tickets = table_of(TicketRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastMessage:
    """One handled turn of a buyer's."""

    text: str
    """Its fragments with personal data masked, joined by line breaks."""
    connector: str
    is_verified: bool
    order_state: OrderState | None
    """Of the order it named, as it is now; None: it named none of the buyer's own."""
    item_ref: str | None
    served: Served


def past_messages(
    conn: Connection, shop_id: int, *, since: datetime, limit: int
) -> Iterator[PastMessage]:
    """Yield the newest handled turns, by conversation; read while the connection lives.

    Args:
        conn: Of a reader.
        shop_id: Whose.
        since: Nothing older.
        limit: At most so many.
    """
    first_id = _first_id(conn, shop_id, since=since, limit=limit)
    if first_id is None:
        return
    offered = _offered(conn, shop_id, first_id=first_id)
    judged = _Judged(
        stars=_stars(conn, shop_id, since=since),
        reopened=_reopened(conn, shop_id, since=since),
    )
    rows = _rows(conn, shop_id, first_id=first_id)
    for conversation_id, group in groupby(rows, attrgetter("conversation_id")):
        turns = _turns(group, offered=offered)
        for turn, following in zip(turns, [*turns[1:], None], strict=True):
            if turn.is_handled and turn.text:
                signals = turn.signals | judged.signals(conversation_id, turn)
                if following is not None and following.repeats(turn):
                    signals = signals | {Signal.ASKED_AGAIN}
                yield turn.past(signals)


@dataclass(slots=True)
class _Turn:
    """One turn while its rows are read."""

    first: Any
    texts: list[str] = field(default_factory=list)
    signals: frozenset[Signal] = frozenset()
    is_answered: bool = False
    """A person has written since."""
    last: Any = None

    @property
    def is_handled(self) -> bool:
        return self.first.handled_at is not None and self.last.intent_id is not None

    @property
    def text(self) -> str:
        return "\n".join(text for text in self.texts if text)

    def repeats(self, earlier: "_Turn") -> bool:
        passed: timedelta = self.first.created_at - earlier.last.created_at
        is_same: bool = self.last.intent_id == earlier.last.intent_id
        return is_same and passed <= AGAIN_WITHIN

    def hear(self, row: Any, offered: frozenset[str]) -> None:
        """Take what a person wrote first after it."""
        if self.is_answered:
            return
        self.is_answered = True
        if row.text.strip() in offered:
            self.signals |= {Signal.ADOPTED}
        elif offered:
            self.signals |= {Signal.EDITED}
        elif self.last.band is Band.AUTO:
            self.signals |= {Signal.TAKEN_OVER}

    def past(self, signals: frozenset[Signal]) -> PastMessage:
        row = self.first
        return PastMessage(
            text=self.text,
            connector=row.connector,
            is_verified=row.is_verified,
            order_state=row.order_state if row.is_verified else None,
            item_ref=row.item_ref,
            served=Served(
                intent_id=self.last.intent_id, band=self.last.band, signals=signals
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """What tells of several turns of a conversation."""

    stars: dict[int, list[tuple[datetime, int]]]
    reopened: dict[tuple[int, str], list[tuple[datetime, datetime]]]
    """By conversation and intent: when the ticket was opened, and when again."""

    def signals(self, conversation_id: int, turn: _Turn) -> frozenset[Signal]:
        at = turn.first.created_at
        found = set()
        for rated_at, stars in self.stars.get(conversation_id, ()):
            if timedelta(0) <= rated_at - at <= RATED_WITHIN:
                if stars <= LOW_STARS:
                    found.add(Signal.RATED_LOW)
                if stars >= HIGH_STARS:
                    found.add(Signal.RATED_HIGH)
        for opened_at, again_at in self.reopened.get(
            (conversation_id, turn.last.intent_id), ()
        ):
            if opened_at - _BEFORE_TICKET <= at < again_at:
                found.add(Signal.REOPENED)
        return frozenset(found)


def _turns(rows: Iterable[Any], *, offered: dict[int, frozenset[str]]) -> list[_Turn]:
    """Return the turns of one conversation, in order."""
    turns: list[_Turn] = []
    for row in rows:
        if row.direction is Direction.INCOMING:
            if not turns or turns[-1].first.turn_first_id != row.turn_first_id:
                turns.append(_Turn(first=row))
            turns[-1].texts.append(row.search_text)
            turns[-1].last = row
        elif row.sender is Sender.AGENT and turns:
            first_id = turns[-1].first.turn_first_id
            turns[-1].hear(row, offered.get(first_id, frozenset()))
    return turns


def _first_id(
    conn: Connection, shop_id: int, *, since: datetime, limit: int
) -> int | None:
    """Return the first message of the oldest turn that is within both bounds."""
    table = _messages.c
    newest = (
        select(table.id)
        .where(
            table.shop_id == shop_id,
            table.direction == Direction.INCOMING,
            table.turn_first_id == table.id,
            table.handled_at.is_not(None),
            table.created_at >= since,
        )
        .order_by(table.id.desc())
        .limit(limit)
        .subquery()
    )
    found: int | None = conn.scalar(select(func.min(newest.c.id)))
    return found


def _rows(conn: Connection, shop_id: int, *, first_id: int) -> Iterable[Any]:
    """Return the messages from one on, conversation by conversation."""
    table = _messages.c
    is_own = and_(
        _orders.c.shop_id == shop_id,
        _orders.c.order_id == table.order_ref,
        _orders.c.buyer_ref == _conversations.c.buyer_ref,
    )
    statement = (
        select(
            table.id,
            table.conversation_id,
            table.direction,
            table.sender,
            table.text,
            table.search_text,
            table.connector,
            table.is_verified,
            table.item_ref,
            table.intent_id,
            table.band,
            table.turn_first_id,
            table.created_at,
            table.handled_at,
            _orders.c.state.label("order_state"),
        )
        .join(
            _conversations,
            and_(
                _conversations.c.shop_id == table.shop_id,
                _conversations.c.id == table.conversation_id,
            ),
        )
        .outerjoin(_orders, is_own)
        .where(table.shop_id == shop_id, table.id >= first_id)
        .order_by(table.conversation_id, table.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    return conn.execute(statement)


def _offered(
    conn: Connection, shop_id: int, *, first_id: int
) -> dict[int, frozenset[str]]:
    """Return what agents were offered by turn."""
    table = _suggestions.c
    found: dict[int, set[str]] = {}
    statement = select(table.turn_first_id, table.text).where(
        table.shop_id == shop_id, table.turn_first_id >= first_id
    )
    for row in conn.execute(statement.execution_options(yield_per=_AT_ONCE)):
        found.setdefault(row.turn_first_id, set()).add(row.text.strip())
    return {turn: frozenset(texts) for turn, texts in found.items()}


def _stars(
    conn: Connection, shop_id: int, *, since: datetime
) -> dict[int, list[tuple[datetime, int]]]:
    table = _ratings.c
    found: dict[int, list[tuple[datetime, int]]] = {}
    for row in conn.execute(
        select(table.conversation_id, table.created_at, table.stars).where(
            table.shop_id == shop_id, table.created_at >= since
        )
    ):
        found.setdefault(row.conversation_id, []).append((row.created_at, row.stars))
    return found


def _reopened(
    conn: Connection, shop_id: int, *, since: datetime
) -> dict[tuple[int, str], list[tuple[datetime, datetime]]]:
    statement = (
        select(
            _tickets.c.conversation_id,
            _tickets.c.intent_id,
            _tickets.c.opened_at,
            _events.c.at,
        )
        .join(_tickets, _tickets.c.id == _events.c.ticket_id)
        .where(
            _events.c.shop_id == shop_id,
            _tickets.c.shop_id == shop_id,
            _events.c.kind == TicketEventKind.REOPENED,
            _events.c.at >= since,
        )
    )
    found: dict[tuple[int, str], list[tuple[datetime, datetime]]] = {}
    for row in conn.execute(statement):
        if row.conversation_id is not None and row.intent_id is not None:
            key = (row.conversation_id, row.intent_id)
            found.setdefault(key, []).append((row.opened_at, row.at))
    return found
