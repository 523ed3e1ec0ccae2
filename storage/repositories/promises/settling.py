"""How a promise is settled: kept in time, fulfilled late, or void."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, or_, select, update

from bot.errors import IllegalTransitionError, NotFoundError
from bot.promises.keeping import kept_since, void_since
from bot.promises.kinds import OPEN_STATES, PromiseRules, PromiseState, Settling
from storage.repositories import audit
from storage.repositories.events import record_event
from storage.states import ConversationEventKind
from storage.tables import PromiseRow, table_of
from storage.tables.promises import UNFULFILLED, UNSETTLED

_promises = table_of(PromiseRow)


def settle_by_order(
    conn: Connection,
    shop_id: int,
    *,
    order_ref: str,
    facts: Mapping[Settling, datetime],
    rules: PromiseRules,
    now: datetime,
) -> None:
    """Settle what was promised about an order by its news.

    Args:
        conn: Of the unit.
        shop_id: Whose order it is.
        order_ref: Its number.
        facts: What the news settles, and since when it is so.
        rules: Of the pack: which fact keeps what.
        now: Aware UTC.
    """
    if not facts:
        return
    table = _promises.c
    statement = _unfulfilled().where(
        table.shop_id == shop_id, table.order_ref == order_ref
    )
    for row in conn.execute(statement.with_for_update()).all():
        settle_by_facts(conn, row, facts=facts, rules=rules, now=now)


def settle_by_facts(
    conn: Connection,
    row: Row[Any],
    *,
    facts: Mapping[Settling, datetime],
    rules: PromiseRules,
    now: datetime,
) -> bool:
    """Settle one promise by facts; False when they say nothing of it."""
    kind = rules.kind(row.kind)
    if kind is None:
        return False
    kept_at = kept_since(kind, facts)
    if kept_at is not None:
        _keep(conn, row, at=kept_at, now=now)
        return True
    if row.state in OPEN_STATES and void_since(kind, facts) is not None:
        _void(conn, row, reason="obsolete", now=now)
        return True
    return False


def settle_by_agent(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    rules: PromiseRules,
    again: Collection[str],
    now: datetime,
) -> None:
    """Keep what was promised to be answered, as an agent has written.

    ``again`` names what the message itself promises: to be told once more to wait is
    no answer.
    """
    kinds = rules.settled_by(Settling.AGENT_WROTE)
    table = _promises.c
    statement = _unfulfilled().where(
        table.shop_id == shop_id,
        table.conversation_id == conversation_id,
        table.kind.in_(kinds),
        table.about.not_in(again),
    )
    for row in conn.execute(statement.with_for_update()).all():
        _keep(conn, row, at=now, now=now)


def settle_by_ticket(
    conn: Connection,
    shop_id: int,
    *,
    ticket: Any,
    rules: PromiseRules,
    now: datetime,
) -> None:
    """Keep what was promised for a ticket that is solved: its own, and its order's."""
    kinds = rules.settled_by(Settling.TICKET_SOLVED)
    alike = {kind.kind_id for kind in rules.kinds if kind.ticket == ticket.ticket_type}
    table = _promises.c
    statement = _unfulfilled().where(
        table.shop_id == shop_id,
        table.buyer_id == ticket.buyer_id,
        table.kind.in_(kinds),
        or_(
            table.ticket_id == ticket.ticket_id,
            table.kind.in_(alike) & (table.order_ref == ticket.order_ref),
        ),
    )
    for row in conn.execute(statement.with_for_update()).all():
        _keep(conn, row, at=now, now=now)


def settle_by_person(
    conn: Connection,
    shop_id: int,
    *,
    promise_id: int,
    is_kept: bool,
    reason: str,
    person_id: int | None,
    now: datetime,
) -> None:
    """Mark a promise as kept or void, as somebody knows it; written down who did.

    Raises:
        NotFoundError: The shop has no such promise.
        IllegalTransitionError: It is settled already.
    """
    table = _promises.c
    row = conn.execute(
        select(_promises)
        .where(table.shop_id == shop_id, table.id == promise_id)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFoundError("promise", promise_id)
    is_late = is_kept and row.state is PromiseState.BREACHED and row.kept_at is None
    if row.state not in OPEN_STATES and not is_late:
        raise IllegalTransitionError(
            ticket=f"promise {promise_id}",
            current=row.state.value,
            requested="kept" if is_kept else "void",
        )
    if is_kept:
        _keep(conn, row, at=now, now=now, settled_by=person_id, reason=reason)
    else:
        _void(conn, row, reason=reason, now=now, settled_by=person_id)
    audit.record(
        conn,
        shop_id,
        action="promise.kept" if is_kept else "promise.void",
        subject=f"promise:{promise_id}",
        now=now,
        person_id=person_id,
        data={"reason": reason},
    )


def void_unsaid(
    conn: Connection, shop_id: int, *, message_id: int, now: datetime
) -> None:
    """Make void what a message promised that the buyer never got."""
    table = _promises.c
    statement = select(_promises).where(
        table.shop_id == shop_id, table.message_id == message_id, UNSETTLED
    )
    for row in conn.execute(statement.with_for_update()).all():
        _void(conn, row, reason="withheld", now=now)


def _unfulfilled() -> Select[Any]:
    return select(_promises).where(UNFULFILLED).order_by(_promises.c.id)


def _keep(
    conn: Connection, row: Row[Any], *, at: datetime, now: datetime, **more: Any
) -> None:
    """Mark it kept; fulfilled after its time it stays, or becomes, breached."""
    is_late = row.state is PromiseState.BREACHED or at > row.due_at
    state = PromiseState.BREACHED if is_late else PromiseState.KEPT
    breached_at = row.breached_at
    if is_late and breached_at is None:
        breached_at = row.due_at
    _settle(
        conn,
        row,
        {"state": state, "kept_at": at, "breached_at": breached_at, **more},
        now,
    )


def _void(
    conn: Connection, row: Row[Any], *, reason: str, now: datetime, **more: Any
) -> None:
    _settle(conn, row, {"state": PromiseState.VOID, "reason": reason, **more}, now)


def _settle(
    conn: Connection, row: Row[Any], values: Mapping[str, Any], now: datetime
) -> None:
    table = _promises.c
    conn.execute(
        update(_promises)
        .where(table.shop_id == row.shop_id, table.id == row.id)
        .values(lease_owner=None, **values)
    )
    record_event(
        conn,
        row.shop_id,
        conversation_id=row.conversation_id,
        kind=ConversationEventKind.PROMISE_SETTLED,
        now=now,
        person_id=values.get("settled_by"),
        data={
            "promise_id": row.id,
            "kind": row.kind,
            "state": values["state"].value,
        },
    )
