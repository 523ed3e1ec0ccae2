"""How were buyers' turns served lately? Masked, with what was offered and answered."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, and_, func, select

from bot.learning.drift import Week
from bot.learning.turns import Offered, ServedTurn
from bot.messages import Sender
from bot.replying.masking import mask_personal
from storage.states import Direction
from storage.tables import (
    BuyerRow,
    ConversationRow,
    MessageRow,
    SuggestionRow,
    table_of,
)

WEEK: Final = timedelta(days=7)
_AT_ONCE: Final = 2000

_buyers = table_of(BuyerRow)
_conversations = table_of(ConversationRow)
_messages = table_of(MessageRow)
_suggestions = table_of(SuggestionRow)


def served_turns(
    conn: Connection, shop_id: int, *, since: datetime, limit: int
) -> Iterator[ServedTurn]:
    """Yield the newest handled turns, by conversation; read while the connection lives.

    What was forgotten or has ended its time is blank, and not among them.

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
    rows = _rows(conn, shop_id, first_id=first_id)
    for _, group in groupby(rows, attrgetter("conversation_id")):
        turns = _turns(group)
        for turn in turns:
            if turn.is_handled and turn.text:
                yield turn.served(offered.get(turn.first_id, []))


@dataclass(slots=True)
class _Turn:
    """One turn while its rows are read."""

    first_id: int
    rows: list[Any] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)

    @property
    def is_handled(self) -> bool:
        last = self.rows[-1]
        return last.handled_at is not None and last.intent_id is not None

    @property
    def text(self) -> str:
        return "\n".join(row.search_text for row in self.rows if row.search_text)

    def served(self, offers: list[Any]) -> ServedTurn:
        last = self.rows[-1]
        first = self.answers[0].text.strip() if self.answers else None
        return ServedTurn(
            text=self.text,
            conversation_id=last.conversation_id,
            at=self.rows[0].created_at,
            connector=last.connector,
            intent_id=last.intent_id,
            confidence=last.confidence,
            band=last.band,
            offered=tuple(
                Offered(
                    script_id=one.script_id,
                    intent_id=one.intent_id,
                    text=mask_personal(one.text, name=last.buyer_name),
                    is_sent=one.text.strip() == first,
                )
                for one in offers
            ),
            answers=tuple(row.search_text for row in self.answers if row.search_text),
        )


def _turns(rows: Iterable[Any]) -> list[_Turn]:
    """Return the turns of one conversation, in order."""
    turns: list[_Turn] = []
    for row in rows:
        if row.direction is Direction.INCOMING:
            if not turns or turns[-1].first_id != row.turn_first_id:
                turns.append(_Turn(first_id=row.turn_first_id))
            turns[-1].rows.append(row)
        elif row.sender is Sender.AGENT and turns:
            turns[-1].answers.append(row)
    return turns


def weeks(
    conn: Connection, shop_id: int, *, until: datetime, count: int, least: float
) -> list[Week]:
    """Return weeks of seven days, the newest first.

    Args:
        conn: Of a reader.
        shop_id: Whose.
        until: Where the newest ends.
        count: How many.
        least: Confidence under which a turn was missed.
    """
    return [
        _week(conn, shop_id, end=until - number * WEEK, least=least)
        for number in range(count)
    ]


def said_scripts(conn: Connection, shop_id: int, *, since: datetime) -> frozenset[str]:
    """Return the scripts that buyers were told since then."""
    table = _messages.c
    found = conn.scalars(
        select(table.script_id)
        .where(
            table.shop_id == shop_id,
            table.created_at >= since,
            table.script_id.is_not(None),
        )
        .distinct()
    )
    return frozenset(found)


def wanted_intents(
    conn: Connection, shop_id: int, *, since: datetime
) -> dict[str, int]:
    """Return how many handled turns since then wanted each intent."""
    table = _messages.c
    rows = conn.execute(
        select(table.intent_id, func.count())
        .where(_is_first(shop_id), table.created_at >= since)
        .group_by(table.intent_id)
    )
    return {row[0]: row[1] for row in rows}


def _is_first(shop_id: int) -> Any:
    """Return what holds for the first message of a handled turn."""
    table = _messages.c
    return and_(
        table.shop_id == shop_id,
        table.direction == Direction.INCOMING,
        table.turn_first_id == table.id,
        table.handled_at.is_not(None),
        table.intent_id.is_not(None),
    )


def _week(conn: Connection, shop_id: int, *, end: datetime, least: float) -> Week:
    table = _messages.c
    within = and_(
        _is_first(shop_id), table.created_at > end - WEEK, table.created_at <= end
    )
    rows = conn.execute(
        select(table.intent_id, func.count(table.conversation_id.distinct()))
        .where(within)
        .group_by(table.intent_id)
    )
    return Week(
        by_intent={row[0]: row[1] for row in rows},
        total=_count(conn, func.count(table.conversation_id.distinct()), within),
        turns=_count(conn, func.count(), within),
        missed=_count(conn, func.count(), and_(within, table.confidence < least)),
    )


def _count(conn: Connection, what: Any, where: Any) -> int:
    found = conn.scalar(select(what).select_from(_messages).where(where))
    return int(found or 0)


def _first_id(
    conn: Connection, shop_id: int, *, since: datetime, limit: int
) -> int | None:
    """Return the first message of the oldest turn that is within both bounds."""
    newest = (
        select(_messages.c.id)
        .where(_is_first(shop_id), _messages.c.created_at >= since)
        .order_by(_messages.c.id.desc())
        .limit(limit)
        .subquery()
    )
    found: int | None = conn.scalar(select(func.min(newest.c.id)))
    return found


def _rows(conn: Connection, shop_id: int, *, first_id: int) -> Any:
    """Return the messages from one on, conversation by conversation."""
    table = _messages.c
    statement = (
        select(
            table.conversation_id,
            table.direction,
            table.sender,
            table.text,
            table.search_text,
            table.connector,
            table.intent_id,
            table.confidence,
            table.band,
            table.turn_first_id,
            table.created_at,
            table.handled_at,
            _buyers.c.name.label("buyer_name"),
        )
        .join(
            _conversations,
            and_(
                _conversations.c.shop_id == table.shop_id,
                _conversations.c.id == table.conversation_id,
            ),
        )
        .join(
            _buyers,
            and_(
                _buyers.c.shop_id == table.shop_id,
                _buyers.c.id == _conversations.c.buyer_id,
            ),
        )
        .where(table.shop_id == shop_id, table.id >= first_id)
        .order_by(table.conversation_id, table.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    return conn.execute(statement)


def _offered(conn: Connection, shop_id: int, *, first_id: int) -> dict[int, list[Any]]:
    """Return what agents were offered by turn."""
    table = _suggestions.c
    found: dict[int, list[Any]] = {}
    rows = conn.execute(
        select(table.turn_first_id, table.script_id, table.intent_id, table.text)
        .where(table.shop_id == shop_id, table.turn_first_id >= first_id)
        .order_by(table.id)
    )
    for row in rows:
        if row.text:
            found.setdefault(row.turn_first_id, []).append(row)
    return found
