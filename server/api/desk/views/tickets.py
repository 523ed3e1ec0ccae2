"""How tickets look to people."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from bot.flows.wording import known_words
from bot.scripts import Pack
from server.api.desk.masked import show_data, show_optional, show_text
from storage.queries.tickets import TicketEventRecord, TicketRecord
from storage.states import Role


class FactBody(msgspec.Struct, frozen=True):
    """One thing that was collected, in words."""

    name: str
    value: str


class TicketBody(msgspec.Struct, frozen=True):
    """One ticket."""

    number: str
    type: str
    type_name: str
    state: str
    state_name: str
    phase: str
    priority: str
    version: int
    buyer_id: int
    conversation_id: int | None
    order_id: str | None
    intent: str | None
    summary: str
    collected: dict[str, Any]
    """What a flow has collected, by slot; amounts in fen."""
    facts: list[FactBody]
    """The same in words."""
    waits_for_approval: bool
    """A manager approves it or does not; nothing else moves it."""
    cause: str | None
    assignee: str | None
    due_at: datetime
    first_answer_due_at: datetime
    first_answered_at: datetime | None
    plan_due_at: datetime | None
    planned_at: datetime | None
    breached_first_at: datetime | None
    breached_plan_at: datetime | None
    waiting_since: datetime | None
    call_back: str
    opened_at: datetime
    solved_at: datetime | None
    closed_at: datetime | None
    moves: list[str]
    """States that may follow."""


class TicketsBody(msgspec.Struct, frozen=True):
    """A page of tickets, oldest first."""

    items: list[TicketBody]
    next: str | None


class TicketEventBody(msgspec.Struct, frozen=True):
    """One line of a ticket's history."""

    kind: str
    user: str | None
    data: dict[str, Any]
    note: str
    at: datetime


class TicketWithEventsBody(msgspec.Struct, frozen=True):
    """One ticket and its history, oldest first."""

    ticket: TicketBody
    events: list[TicketEventBody]


def ticket_body(
    record: TicketRecord,
    *,
    names: Mapping[int, str],
    pack: Pack,
    role: Role,
    buyer_name: str | None,
) -> TicketBody:
    """Return a ticket as a person of this role sees it; ``names`` are colleagues'."""
    kind = pack.ticket_types.get(record.ticket_type)
    state = pack.workflow.states.get(record.state)
    is_waiting = record.state == pack.flow_rules.approval
    return TicketBody(
        number=record.number,
        type=record.ticket_type,
        type_name=record.ticket_type if kind is None else kind.zh,
        state=record.state,
        state_name=record.state if state is None else state.zh,
        phase=record.phase.value,
        priority=record.priority.value,
        version=record.version,
        buyer_id=record.buyer_id,
        conversation_id=record.conversation_id,
        order_id=record.order_ref,
        intent=record.intent_id,
        summary=show_text(record.summary, role=role, name=buyer_name),
        collected=show_data(dict(record.data), role=role, name=buyer_name),
        facts=[
            FactBody(name=fact, value=show_text(words, role=role, name=buyer_name))
            for fact, words in _facts(record, pack)
        ],
        waits_for_approval=is_waiting,
        cause=show_optional(record.cause, role=role, name=buyer_name),
        assignee=(
            None if record.assignee_id is None else names.get(record.assignee_id)
        ),
        due_at=record.due_at,
        first_answer_due_at=record.first_answer_due_at,
        first_answered_at=record.first_answered_at,
        plan_due_at=record.plan_due_at,
        planned_at=record.planned_at,
        breached_first_at=record.breached_first_at,
        breached_plan_at=record.breached_plan_at,
        waiting_since=record.waiting_since,
        call_back=record.call_back_result.value,
        opened_at=record.opened_at,
        solved_at=record.solved_at,
        closed_at=record.closed_at,
        moves=[] if state is None or is_waiting else list(state.to),
    )


def _facts(record: TicketRecord, pack: Pack) -> list[tuple[str, str]]:
    """Return the names and words of what a flow has collected."""
    flow = pack.flows.get(str(record.data.get("flow", "")))
    if flow is None:
        return []
    told = {name: str(value) for name, value in record.data.items()}
    return [(slot.zh, words) for slot, words in known_words(flow, told)]


def event_bodies(
    events: Sequence[TicketEventRecord],
    *,
    names: Mapping[int, str],
    role: Role,
    buyer_name: str | None,
) -> list[TicketEventBody]:
    """Return a ticket's history as a person of this role sees it."""
    return [
        TicketEventBody(
            kind=event.kind.value,
            user=None if event.by_person is None else names.get(event.by_person),
            data=show_data(dict(event.data), role=role, name=buyer_name),
            note=show_text(event.note, role=role, name=buyer_name),
            at=event.at,
        )
        for event in events
    ]
