"""A follow-up is due: is it sent, does it wait, or is it over?

Read in this order, the first that speaks decides: opted out; consent and cap of marketing;
obsolete by facts; review rules; lateness; still waiting for its fact; a person is serving;
window; no variant can be filled.

Lateness: a follow-up that is more than its plan's ``expires_after`` past the time it was
first due (after a long stop, or through deferrals) is closed as late, not sent. A plan
that waits for a fact has no such end: the fact may take months.

A person serving: every kind waits until the person has left (``served_delay`` each time),
so that nothing automatic speaks into a conversation between people.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.desk.ticket_types import Phase
from bot.facts import Facts, Order, OrderState
from bot.follow_ups.plans import EndsWhen, FollowUpPlan, Kind
from bot.follow_ups.situation import FollowUpLimits, FollowUpSituation
from bot.follow_ups.texts import render_text
from bot.follow_ups.windows import may_leave_at

MIN_WAIT = timedelta(minutes=10)
"""A fact is looked at no more often than this, whatever the plan says."""

CAUSE_CHECK = timedelta(hours=1)
"""How soon a review without a recorded cause is looked at again."""


class Reason(StrEnum):
    """Why a follow-up waits or is over; stands in its history."""

    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    MARKETING_CAP = "marketing_cap"
    OBSOLETE = "obsolete"
    LATE = "late"
    WAITING_FOR_FACT = "waiting_for_fact"
    OUTSIDE_WINDOW = "outside_window"
    PERSON_SERVES = "person_serves"
    SHOP_MODE = "shop_mode"
    """The shop has switched off what the assistant sends by itself."""
    NOT_FILLED = "not_filled"
    NO_CAUSE = "no_cause"
    REVIEW_REFUSED = "review_refused"
    SUSPECTED_PROFESSIONAL = "suspected_professional"
    ALREADY_CONTACTED = "already_contacted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Send this text now; the guard still reads it."""

    text: str
    variant: int
    spans: tuple[tuple[int, int], ...]
    """Where facts stand in the text, for the guard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defer:
    """Look again at ``to``."""

    to: datetime
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """Not sent although its occasion stands: we may not, or cannot, send it."""

    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Over: what it was for is gone, done or refused."""

    reason: Reason
    detail: str = ""
    """Which fact ended it."""


Judgement = Send | Defer | Skip | End


def judge(
    plan: FollowUpPlan,
    *,
    situation: FollowUpSituation,
    now: datetime,
    limits: FollowUpLimits,
    marketing_suffix: str,
) -> Judgement:
    """Return what happens to a due follow-up; pure, so it may be asked again any time.

    Args:
        plan: From the pack.
        situation: What is true now.
        now: Aware UTC.
        limits: The shop's windows and caps.
        marketing_suffix: The pack's text that says how to refuse.
    """
    for rule in (_permission, _occasion, _review, _lateness, _pause):
        verdict = rule(plan, situation, now, limits)
        if verdict is not None:
            return verdict
    filled = render_text(plan, situation=situation, now=now, suffix=marketing_suffix)
    if filled is None:
        return Skip(reason=Reason.NOT_FILLED)
    return Send(text=filled.text, variant=filled.variant, spans=filled.spans)


_Rule = Callable[
    [FollowUpPlan, FollowUpSituation, datetime, FollowUpLimits], Judgement | None
]


def is_true(fact: EndsWhen, situation: FollowUpSituation) -> bool:
    """Return whether a fact holds now; what is unknown does not hold."""
    if fact in _TICKET_PHASES:
        ticket = situation.ticket
        return ticket is not None and ticket.phase in _TICKET_PHASES[fact]
    if fact is EndsWhen.REVIEW_REFUSED:
        return situation.review is not None and situation.review.is_refused
    if fact is EndsWhen.CONVERSATION_CLOSED:
        return situation.is_closed
    return is_true_of(fact, situation.facts)


def is_true_of(fact: EndsWhen, facts: Facts) -> bool:
    """Return whether a fact about item or order holds; no other does."""
    if fact is EndsWhen.ITEM_IN_STOCK:
        item = facts.item
        return item is not None and item.stock is not None and item.stock > 0
    return facts.order is not None and is_order_fact(fact, facts.order)


