"""A flow goes on, waits, or ends; decided on values alone."""

from bot.actions import (
    Band,
    HandOver,
    HandOverReason,
    OpenTicket,
    UpdateDialogue,
)
from bot.flows.authority import Authority
from bot.flows.state import DialogueEnd
from tests.bot.deciding.deciding_factories import (
    ORDER,
    handle,
    has,
    make_context,
    make_conversation,
    make_facts,
    texts,
    the,
    tickets,
)
from tests.bot.deciding.dialogue_factories import (
    FLOW_PACK,
    dialogue,
    said,
    within,
)


class TestStart:
    def test_a_person_gets_it_while_the_first_question_is_asked(self) -> None:
        decision = handle("broken", pack=FLOW_PACK)

        assert decision.band is Band.HAND_OVER
        assert texts(decision) == ["抱歉", "请拍照"]
        assert tickets(decision) == ["quality"]
        assert has(decision, HandOver)
        update = the(decision, UpdateDialogue)
        assert (update.dialogue_id, update.step, update.tries) == (None, "evidence", 1)
        assert dict(update.collected) == {
            "flow": "repair",
            "reason": "fault",
            "postage": "shop",
        }

    def test_at_night_the_buyer_is_told_when_somebody_comes(self) -> None:
        decision = handle(
            "broken", pack=FLOW_PACK, context=make_context(agents_on_duty=0)
        )

        assert any("同事不在" in text for text in texts(decision))
        assert texts(decision)[-1] == "请拍照"

    def test_nothing_starts_where_the_assistant_may_not_speak(self) -> None:
        context = make_context(conversation=make_conversation(served_by=5))

        decision = handle("broken", pack=FLOW_PACK, context=context)

        assert not has(decision, UpdateDialogue)

    def test_a_wish_that_is_an_answer_is_not_answered_beside_it(self) -> None:
        decision = said(
            "坏了，能取消吗", ("hurry", 0.95), ("cancel", 0.95), context=within(None)
        )

        assert "订单E1可以取消" not in texts(decision)


class TestGoOn:
    def test_a_picture_leads_to_the_next_question(self) -> None:
        decision = said("", context=within(dialogue()), image_urls=("https://p/1",))

        assert texts(decision) == ["退还是补"]
        assert dict(the(decision, UpdateDialogue).slots) == {"picture": "1"}

    def test_a_wish_that_answers_a_later_question_is_kept_for_it(self) -> None:
        decision = said(
            "那就算了吧", ("cancel", 0.95), context=within(dialogue("evidence"))
        )

        assert texts(decision) == ["请拍照"]
        assert dict(the(decision, UpdateDialogue).slots) == {"choice": "back"}

    def test_the_end_names_the_ticket_that_is_open_and_opens_no_second(self) -> None:
        state = dialogue("choice", slots={"picture": "1"})

        decision = said("退款", context=within(state))

        assert texts(decision) == ["退，QU-000007"]
        assert tickets(decision) == []
        assert the(decision, HandOver).reason is HandOverReason.SETTLED
        assert the(decision, UpdateDialogue).closed is DialogueEnd.DONE

    def test_an_option_named_by_an_intent_is_an_answer(self) -> None:
        state = dialogue("choice", slots={"picture": "1"})

        decision = said("不要了", ("cancel", 0.9), context=within(state))

        assert dict(the(decision, UpdateDialogue).slots)["choice"] == "back"

    def test_a_claim_waits_in_the_state_of_approval(self) -> None:
        state = dialogue("amount", slots={"picture": "1", "choice": "money"})

        decision = said("20", context=within(state))

        assert the(decision, OpenTicket).ticket_type == "paper"
        submission = the(decision, UpdateDialogue).submission
        assert submission is not None
        assert (submission.ticket_type, submission.state) == ("paper", "approval")
        assert texts(decision) == ["已提交{ticket.number}"]

    def test_the_shops_own_limit_counts_and_needs_a_known_price(self) -> None:
        state = dialogue("amount", slots={"picture": "1", "choice": "money"})
        context = within(
            state,
            authority=Authority(assistant_fen=9999),
            facts=make_facts(order=ORDER),
        )

        decision = said("20", context=context)

        assert the(decision, OpenTicket).ticket_type == "paper"

    def test_a_declined_slot_that_may_be_missing_is_gone_on_without(self) -> None:
        state = dialogue("amount", slots={"picture": "1", "choice": "money"})

        decision = said("不用", context=within(state))

        assert dict(the(decision, UpdateDialogue).slots)["amount"] == ""
        assert texts(decision) == ["已提交{ticket.number}"]


