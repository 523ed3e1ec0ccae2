"""When do we come back to a buyer who pays later, or wants an item kept?

P2. Nothing is locked: the plan is a message, and its text says so.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from bot.actions import Band, PlanFollowUp, RecordAsk
from bot.bargaining.situation import Outcome
from bot.deciding.bands import Placement
from bot.deciding.case import Case
from bot.deciding.draft import Draft
from bot.deciding.saying import say_variants, welcome
from bot.deciding.state import REMEMBERED
from bot.follow_ups.plans import FollowUpPlan, Kind
from bot.follow_ups.windows import first_due, into_plan_window
from bot.scripts import Effect, Intent, Risk
from bot.utterances import EntityKind

_MORNING: Final = time(10)
"""Of the day that was named, for a plan without an hour of its own."""
_LITTLE: Final = 15
"""Characters that hold a day and hardly more."""
_QUIET: Final = frozenset({Effect.ACKNOWLEDGE, Effect.CLOSE, Effect.OFF_TOPIC})


def keep_item(case: Case, draft: Draft, placed: tuple[Placement, ...]) -> Band | None:
    """Say that the item is kept in mind, and plan it; None when that is not wanted.

    It is when the words say so and nothing else is surely wanted.
    """
    plan = _plan(case)
    texts = case.library.pack.bargaining.kept_texts
    if plan is None or not texts or not case.can_speak:
        return None
    if not (_asks_to_keep(case) or _names_day(case)):
        return None
    if not all(_wants_no_more(case, one) for one in placed):
        return None
    welcome(draft)
    say_variants(draft, "bargaining:kept", texts, is_opened=True)
    draft.add(_planned(case, plan, kind=plan.kind))
    draft.misses = 0
    draft.explain("买家晚些再付，计划到时候问一声")
    return Band.AUTO


def plan_return(case: Case, draft: Draft) -> None:
    """Plan to come back to an item that a bargaining turn has left for later.

    Who named a day has asked for it; who has just been told that it is kept in mind has
    not, and whatever they write next makes it void.
    """
    plan = _plan(case)
    if plan is None or not case.can_speak or draft.does(PlanFollowUp):
        return
    if _answers_when(case):
        draft.add(_planned(case, plan, kind=plan.kind))
    elif _is_reserved(draft):
        draft.add(_planned(case, plan, kind=Kind.NUDGE))


def _plan(case: Case) -> FollowUpPlan | None:
    name = case.library.pack.bargaining.keeps
    if name is None or case.context.facts.item is None:
        return None
    return (
        None if case.context.buyer.is_opted_out else case.library.pack.follow_ups[name]
    )


def _asks_to_keep(case: Case) -> bool:
    text = case.understanding.folded.text
    return any(word in text for word in case.library.pack.bargaining.words.keep)


def _names_day(case: Case) -> bool:
    """Return whether little more than a day is told to who has just bargained."""
    past = case.context.conversation.past
    last = case.library.pack.intents.get(past[0].intent_id) if past else None
    return (
        last is not None
        and Effect.BARGAIN in last.effects
        and case.context.now - past[0].handled_at <= REMEMBERED
        and len(case.understanding.folded.text) <= _LITTLE
        and _day(case) is not None
    )


def _wants_no_more(case: Case, placement: Placement) -> bool:
    """Return whether an intent is none that has to be answered for itself."""
    intent = case.library.intent(placement.intent_id)
    return (
        placement.is_miss
        or placement.is_unsure
        or not _QUIET.isdisjoint(intent.effects)
        or _is_undecided(case, intent)
        or (
            placement.confidence < case.library.pack.bands.auto
            and intent.risk is not Risk.HUMAN
        )
    )


def _is_undecided(case: Case, intent: Intent) -> bool:
    """Return whether an intent only says that the buyer comes back some time."""
    if intent.follow_up is None:
        return False
    return case.library.pack.follow_ups[intent.follow_up].kind is Kind.NUDGE


def _answers_when(case: Case) -> bool:
    """Return whether the turn names the day that a bargaining reply asked for."""
    answered = case.library.pack.intents.get(case.understanding.answers or "")
    is_ours = answered is not None and Effect.BARGAIN in answered.effects
    return is_ours and _day(case) is not None


def _is_reserved(draft: Draft) -> bool:
    asked: Iterable[RecordAsk] = draft.asks()
    return any(one.answer.outcome is Outcome.RESERVE for one in asked)


def _planned(case: Case, plan: FollowUpPlan, *, kind: Kind) -> PlanFollowUp:
    facts = case.context.facts
    due_at = first_due(
        plan,
        planned_at=case.context.now,
        limits=case.context.limits,
        timezone=facts.timezone,
    )
    planned = PlanFollowUp(
        plan_id=plan.plan_id,
        kind=kind,
        due_at=due_at,
        is_once_per_order=plan.is_once_per_order,
        item_ref=None if facts.item is None else facts.item.item_id,
    )
    day = _day(case)
    if day is not None:
        planned = replace(planned, due_at=_on(case, plan, day))
    return replace(planned, once=f"{planned.item_ref}:{planned.due_at.date()}")


def _on(case: Case, plan: FollowUpPlan, day: date) -> datetime:
    zone = ZoneInfo(case.context.facts.timezone)
    hour = _MORNING if plan.at is None else plan.at
    return into_plan_window(
        datetime.combine(day, hour, zone).astimezone(UTC),
        window=plan.window,
        limits=case.context.limits,
        timezone=case.context.facts.timezone,
    )


def _day(case: Case) -> date | None:
    """Return the day that the turn names, when it is still to come."""
    today = case.context.now.astimezone(ZoneInfo(case.context.facts.timezone)).date()
    named = [
        date.fromisoformat(str(one.value))
        for one in case.understanding.entities
        if one.kind is EntityKind.DATE
    ]
    return next((one for one in reversed(named) if one > today), None)
