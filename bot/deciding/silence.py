"""The assistant has asked something: what if the buyer says no more?

A reminder is planned, once in a stretch of talk; its plan names the message that ends the
conversation later. What the buyer writes next makes either void.
"""

from bot.actions import HandOver, PlanFollowUp, StopContact
from bot.deciding.case import Case
from bot.deciding.draft import Draft
from bot.deciding.stretches import stretch_at
from bot.follow_ups.plans import FollowUpPlan, StartsWhen
from bot.follow_ups.windows import silence_due
from bot.scripts import Effect


def plan_reminder(case: Case, draft: Draft) -> None:
    """Plan the reminder of what the turn asks, where there may be one.

    There is none for who said goodbye, wants no messages, or is a person's to serve,
    and none that would come at night.
    """
    plan = _plan(case)
    if plan is None or not draft.has_asked or _is_person_due(case, draft):
        return
    if case.context.buyer.is_opted_out or draft.does(StopContact) or _is_leaving(case):
        return
    facts = case.context.facts
    due_at = silence_due(
        plan,
        asked_at=case.context.now,
        limits=case.context.limits,
        timezone=facts.timezone,
    )
    if due_at is None:
        return
    draft.add(
        PlanFollowUp(
            plan_id=plan.plan_id,
            kind=plan.kind,
            due_at=due_at,
            once=stretch_at(case.context).isoformat(),
            order_ref=case.order_ref,
            item_ref=None if facts.item is None else facts.item.item_id,
        )
    )


def _plan(case: Case) -> FollowUpPlan | None:
    return next(
        (
            plan
            for plan in case.library.pack.follow_ups.values()
            if plan.starts_when is StartsWhen.QUESTION_ASKED
        ),
        None,
    )


def _is_person_due(case: Case, draft: Draft) -> bool:
    return (
        not case.can_speak
        or case.context.conversation.is_handed_over
        or draft.does(HandOver)
    )


def _is_leaving(case: Case) -> bool:
    """Return whether the buyer says goodbye, perhaps beside something else."""
    understanding = case.understanding
    names = {*understanding.intents, understanding.best.intent_id}
    return any(Effect.CLOSE in case.library.intent(name).effects for name in names)