class TestAgain:
    def test_what_was_not_to_be_had_is_not_asked_for_a_second_time(self) -> None:
        state = dialogue(
            "claim",
            slots={"picture": "declined", "choice": "money", "amount": "declined"},
            closed=DialogueEnd.DONE,
        )

        decision = said("坏了，赔不赔", ("broken", 0.95), context=within(state))

        assert "请拍照" not in texts(decision)
        assert any("已提交" in text for text in texts(decision))

    def test_it_may_be_told_now(self) -> None:
        state = dialogue(
            "claim",
            slots={"picture": "declined", "choice": "money", "amount": "declined"},
            closed=DialogueEnd.DONE,
        )

        decision = said(
            "坏了",
            ("broken", 0.95),
            context=within(state),
            image_urls=("https://p/1",),
        )

        assert dict(the(decision, UpdateDialogue).slots)["picture"] == "1"


class TestRefusal:
    def test_the_first_is_asked_again_in_other_words(self) -> None:
        context = within(
            dialogue(), conversation={"used_variants": {"flow:repair.evidence": (0,)}}
        )

        decision = said("不想拍", context=context)

        assert texts(decision) == ["拍一张"]
        assert the(decision, UpdateDialogue).tries == 2

    def test_the_second_brings_a_person(self) -> None:
        decision = said("不想拍", context=within(dialogue(tries=2)))

        assert decision.band is Band.HAND_OVER
        assert the(decision, HandOver).reason is HandOverReason.UNTOLD
        assert the(decision, UpdateDialogue).closed is DialogueEnd.REFUSED

    def test_an_angry_one_brings_a_person_at_once(self) -> None:
        decision = said(
            "不想拍", context=within(dialogue()), signals=frozenset({"emoji_angry"})
        )

        assert decision.band is Band.HAND_OVER
        assert the(decision, UpdateDialogue).closed is DialogueEnd.REFUSED

    def test_what_is_not_understood_counts_like_one(self) -> None:
        decision = said("哈哈哈哈", ("chat", 0.1), context=within(dialogue(tries=2)))

        assert decision.band is Band.HAND_OVER


class TestPicturesThatComeOtherwise:
    def test_a_link_to_one_is_the_picture_that_was_asked_for(self) -> None:
        decision = said("https://img.example/a.jpg", context=within(dialogue()))

        assert dict(the(decision, UpdateDialogue).collected)["picture"] == "1"
        assert texts(decision) == ["退还是补"]

    def test_a_link_beside_the_same_picture_is_no_second_one(self) -> None:
        link = "https://img.example/a.jpg"

        decision = said(f"看这里{link}", context=within(dialogue()), image_urls=(link,))

        assert dict(the(decision, UpdateDialogue).collected)["picture"] == "1"

    def test_words_that_stand_for_one_are_asked_for_again(self) -> None:
        """Nobody could look at it: 照片收到了 would not be true."""
        decision = said("[图片]", context=within(dialogue()))

        assert the(decision, UpdateDialogue).tries == 2
        assert "picture" not in dict(the(decision, UpdateDialogue).slots)
        assert texts(decision) == ["请拍照"]

    def test_and_then_a_person_looks_for_it(self) -> None:
        decision = said("[图片]", context=within(dialogue(tries=2)))

        assert the(decision, UpdateDialogue).closed is DialogueEnd.REFUSED
        assert has(decision, HandOver)

    def test_a_card_of_the_order_is_no_picture_of_it(self) -> None:
        context = within(dialogue(), facts=make_facts(order=ORDER))

        decision = said("[订单卡片]", context=context)

        assert "picture" not in dict(the(decision, UpdateDialogue).slots)