_TICKET_PHASES: Mapping[EndsWhen, frozenset[Phase]] = {
    EndsWhen.TICKET_SOLVED: frozenset({Phase.SOLVED, Phase.CLOSED}),
    EndsWhen.TICKET_CLOSED: frozenset({Phase.CLOSED}),
    EndsWhen.TICKET_OPEN: frozenset({Phase.OPEN, Phase.WAITING}),
}

_STATES: Mapping[EndsWhen, frozenset[OrderState]] = {
    EndsWhen.ORDER_PAID: frozenset(OrderState) - {OrderState.UNPAID},
    EndsWhen.ORDER_SHIPPED: frozenset(
        {OrderState.SHIPPED, OrderState.SIGNED, OrderState.COMPLETED}
    ),
    EndsWhen.ORDER_SIGNED: frozenset({OrderState.SIGNED, OrderState.COMPLETED}),
    EndsWhen.ORDER_CANCELLED: frozenset({OrderState.CANCELLED}),
    EndsWhen.ORDER_REFUNDED: frozenset({OrderState.REFUNDING, OrderState.REFUNDED}),
}


def is_order_fact(fact: EndsWhen, order: Order) -> bool:
    """Return whether an order fact holds for this order."""
    if fact is EndsWhen.ORDER_DISPUTED:
        return order.dispute is not None
    if fact is EndsWhen.ORDER_REFUNDED and order.refund is not None:
        return True
    return order.state in _STATES.get(fact, frozenset())


def _permission(
    plan: FollowUpPlan,
    situation: FollowUpSituation,
    now: datetime,
    limits: FollowUpLimits,
) -> Judgement | None:
    if situation.is_opted_out:
        return Skip(reason=Reason.OPTED_OUT)
    if plan.kind is not Kind.MARKETING:
        return None
    if not situation.has_marketing_consent:
        return Skip(reason=Reason.NO_CONSENT)
    last = situation.last_marketing_at
    if last is not None and now < last + limits.marketing_gap:
        return Skip(reason=Reason.MARKETING_CAP)
    return None


def _occasion(
    plan: FollowUpPlan,
    situation: FollowUpSituation,
    now: datetime,
    limits: FollowUpLimits,
) -> Judgement | None:
    ended_by = sorted(fact for fact in plan.ends_when if is_true(fact, situation))
    if not ended_by:
        return None
    return End(reason=Reason.OBSOLETE, detail=ended_by[0])


def _review(
    plan: FollowUpPlan,
    situation: FollowUpSituation,
    now: datetime,
    limits: FollowUpLimits,
) -> Judgement | None:
    """Judge a contact about a review: one, with a cause, and never after a no."""
    review = situation.review
    if review is None:
        return None
    if review.is_refused:
        return End(reason=Reason.REVIEW_REFUSED)
    if review.is_suspected_professional:
        return Skip(reason=Reason.SUSPECTED_PROFESSIONAL)
    if review.is_contacted:
        return End(reason=Reason.ALREADY_CONTACTED)
    late = _lateness(plan, situation, now, limits)
    if late is None and (review.cause is None or not review.cause.strip()):
        return _defer(plan, situation, now + CAUSE_CHECK, limits, Reason.NO_CAUSE)
    return late


def _lateness(
    plan: FollowUpPlan,
    situation: FollowUpSituation,
    now: datetime,
    limits: FollowUpLimits,
) -> Judgement | None:
    if plan.waits_for is not None or now - situation.due_at <= plan.expires_after:
        return None
    return End(reason=Reason.LATE)


def _pause(
    plan: FollowUpPlan,
    situation: FollowUpSituation,
    now: datetime,
    limits: FollowUpLimits,
) -> Judgement | None:
    if plan.waits_for is not None and not is_true(plan.waits_for, situation):
        wait = max(plan.delay, MIN_WAIT)
        return Defer(to=now + wait, reason=Reason.WAITING_FOR_FACT)
    if situation.is_served and limits.served_delay > timedelta():
        to = now + limits.served_delay
        return _defer(plan, situation, to, limits, Reason.PERSON_SERVES)
    inside = _defer(plan, situation, now, limits, Reason.OUTSIDE_WINDOW)
    return inside if inside.to > now else None


def _defer(
    plan: FollowUpPlan,
    situation: FollowUpSituation,
    to: datetime,
    limits: FollowUpLimits,
    reason: Reason,
) -> Defer:
    timezone = situation.facts.timezone
    moved = may_leave_at(plan, to, limits=limits, timezone=timezone)
    return Defer(to=moved, reason=reason)
