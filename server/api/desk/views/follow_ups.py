"""How follow-ups look to people."""

from datetime import datetime

import msgspec

from bot.scripts import Pack
from server.api.desk.masked import show_optional, show_ref
from server.rehearsal import Rehearsed
from storage.queries.follow_ups import FollowUpRecord
from storage.states import Role


class FollowUpBody(msgspec.Struct, frozen=True):
    """One follow-up."""

    id: int
    plan: str
    plan_name: str
    kind: str
    state: str
    reason: str | None
    buyer_id: int
    conversation_id: int | None
    order_id: str | None
    item_id: str | None
    due_at: datetime
    deferred_from: datetime | None
    sent_at: datetime | None
    message_id: int | None
    answered_at: datetime | None
    answer: str | None


class FollowUpsBody(msgspec.Struct, frozen=True):
    """A page of follow-ups, oldest first."""

    items: list[FollowUpBody]
    next: str | None


class RehearsedBody(msgspec.Struct, frozen=True):
    """What would become of one follow-up."""

    id: int
    plan: str
    plan_name: str
    kind: str
    buyer_id: int
    buyer_ref: str
    due_at: datetime
    fate: str
    """``sent``, ``deferred``, ``skipped`` or ``ended``."""
    at: datetime
    reason: str | None
    text: str | None


class DryRunBody(msgspec.Struct, frozen=True):
    """Who would get what until then; nothing is written."""

    until: datetime
    items: list[RehearsedBody]
    is_complete: bool
    """False: there are more than could be looked at at once."""


def follow_up_body(
    record: FollowUpRecord, *, pack: Pack, role: Role, name: str | None
) -> FollowUpBody:
    """Return a follow-up as a person of this role sees it; ``name`` is the buyer's."""
    return FollowUpBody(
        id=record.follow_up_id,
        plan=record.plan_id,
        plan_name=_name(pack, record.plan_id),
        kind=record.kind.value,
        state=record.state.value,
        reason=record.reason,
        buyer_id=record.buyer_id,
        conversation_id=record.conversation_id,
        order_id=record.order_ref,
        item_id=record.item_ref,
        due_at=record.due_at,
        deferred_from=record.deferred_from,
        sent_at=record.sent_at,
        message_id=record.message_id,
        answered_at=record.answered_at,
        answer=show_optional(record.answer, role=role, name=name),
    )


def rehearsed_body(one: Rehearsed, *, pack: Pack, role: Role) -> RehearsedBody:
    """Return what would become of a follow-up as a person of this role sees it."""
    claimed = one.follow_up
    return RehearsedBody(
        id=claimed.follow_up_id,
        plan=claimed.plan_id,
        plan_name=_name(pack, claimed.plan_id),
        kind=claimed.kind.value,
        buyer_id=claimed.buyer_id,
        buyer_ref=show_ref(claimed.buyer_ref, role=role),
        due_at=claimed.due_at,
        fate=one.fate.value,
        at=one.at,
        reason=one.reason,
        text=show_optional(one.text, role=role),
    )


def _name(pack: Pack, plan_id: str) -> str:
    plan = pack.follow_ups.get(plan_id)
    return plan_id if plan is None else plan.zh
