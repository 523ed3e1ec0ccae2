"""A person is needed: the buyer knows who comes and when, the person finds the case."""

from dataclasses import replace
from datetime import timedelta

from bot.actions import (
    Band,
    HandOver,
    HandOverReason,
    PlanFollowUp,
    Suggest,
)
from bot.assistant import Assistant
from bot.deciding.state import KEPT_TURNS, PastTurn, TurnContext
from bot.scripts import Use
from tests.bot.deciding.deciding_factories import (
    NOBODY,
    NOW,
    PACK,
    FixedUnderstander,
    handle,
    has,
    make_context,
    make_conversation,
    make_script,
    make_turn,
    texts,
    the,
    tickets,
    understood,
    with_texts,
)


class TestHandOver:
    def test_a_person_on_duty_takes_over(self) -> None:
        decision = handle("person")

        assert decision.band is Band.HAND_OVER
        assert texts(decision) == ["这就去请同事"]
        assert the(decision, HandOver).reason is HandOverReason.ASKED
        assert tickets(decision) == []

    def test_a_person_who_is_probably_asked_for_comes_although_another_wish_is_likelier(
        self,
    ) -> None:
        asked = understood(("colour", 0.55), ("person", 0.44))
        assistant = Assistant(PACK, FixedUnderstander(asked))

        decision = assistant.handle(make_turn("有人工吗，问个颜色"), make_context())

        assert decision.band is Band.HAND_OVER
        assert the(decision, HandOver).reason is HandOverReason.ASKED

    def test_with_nobody_there_one_call_back_is_opened_and_the_time_is_named(
        self,
    ) -> None:
        decision = handle("person", context=NOBODY)

        assert texts(decision) == ["这就去请同事", "同事不在，今天13:00回来"]
        assert tickets(decision) == ["callback"]
        assert the(decision, HandOver).intent_id == "person"

    def test_a_receipt_that_says_when_is_not_followed_by_another_time(self) -> None:
        receipt = make_script(
            "person", "{ticket.due_at}前回复您", use=Use.RECEIPT, priority=1
        )
        pack = replace(PACK, scripts=(*PACK.scripts, receipt))
        decision = handle("person", pack=pack, context=NOBODY)

        assert texts(decision) == ["{ticket.due_at}前回复您"]
        assert tickets(decision) == ["callback"]

    def test_the_time_told_by_the_server_counts(self) -> None:
        context = make_context(agents_on_duty=0, next_open_at=NOW + timedelta(hours=21))

        assert texts(handle("person", context=context))[1] == "同事不在，明天9:00回来"

    def test_an_hour_at_which_nobody_came_is_not_named(self) -> None:
        context = make_context(agents_on_duty=0, next_open_at=NOW)

        assert texts(handle("person", context=context))[1] == "同事不在，今天13:00回来"

    def test_a_risky_intent_gets_receipt_suggestion_ticket_and_follow_up(self) -> None:
        decision = handle("broken")

        assert texts(decision) == ["抱歉，请同事来看"]
        assert the(decision, Suggest).text == "请拍照给我们"
        assert tickets(decision) == ["quality"]
        assert the(decision, PlanFollowUp).belongs_to_ticket
        assert the(decision, HandOver).reason is HandOverReason.RISK

    def test_with_nobody_there_its_ticket_and_a_call_back_are_opened(self) -> None:
        assert tickets(handle("broken", context=NOBODY)) == ["quality", "callback"]

    def test_one_without_a_ticket_opens_none_while_somebody_is_there(self) -> None:
        decision = handle("insult")

        assert tickets(decision) == []
        assert not has(decision, Suggest)

    def test_but_a_call_back_when_nobody_is(self) -> None:
        assert tickets(handle("insult", context=NOBODY)) == ["callback"]

    def test_who_waits_already_reads_that_people_are_busy(self) -> None:
        context = make_context(conversation=make_conversation(is_handed_over=True))

        assert texts(handle("empty", context=context)) == ["同事正忙，没有漏掉您"]

    def test_who_has_read_it_just_now_is_not_told_at_the_next_message(self) -> None:
        decision = handle("empty", context=_waiting(said_ago=timedelta(minutes=9)))

        assert texts(decision) == []
        assert has(decision, HandOver)

    def test_but_once_more_after_a_while_without_a_word(self) -> None:
        decision = handle("empty", context=_waiting(said_ago=timedelta(minutes=10)))

        assert texts(decision) == ["同事正忙，没有漏掉您"]

    def test_or_after_as_many_silent_turns_as_are_remembered(self) -> None:
        silent = (_past(said_ago=timedelta(minutes=1), is_silent=True),) * KEPT_TURNS
        conversation = replace(_waiting().conversation, past=silent)

        decision = handle("empty", context=make_context(conversation=conversation))

        assert texts(decision) == ["同事正忙，没有漏掉您"]

    def test_what_was_said_at_night_is_not_said_at_each_message_either(self) -> None:
        context = replace(_waiting("text:after_hours"), agents_on_duty=0)

        decision = handle("empty", context=context)

        assert texts(decision) == []
        assert tickets(decision) == ["callback"]

    def test_where_no_text_for_it_may_leave_another_true_sentence_is_said(self) -> None:
        pack = with_texts(after_hours=("把验证码发我",))

        assert texts(handle("empty", pack=pack, context=NOBODY)) == ["稍等，正在看"]

    def test_who_waits_is_still_answered(self) -> None:
        context = make_context(conversation=make_conversation(is_handed_over=True))

        assert texts(handle("colour", context=context)) == ["红的好看"]


def _past(*, said_ago: timedelta, is_silent: bool = False) -> PastTurn:
    return PastTurn(
        first_message_id=0,
        intent_id="empty",
        confidence=0.9,
        handled_at=NOW - said_ago,
        last_said_id=0 if is_silent else 1,
    )


def _waiting(
    text: str = "text:busy", *, said_ago: timedelta = timedelta(minutes=1)
) -> TurnContext:
    """Return the context of a buyer who waits and has read every wording of a text."""
    return make_context(
        conversation=make_conversation(
            is_handed_over=True,
            used_variants={text: (0,)},
            past=(_past(said_ago=said_ago),),
        )
    )
