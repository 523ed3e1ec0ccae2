"""The stages in their order: contact stopped, silence kept, pictures passed on."""

from dataclasses import replace

import pytest

from bot.actions import (
    AnswerCallBack,
    Band,
    BuyerAnswered,
    HandOver,
    HandOverReason,
    RefuseReview,
    StopContact,
    Suggest,
)
from bot.assistant import Assistant
from bot.deciding.state import (
    AskedQuestion,
    BuyerState,
    OpenTicketRef,
    ShopMode,
)
from bot.utterances import Folded
from tests.bot.deciding.deciding_factories import (
    NOBODY,
    NOW,
    PACK,
    FixedUnderstander,
    handle,
    has,
    make_context,
    make_conversation,
    make_turn,
    missed,
    state_after,
    texts,
    the,
    tickets,
    understood,
)


class TestSilence:
    SERVED = make_context(conversation=make_conversation(served_by=7, is_greeted=False))
    ASSISTING = make_context(shop_mode=ShopMode.ASSIST)
    OFF = make_context(shop_mode=ShopMode.OFF)

    def test_what_needs_a_person_finds_one_though_nothing_is_said(self) -> None:
        decision = handle("broken", context=self.ASSISTING)

        assert texts(decision) == []
        assert tickets(decision) == ["quality"]
        assert has(decision, HandOver)

    def test_the_assistant_only_suggests(self) -> None:
        decision = handle("colour", "broken", context=self.SERVED)

        assert texts(decision) == []
        assert tickets(decision) == []
        assert not has(decision, HandOver)
        assert [
            action.text for action in decision.actions if isinstance(action, Suggest)
        ] == ["红的好看", "请拍照给我们"]
        assert decision.band is Band.ASSIST
        assert state_after(decision).used_variants == ()

    def test_a_miss_suggests_nothing_and_counts_nothing(self) -> None:
        decision = handle(("colour", 0.2), context=self.SERVED)

        assert not has(decision, Suggest)
        assert state_after(decision).misses == 0

    def test_a_refusal_is_noted_all_the_same(self) -> None:
        assert has(handle("keep_it", context=self.SERVED), RefuseReview)

    def test_so_is_the_wish_for_no_more_messages(self) -> None:
        decision = handle("no_more", context=self.SERVED)

        assert has(decision, StopContact)
        assert texts(decision) == []

    def test_switched_off_it_only_queues_the_conversation_for_people(self) -> None:
        decision = handle("broken", context=self.OFF)

        assert decision.actions == (
            BuyerAnswered(),
            HandOver(reason=HandOverReason.ASKED),
            state_after(decision),
        )
        assert decision.band is Band.HAND_OVER

    def test_switched_off_a_refusal_of_contact_still_counts(self) -> None:
        decision = handle("colour", context=self.OFF, is_opt_out=True)

        assert has(decision, StopContact)
        assert texts(decision) == []


class TestStopContact:
    def test_a_fixed_word_stops_everything_at_once(self) -> None:
        decision = handle("colour", turn=make_turn("退订"), is_opt_out=True)

        assert the(decision, StopContact).words == "退订"
        assert texts(decision) == ["不再打扰您"]
        assert decision.band is Band.AUTO

    @pytest.mark.parametrize("confidence", [0.5, 0.95])
    def test_so_does_the_intent(self, confidence: float) -> None:
        decision = handle(("no_more", confidence))

        assert has(decision, StopContact)
        assert texts(decision) == ["不再打扰您"]

    def test_what_else_was_asked_is_answered(self) -> None:
        decision = handle("colour", "no_more")

        assert has(decision, StopContact)
        assert texts(decision) == ["不再打扰您", "红的好看"]

    def test_an_improbable_one_stops_nothing(self) -> None:
        assert not has(handle(("no_more", 0.3)), StopContact)

    def test_an_open_question_is_void_then(self) -> None:
        asked = AskedQuestion(question_id="solved?", ticket_id=3, asked_at=NOW)
        context = make_context(conversation=make_conversation(asked=asked))

        decision = handle("colour", context=context, is_opt_out=True)

        assert state_after(decision).is_question_closed
        assert not has(decision, AnswerCallBack)


class TestReviews:
    def test_a_refusal_ends_it_politely(self) -> None:
        decision = handle("keep_it")

        assert has(decision, RefuseReview)
        assert texts(decision) == ["尊重您的评价"]


class TestPictures:
    PICTURE = make_turn("", image_urls=("https://example.com/a.jpg",))

    def test_one_goes_to_the_open_ticket(self) -> None:
        ticket = OpenTicketRef(
            ticket_id=1,
            number="QU-000001",
            ticket_type="quality",
            order_ref=None,
            due_at=None,
        )
        buyer = BuyerState(buyer_id=1, open_tickets=(ticket,))

        decision = handle(
            ("chat", 1.0), turn=self.PICTURE, context=make_context(buyer=buyer)
        )

        assert texts(decision) == ["稍等，正在看"]
        assert tickets(decision) == ["quality"]
        assert decision.band is Band.ASSIST

    def test_a_ticket_type_that_is_gone_opens_none(self) -> None:
        ticket = OpenTicketRef(
            ticket_id=1, number="X-1", ticket_type="gone", order_ref=None, due_at=None
        )
        buyer = BuyerState(buyer_id=1, open_tickets=(ticket,))

        decision = handle(
            ("chat", 1.0), turn=self.PICTURE, context=make_context(buyer=buyer)
        )

        assert tickets(decision) == []

    def test_else_to_a_person(self) -> None:
        decision = handle(("chat", 1.0), turn=self.PICTURE)

        assert texts(decision) == ["已经请同事过来"]
        assert has(decision, HandOver)

    def test_with_nobody_there_words_are_asked_for(self) -> None:
        decision = handle(("chat", 1.0), turn=self.PICTURE, context=NOBODY)

        assert texts(decision) == ["没看懂，换个说法吧"]
        assert state_after(decision).misses == 1

    def test_a_second_one_then_opens_a_call_back(self) -> None:
        decision = handle(("chat", 1.0), turn=self.PICTURE, context=missed(1, agents=0))

        assert tickets(decision) == ["callback"]

    def test_while_a_person_serves_it_is_theirs(self) -> None:
        decision = handle(("chat", 1.0), turn=self.PICTURE, context=TestSilence.SERVED)

        assert texts(decision) == []
        assert decision.band is Band.ASSIST

    def test_words_beside_a_picture_are_read(self) -> None:
        turn = make_turn("这个颜色", image_urls=self.PICTURE.image_urls)

        assert texts(handle("colour", turn=turn)) == ["红的好看"]


class TestOptOutMarks:
    def test_contact_is_not_ended_on_a_likeness(self) -> None:
        pack = replace(PACK, lexicon=replace(PACK.lexicon, opt_out_marks=("别",)))
        guess = understood(("no_more", 0.98))
        told = {
            text: Assistant(
                pack, FixedUnderstander(replace(guess, folded=folded(text)))
            ).handle(make_turn(text), make_context())
            for text in ("收到你们的消息了", "别发了")
        }

        assert not has(told["收到你们的消息了"], StopContact)
        assert texts(told["收到你们的消息了"]) == ["没看懂，换个说法吧"]
        assert has(told["别发了"], StopContact)


def folded(text: str) -> Folded:
    return Folded(original=text, text=text, positions=tuple(range(len(text) + 1)))
