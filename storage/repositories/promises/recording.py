"""How a promise is written down: once, however often it is repeated."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from bot.promises.kinds import PromiseState, warn_at
from bot.replying.masking import mask_personal
from storage.repositories.events import record_event
from storage.states import ConversationEventKind
from storage.tables import PromiseRow, table_of
from storage.tables.promises import UNSETTLED

_promises = table_of(PromiseRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPromise:
    """What an outgoing message promises."""

    conversation_id: int
    buyer_id: int
    order_ref: str | None
    message_id: int
    kind: str
    about: str
    words: str
    due_at: datetime
    lead: timedelta
    """So long before it is due a warning is given; zero: none."""
    amount_fen: int | None = None
    person_id: int | None = None
    ticket_id: int | None = None


def record_promise(
    conn: Connection, shop_id: int, *, value: NewPromise, now: datetime
) -> int:
    """Write a promise down, or tighten the open one about the same; return its id.

    A promise that is repeated stays one, due at the earlier of both times: who says
    tomorrow after today has still promised today. The caller's unit has changed or holds
    the conversation, so that nobody else writes one for this buyer meanwhile.
    """
    known = _open_one(conn, shop_id, value)
    if known is None:
        promise_id = _insert(conn, shop_id, value, now)
    else:
        promise_id = int(known.id)
        if value.due_at < known.due_at:
            _tighten(conn, shop_id, known, value, now)
    record_event(
        conn,
        shop_id,
        conversation_id=value.conversation_id,
        kind=ConversationEventKind.PROMISED,
        now=now,
        person_id=value.person_id,
        data={
            "promise_id": promise_id,
            "kind": value.kind,
            "due_at": value.due_at.isoformat(),
            "is_new": known is None,
        },
    )
    return promise_id


def _open_one(conn: Connection, shop_id: int, value: NewPromise) -> Row[Any] | None:
    table = _promises.c
    return conn.execute(
        select(_promises)
        .where(
            table.shop_id == shop_id,
            table.buyer_id == value.buyer_id,
            table.about == value.about,
            table.order_ref == _order(value),
            UNSETTLED,
        )
        .with_for_update()
    ).one_or_none()


def _insert(conn: Connection, shop_id: int, value: NewPromise, now: datetime) -> int:
    statement = insert(_promises).values(
        shop_id=shop_id,
        conversation_id=value.conversation_id,
        buyer_id=value.buyer_id,
        order_ref=_order(value),
        about=value.about,
        state=PromiseState.OPEN,
        reason="",
        created_at=now,
        **_said(value),
        next_at=_first_look(value, now),
    )
    return int(conn.execute(statement.returning(_promises.c.id)).scalar_one())


def _tighten(
    conn: Connection, shop_id: int, known: Row[Any], value: NewPromise, now: datetime
) -> None:
    """Let the earlier time hold; who was warned is not warned again."""
    is_warned = known.state is PromiseState.WARNED
    values = _said(value)
    if value.ticket_id is None:
        del values["ticket_id"]
    conn.execute(
        update(_promises)
        .where(_promises.c.shop_id == shop_id, _promises.c.id == known.id)
        .values(
            **values,
            lease_owner=None,
            next_at=value.due_at if is_warned else _first_look(value, now),
        )
    )


def _said(value: NewPromise) -> dict[str, Any]:
    return {
        "message_id": value.message_id,
        "kind": value.kind,
        "words": mask_personal(value.words),
        "amount_fen": value.amount_fen,
        "due_at": value.due_at,
        "person_id": value.person_id,
        "ticket_id": value.ticket_id,
    }


def _first_look(value: NewPromise, now: datetime) -> datetime:
    warning = warn_at(made_at=now, due_at=value.due_at, lead=value.lead)
    return value.due_at if warning is None else warning


def _order(value: NewPromise) -> str:
    return "" if value.order_ref is None else value.order_ref
