"""When another wish, a reminder or a person comes into an open flow."""

from dataclasses import replace
from datetime import timedelta

from bot.actions import (
    PlanFollowUp,
    UpdateDialogue,
)
from bot.flows.state import DialogueEnd
from bot.follow_ups.plans import Kind, StartsWhen
from bot.utterances import Clause, Polarity
from tests.bot.deciding.deciding_factories import (
    NOW,
    PACK,
    has,
    make_plan,
    texts,
    the,
)
from tests.bot.deciding.dialogue_factories import (
    CALM_PACK,
    FLOW_PACK,
    dialogue,
    said,
    within,
)


class TestLeave:
    def test_another_wish_is_answered_and_nothing_changes(self) -> None:
        decision = said("什么颜色", ("colour", 0.95), context=within(dialogue()))

        assert texts(decision) == ["红的好看"]
        assert not has(decision, UpdateDialogue)

    def test_a_wish_that_means_the_same_matter_gets_its_question_again(self) -> None:
        repair = replace(FLOW_PACK.flows["repair"], means=frozenset({"colour"}))
        pack = replace(FLOW_PACK, flows={**FLOW_PACK.flows, "repair": repair})

        decision = said(
            "什么颜色", ("colour", 0.95), context=within(dialogue()), pack=pack
        )

        assert texts(decision) == ["请拍照"]
        assert the(decision, UpdateDialogue).tries == 1

    def test_a_picture_sent_with_another_wish_is_kept(self) -> None:
        decision = said(
            "什么颜色",
            ("colour", 0.95),
            context=within(dialogue()),
            image_urls=("https://p/1",),
        )

        assert dict(the(decision, UpdateDialogue).slots) == {"picture": "1"}

    def test_another_flow_takes_over_with_the_pictures(self) -> None:
        state = dialogue("choice", slots={"picture": "1"})

        decision = said("快点发", ("hurry", 0.95), context=within(state))

        closed, begun = [
            it for it in decision.actions if isinstance(it, UpdateDialogue)
        ]
        assert closed.closed is DialogueEnd.CHANGED
        assert (begun.flow_id, begun.step) == ("moving", "done")

    def test_who_asks_for_a_person_is_not_asked_anything(self) -> None:
        decision = said("找人", ("person", 0.95), context=within(dialogue()))

        assert texts(decision) == ["这就去请同事"]
        assert the(decision, UpdateDialogue).closed is DialogueEnd.PERSON

    def test_an_old_flow_is_closed_and_the_turn_is_like_any(self) -> None:
        state = dialogue(updated_at=NOW - timedelta(days=2, seconds=1))

        decision = said("你好", ("hello", 0.95), context=within(state))

        assert texts(decision) == ["您好呀"]
        assert the(decision, UpdateDialogue).closed is DialogueEnd.EXPIRED

    def test_a_flow_that_the_pack_has_lost_is_closed(self) -> None:
        decision = said("你好", ("hello", 0.95), context=within(dialogue()), pack=PACK)

        assert the(decision, UpdateDialogue).closed is DialogueEnd.GONE

    def test_a_closed_flow_takes_nothing(self) -> None:
        state = dialogue(closed=DialogueEnd.DONE)

        decision = said("退款", ("refund", 0.1), context=within(state))

        assert not has(decision, UpdateDialogue)


class TestOwnWishAgain:
    def test_its_question_is_put_beside_the_answer_to_another(self) -> None:
        decision = said(
            "东西坏了，什么颜色",
            ("broken", 0.95),
            ("colour", 0.95),
            context=within(dialogue()),
            pack=CALM_PACK,
        )

        assert texts(decision) == ["红的好看", "请拍照"]
        assert the(decision, UpdateDialogue).dialogue_id == 3

    def test_a_person_who_is_needed_gets_the_open_flow_and_no_second(self) -> None:
        decision = said(
            "东西坏了，什么颜色",
            ("broken", 0.95),
            ("colour", 0.95),
            context=within(dialogue()),
        )

        assert the(decision, UpdateDialogue).dialogue_id == 3

    def test_two_wishes_with_flows_begin_one(self) -> None:
        decision = said(
            "东西坏了，快点发",
            ("broken", 0.95),
            ("hurry", 0.95),
            context=within(None),
            pack=CALM_PACK,
        )

        begun = [it for it in decision.actions if isinstance(it, UpdateDialogue)]
        assert [it.closed for it in begun] == [None]

    def test_what_is_asked_beside_an_answer_is_answered_first(self) -> None:
        state = dialogue("choice", slots={"picture": "1"})

        decision = said(
            "退款，什么颜色呢",
            ("colour", 0.95),
            context=within(state),
            clauses=(
                Clause(text="退款", start=0, end=2),
                Clause(text="什么颜色呢", start=3, end=8, polarity=Polarity.QUESTION),
            ),
        )

        assert texts(decision) == ["红的好看", "退，QU-000007"]


class TestReminder:
    def test_a_flows_question_is_one_of_ours(self) -> None:
        plan = make_plan(
            "still_here",
            kind=Kind.NUDGE,
            delay=timedelta(minutes=3),
            starts_when=StartsWhen.QUESTION_ASKED,
        )
        pack = replace(
            CALM_PACK, follow_ups={**CALM_PACK.follow_ups, "still_here": plan}
        )

        begun = said("坏了", ("broken", 0.95), context=within(None), pack=pack)
        gone_on = said(
            "", context=within(dialogue()), image_urls=("https://p/1",), pack=pack
        )

        assert the(begun, PlanFollowUp).plan_id == "still_here"
        assert the(gone_on, PlanFollowUp).plan_id == "still_here"

    def test_an_end_asks_nothing(self) -> None:
        state = dialogue("amount", slots={"picture": "1", "choice": "money"})

        assert not has(said("20", context=within(state)), PlanFollowUp)


class TestServed:
    def test_what_a_person_is_told_is_remembered_in_silence(self) -> None:
        context = within(dialogue(), conversation={"served_by": 5})

        decision = said("", context=context, image_urls=("https://p/1",))

        assert texts(decision) == []
        update = the(decision, UpdateDialogue)
        assert dict(update.slots) == {"picture": "1"}
        assert update.closed is None
