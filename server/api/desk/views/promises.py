"""How promises look to people."""

from datetime import datetime

import msgspec

from bot.scripts import Pack
from server.api.desk.masked import show_text
from storage.queries.promises import PromiseRecord
from storage.states import Role


class PromiseBody(msgspec.Struct, frozen=True):
    """One promise, and what became of it."""

    id: int
    kind: str
    kind_name: str
    state: str
    words: str
    amount_fen: int | None
    due_at: datetime
    promised_by: str | None
    """User name of the agent; null: the assistant."""
    conversation_id: int
    buyer_id: int
    order_id: str | None
    message_id: int
    ticket: str | None
    warned_at: datetime | None
    kept_at: datetime | None
    breached_at: datetime | None
    settled_by: str | None
    reason: str
    created_at: datetime


class PromisesBody(msgspec.Struct, frozen=True):
    """A page of promises, oldest first."""

    items: list[PromiseBody]
    next: str | None


def promise_body(
    record: PromiseRecord, *, pack: Pack, role: Role, name: str | None
) -> PromiseBody:
    """Return a promise as a person of this role sees it; ``name`` is the buyer's."""
    kind = pack.promises.kind(record.kind)
    return PromiseBody(
        id=record.promise_id,
        kind=record.kind,
        kind_name=record.kind if kind is None else kind.zh,
        state=record.state.value,
        words=show_text(record.words, role=role, name=name),
        amount_fen=record.amount_fen,
        due_at=record.due_at,
        promised_by=record.promised_by,
        conversation_id=record.conversation_id,
        buyer_id=record.buyer_id,
        order_id=record.order_ref,
        message_id=record.message_id,
        ticket=record.ticket,
        warned_at=record.warned_at,
        kept_at=record.kept_at,
        breached_at=record.breached_at,
        settled_by=record.settled_by,
        reason=show_text(record.reason, role=role, name=name),
        created_at=record.created_at,
    )
