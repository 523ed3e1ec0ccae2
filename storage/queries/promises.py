"""What is known of promises: lists for people, by agent and by order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.errors import NotFoundError
from bot.promises.kinds import OPEN_STATES, PromiseState
from storage.tables import PersonRow, PromiseRow, TicketRow, table_of

_people = table_of(PersonRow)
_promises = table_of(PromiseRow)
_tickets = table_of(TicketRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseRecord:
    """One promise as it was read."""

    promise_id: int
    conversation_id: int
    buyer_id: int
    order_ref: str | None
    message_id: int
    kind: str
    about: str
    words: str
    amount_fen: int | None
    state: PromiseState
    due_at: datetime
    promised_by: str | None
    """The agent; None: the assistant."""
    ticket: str | None
    """Number of the ticket it was promised for, or that its breach opened."""
    warned_at: datetime | None
    kept_at: datetime | None
    breached_at: datetime | None
    settled_by: str | None
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFilter:
    """Which promises are asked for; None: any."""

    state: PromiseState | None = None
    person_id: int | None = None
    order_ref: str | None = None
    conversation_id: int | None = None
    due_before: datetime | None = None


def promises(
    conn: Connection,
    shop_id: int,
    *,
    wanted: PromiseFilter,
    limit: int = 50,
    after: int = 0,
) -> list[PromiseRecord]:
    """Return promises, oldest first; ``after`` is the id of the last one seen."""
    table = _promises.c
    statement = _select(shop_id).where(table.id > after)
    for column, value in (
        (table.state, wanted.state),
        (table.person_id, wanted.person_id),
        (table.order_ref, wanted.order_ref),
        (table.conversation_id, wanted.conversation_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.due_before is not None:
        statement = statement.where(table.due_at < wanted.due_before)
    rows = conn.execute(statement.order_by(table.id).limit(limit))
    return [_record(row) for row in rows]


def promise(conn: Connection, shop_id: int, promise_id: int) -> PromiseRecord:
    """Return one promise.

    Raises:
        NotFoundError: The shop has no such promise.
    """
    row = conn.execute(
        _select(shop_id).where(_promises.c.id == promise_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError("promise", promise_id)
    return _record(row)


def open_promises(
    conn: Connection, shop_id: int, *, conversation_id: int
) -> list[PromiseRecord]:
    """Return what waits to be kept in a conversation, the next due first."""
    table = _promises.c
    statement = (
        _select(shop_id)
        .where(table.conversation_id == conversation_id, table.state.in_(OPEN_STATES))
        .order_by(table.due_at, table.id)
    )
    return [_record(row) for row in conn.execute(statement)]


def _select(shop_id: int) -> Any:
    table = _promises.c
    by = _people.alias("by_person")
    return (
        select(
            _promises,
            _people.c.user.label("promised_by"),
            by.c.user.label("settled_by_user"),
            _tickets.c.number.label("ticket"),
        )
        .select_from(_promises)
        .outerjoin(_people, _people.c.id == table.person_id)
        .outerjoin(by, by.c.id == table.settled_by)
        .outerjoin(
            _tickets,
            (_tickets.c.id == table.ticket_id) & (_tickets.c.shop_id == shop_id),
        )
        .where(table.shop_id == shop_id)
    )


def _record(row: Row[Any]) -> PromiseRecord:
    return PromiseRecord(
        promise_id=row.id,
        conversation_id=row.conversation_id,
        buyer_id=row.buyer_id,
        order_ref=None if row.order_ref == "" else row.order_ref,
        message_id=row.message_id,
        kind=row.kind,
        about=row.about,
        words=row.words,
        amount_fen=row.amount_fen,
        state=row.state,
        due_at=row.due_at,
        promised_by=row.promised_by,
        ticket=row.ticket,
        warned_at=row.warned_at,
        kept_at=row.kept_at,
        breached_at=row.breached_at,
        settled_by=row.settled_by_user,
        reason=row.reason,
        created_at=row.created_at,
    )
