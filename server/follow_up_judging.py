"""What is true of a due follow-up, and what does the core make of it? Nothing is done."""

from datetime import datetime, timedelta

from bot.deciding.state import ShopMode
from bot.facts import Facts
from bot.follow_ups.plans import FollowUpPlan
from bot.follow_ups.situation import (
    FollowUpSituation,
    IncidentSituation,
    ReviewSituation,
    TicketSituation,
)
from bot.follow_ups.stop_rules import Defer, Judgement, Reason, Send, judge
from bot.incidents.matching import concerning, subject_of, withheld
from server.shops import Shop
from storage.repositories.follow_ups import ClaimedFollowUp
from storage.states import ReviewState

_MODE_WAIT = timedelta(minutes=30)
"""A shop that has switched automatic messages off is asked again after this; what grows
too late meanwhile ends as late."""


def judge_claimed(
    plan: FollowUpPlan, claimed: ClaimedFollowUp, *, shop: Shop, now: datetime
) -> Judgement:
    """Return what happens to a due follow-up; nothing is done yet."""
    verdict = judge(
        plan,
        situation=situation_of(claimed, shop=shop, now=now),
        now=now,
        limits=shop.limits,
        marketing_suffix=shop.library.pack.texts.marketing_suffix,
    )
    if isinstance(verdict, Send) and shop.record.mode is not ShopMode.AUTO:
        return Defer(to=now + _MODE_WAIT, reason=Reason.SHOP_MODE)
    return verdict


def situation_of(
    claimed: ClaimedFollowUp, *, shop: Shop, now: datetime
) -> FollowUpSituation:
    """Return what is true of a due follow-up, in the core's words."""
    ticket, review, incident = claimed.ticket, claimed.review, claimed.incident
    facts = Facts(
        policies=shop.policies,
        buyer_name=claimed.buyer_name,
        nameless=shop.library.pack.nameless,
        item=claimed.item,
        order=claimed.order,
        timezone=shop.record.timezone,
        catalogue=shop.catalogue,
    )
    return FollowUpSituation(
        follow_up_id=claimed.follow_up_id,
        plan_id=claimed.plan_id,
        planned_at=claimed.created_at,
        due_at=(
            claimed.due_at if claimed.deferred_from is None else claimed.deferred_from
        ),
        facts=facts,
        is_opted_out=claimed.is_opted_out,
        has_marketing_consent=claimed.has_consent,
        last_marketing_at=claimed.last_marketing_at,
        is_served=claimed.is_served,
        is_closed=claimed.is_closed,
        ticket=(
            None
            if ticket is None
            else TicketSituation(
                number=ticket.number, phase=ticket.phase, due_at=ticket.due_at
            )
        ),
        review=(
            None
            if review is None
            else ReviewSituation(
                cause=review.cause,
                is_refused=review.state is ReviewState.REFUSED,
                is_suspected_professional=claimed.is_professional_reviewer,
                is_contacted=review.state is ReviewState.CONTACTED,
            )
        ),
        incident=(
            None
            if incident is None
            else IncidentSituation(text=incident.text, closing=incident.closing)
        ),
        withheld=_withheld(facts, shop=shop, now=now),
    )


def _withheld(facts: Facts, *, shop: Shop, now: datetime) -> frozenset[str]:
    """Return what is not promised now, as an incident concerns the buyer."""
    rules = shop.library.pack.incidents
    subject = subject_of(facts, text="")
    return withheld(concerning(shop.incidents, subject, rules=rules, now=now), rules)
