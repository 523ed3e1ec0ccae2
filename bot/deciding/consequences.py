"""What follows from an intent besides its answer: a ticket, a follow-up."""

from bot.actions import Band, OpenTicket, PlanFollowUp
from bot.deciding.bands import Placement
from bot.deciding.case import Case
from bot.desk.tickets import due_times
from bot.facts import Facts
from bot.follow_ups.plans import EndsWhen, FollowUpPlan
from bot.follow_ups.stop_rules import is_true_of
from bot.follow_ups.windows import first_due
from bot.replying.masking import mask_personal
from bot.scripts import Intent, Risk

SUMMARY_LENGTH = 120
"""Characters of the buyer's words that a ticket's summary quotes."""


def ticket_type_of(case: Case, placement: Placement) -> str | None:
    """Return the type of ticket that answering an intent opens, None for none.

    An assist intent that could be answered in full needs none, unless the full answer
    leaves work to do; one that has to wait for a person always does.
    """
    library = case.library
    intent = library.intent(placement.intent_id)
    if placement.band is Band.HAND_OVER:
        return _ticket_of_hand_over(case, intent)
    if case.is_answer_to(intent.intent_id) and library.is_registering_answers(intent):
        return library.pack.hand_over_ticket if intent.ticket is None else intent.ticket
    if intent.risk is not Risk.ASSIST:
        return intent.ticket
    if placement.band is Band.AUTO:
        return intent.ticket if library.is_registering(intent) else None
    return library.pack.hand_over_ticket if intent.ticket is None else intent.ticket


def _ticket_of_hand_over(case: Case, intent: Intent) -> str | None:
    """Return the ticket of an intent for people; a call-back only when nobody is there."""
    call_back = case.library.pack.hand_over_ticket
    if case.is_staffed:
        return None if intent.ticket == call_back else intent.ticket
    return call_back if intent.ticket is None else intent.ticket


def open_ticket(case: Case, *, ticket_type: str, intent: Intent | None) -> OpenTicket:
    """Return the action that opens a ticket, due in the shop's working time."""
    pack = case.library.pack
    kind = pack.ticket_types[ticket_type]
    due = due_times(kind, opened_at=case.context.now, calendar=case.context.calendar)
    name = case.context.facts.buyer_name
    words = mask_personal(case.turn.text, name=name)[:SUMMARY_LENGTH]
    return OpenTicket(
        ticket_type=kind.type_id,
        prefix=kind.prefix,
        state=pack.workflow.start,
        priority=kind.priority,
        summary=words if intent is None else f"{intent.zh}：{words}",
        first_answer_due_at=due.first_answer_at,
        plan_due_at=due.plan_at,
        intent_id=None if intent is None else intent.intent_id,
        order_ref=case.order_ref,
    )


def plan_follow_up(
    case: Case, intent: Intent, *, has_ticket: bool
) -> PlanFollowUp | None:
    """Return the follow-up an intent starts.

    None for a buyer who wants no messages, and when the facts make it pointless.
    """
    if intent.follow_up is None or case.context.buyer.is_opted_out:
        return None
    plan = case.library.pack.follow_ups[intent.follow_up]
    facts = case.context.facts
    if _is_pointless(plan, facts):
        return None
    return PlanFollowUp(
        plan_id=plan.plan_id,
        kind=plan.kind,
        due_at=first_due(
            plan,
            planned_at=case.context.now,
            limits=case.context.limits,
            timezone=facts.timezone,
        ),
        is_once_per_order=plan.is_once_per_order,
        order_ref=case.order_ref,
        item_ref=None if facts.item is None else facts.item.item_id,
        belongs_to_ticket=has_ticket,
        ticket_type=intent.ticket if has_ticket else None,
    )


def _is_pointless(plan: FollowUpPlan, facts: Facts) -> bool:
    """Return whether a plan is over before it starts, or waits for nothing we know."""
    if any(is_true_of(fact, facts) for fact in plan.ends_when):
        return True
    if plan.waits_for is EndsWhen.ITEM_IN_STOCK and facts.item is None:
        return True
    return plan.waits_for is not None and is_true_of(plan.waits_for, facts)
