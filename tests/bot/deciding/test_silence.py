"""When a question of the assistant is reminded of, and when not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.actions import Decision, PlanFollowUp
from bot.deciding.state import BuyerState, PastTurn
from bot.follow_ups.plans import FollowUpPlan, Kind, StartsWhen
from bot.scripts import Ask, Pack
from tests.bot.deciding.deciding_factories import (
    NOBODY,
    NOW,
    PACK,
    handle,
    make_context,
    make_conversation,
    make_plan,
    make_script,
    state_after,
)

REMINDER = make_plan(
    "still_here",
    kind=Kind.NUDGE,
    delay=timedelta(minutes=3),
    starts_when=StartsWhen.QUESTION_ASKED,
)


def asking(plan: FollowUpPlan = REMINDER) -> Pack:
    """Return a pack whose answer to colours asks something."""
    ask = Ask(continues="colour", is_yes_no=True, says=("好吗",))
    return replace(
        PACK,
        scripts=(
            *(it for it in PACK.scripts if it.intent_id != "colour"),
            make_script("colour", "红的好吗", "蓝的也好看", asks=(ask,)),
        ),
        follow_ups={**PACK.follow_ups, "still_here": plan},
    )


def reminders(decision: Decision) -> list[PlanFollowUp]:
    return [
        action
        for action in decision.actions
        if isinstance(action, PlanFollowUp) and action.plan_id == "still_here"
    ]


class TestPlanReminder:
    def test_a_question_is_reminded_of_after_the_plans_delay(self) -> None:
        (planned,) = reminders(handle("colour", pack=asking()))

        assert planned.due_at == NOW + timedelta(minutes=3)
        assert planned.kind is Kind.NUDGE

    def test_so_are_the_buttons_of_what_was_not_understood(self) -> None:
        assert reminders(handle(("colour", 0.1), pack=asking()))

    def test_an_answer_that_asks_nothing_is_not(self) -> None:
        used = make_conversation(used_variants={"colour.reply": (0,)})

        decision = handle(
            "colour", pack=asking(), context=make_context(conversation=used)
        )

        assert reminders(decision) == []

    def test_an_explicit_zero_switches_it_off(self) -> None:
        off = replace(REMINDER, delay=timedelta())

        assert reminders(handle("colour", pack=asking(off))) == []

    @pytest.mark.parametrize(
        ("hour", "minute", "is_planned"),
        [(9, 0, True), (20, 26, True), (20, 27, False), (3, 0, False), (8, 58, True)],
    )
    def test_it_never_comes_at_night(
        self, hour: int, minute: int, *, is_planned: bool
    ) -> None:
        local = datetime(2026, 11, 23, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))
        context = make_context(now=local.astimezone(UTC))

        decision = handle("colour", pack=asking(), context=context)

        assert bool(reminders(decision)) is is_planned

    def test_who_is_a_persons_is_not_reminded(self) -> None:
        waiting = make_context(conversation=make_conversation(is_handed_over=True))
        served = make_context(conversation=make_conversation(served_by=3))

        assert reminders(handle("colour", pack=asking(), context=waiting)) == []
        assert reminders(handle("colour", pack=asking(), context=served)) == []
        assert reminders(handle("person", pack=asking(), context=NOBODY)) == []

    def test_nor_who_says_goodbye_beside_it(self) -> None:
        assert reminders(handle("colour", "bye", pack=asking())) == []

    def test_nor_who_wants_no_messages(self) -> None:
        buyer = BuyerState(buyer_id=1, is_verified=True, is_opted_out=True)

        decision = handle("colour", pack=asking(), context=make_context(buyer=buyer))

        assert reminders(decision) == []

    def test_a_stretch_of_talk_has_one_name(self) -> None:
        began_at = NOW - timedelta(hours=2)
        past = PastTurn(
            first_message_id=0,
            intent_id="price",
            confidence=0.9,
            handled_at=NOW - timedelta(minutes=5),
        )
        going_on = make_conversation(stretch_at=began_at, past=(past,))
        long_ago = make_conversation(
            stretch_at=began_at,
            past=(replace(past, handled_at=NOW - timedelta(minutes=31)),),
        )

        same, new = (
            handle("colour", pack=asking(), context=make_context(conversation=one))
            for one in (going_on, long_ago)
        )

        assert state_after(same).stretch_at == began_at
        assert state_after(new).stretch_at == NOW
        assert reminders(same)[0].once == began_at.isoformat()
        assert reminders(new)[0].once == NOW.isoformat()
