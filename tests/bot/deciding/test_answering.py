"""Each intent of a turn is answered with what is true, or asked about again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions import (
    Band,
    BuyerAnswered,
    HandOver,
    HandOverReason,
    OpenTicket,
    Reply,
    Suggest,
)
from bot.assistant import Assistant
from bot.deciding.state import (
    BuyerState,
)
from bot.guarding.rules import Channel, GuardPattern, GuardRules, Verdict
from bot.messages import Sender
from tests.bot.deciding.deciding_factories import (
    FIRST,
    ITEM,
    NOW,
    PACK,
    WITH_ORDER,
    FixedUnderstander,
    handle,
    has,
    make_context,
    make_conversation,
    make_facts,
    make_script,
    make_turn,
    missed,
    state_after,
    texts,
    the,
    tickets,
    understood,
    with_texts,
)


class TestAnswering:
    def test_a_sure_intent_gets_its_script(self) -> None:
        decision = handle("colour")

        reply = the(decision, Reply)
        assert decision.band is Band.AUTO
        assert (decision.intent_id, decision.confidence) == ("colour", 0.95)
        assert reply.text == "红的好看"
        assert (reply.script_id, reply.variant) == ("colour.reply", 0)
        assert reply.intent_id == "colour"
        assert reply.buttons == ("看图",)
        assert reply.sender is Sender.ASSISTANT
        assert decision.why == ("像这句",)

    def test_the_buyers_writing_is_always_noted(self) -> None:
        assert has(handle("colour"), BuyerAnswered)

    def test_variants_rotate_over_turns(self) -> None:
        used = state_after(handle("colour")).used_variants

        decision = handle(
            "colour",
            context=make_context(
                conversation=make_conversation(used_variants=dict(used))
            ),
        )

        assert texts(decision) == ["蓝的也好看"]
        assert dict(state_after(decision).used_variants) == {"colour.reply": (0, 1)}

    def test_only_the_last_scripts_are_remembered(self) -> None:
        used = {f"s{number}": (0,) for number in range(100)}

        decision = handle(
            "colour",
            context=make_context(conversation=make_conversation(used_variants=used)),
        )

        kept = dict(state_after(decision).used_variants)
        assert len(kept) == 60
        assert "colour.reply" in kept
        assert "s0" not in kept

    def test_a_script_without_its_facts_hands_over(self) -> None:
        decision = handle("price")

        assert decision.band is Band.HAND_OVER
        assert the(decision, HandOver).reason is HandOverReason.NO_SCRIPT
        assert texts(decision) == ["已经请同事过来"]

    def test_an_intent_without_any_script_hands_over(self) -> None:
        decision = handle("empty")

        assert the(decision, HandOver).reason is HandOverReason.NO_SCRIPT

    def test_what_the_guard_blocks_hands_over(self) -> None:
        decision = handle("shady")

        assert the(decision, HandOver).reason is HandOverReason.GUARD
        assert texts(decision) == ["已经请同事过来"]
        assert "guard: codes (shady.reply)" in decision.why

    def test_a_blocked_variant_gives_way_to_the_next(self) -> None:
        scripts = (make_script("colour", "把验证码发我", "红的好看"),)

        decision = handle("colour", pack=replace(PACK, scripts=scripts))

        assert texts(decision) == ["红的好看"]

    def test_the_guard_knows_the_channel(self) -> None:
        rule = GuardPattern(
            rule="outside",
            category="off_platform",
            verdict=Verdict.BLOCK,
            patterns=("红的",),
            suggestion="",
            channels=(Channel.MARKETPLACE,),
        )
        pack = replace(PACK, guard=GuardRules(patterns=(rule,)))

        decision = handle(
            "colour", pack=pack, context=make_context(channel=Channel.MARKETPLACE)
        )

        assert texts(decision) == ["蓝的也好看"]

    def test_a_rule_of_the_shops_own_holds_too(self) -> None:
        rule = GuardPattern(
            rule="own",
            category="shop",
            verdict=Verdict.BLOCK,
            patterns=("红的",),
            suggestion="",
        )

        decision = handle("colour", context=make_context(guard_rules=(rule,)))

        assert texts(decision) == ["蓝的也好看"]

    def test_a_figure_leaves_only_when_it_is_a_fact(self) -> None:
        assert texts(handle("price", context=WITH_ORDER)) == ["杯子是59元"]

    def test_bargaining_names_no_figure_at_all(self) -> None:
        assert texts(handle("haggle", context=WITH_ORDER)) == ["已经很实惠了"]

    def test_a_ticket_is_opened_and_named(self) -> None:
        decision = handle("bill", context=WITH_ORDER)

        ticket = the(decision, OpenTicket)
        assert texts(decision) == ["登记了{ticket.number}"]
        assert (ticket.ticket_type, ticket.prefix, ticket.state) == (
            "paper",
            "PA",
            "new",
        )
        assert ticket.intent_id == "bill"
        assert ticket.order_ref == "E1"
        assert ticket.first_answer_due_at == NOW + timedelta(hours=2)
        assert ticket.plan_due_at is None

    def test_a_tickets_summary_holds_no_personal_data(self) -> None:
        decision = handle("bill", turn=make_turn("开票，电话13800005678"))

        assert the(decision, OpenTicket).summary == "问bill：开票，电话138****5678"

    def test_an_opted_out_buyer_is_still_answered(self) -> None:
        buyer = BuyerState(buyer_id=1, is_opted_out=True)

        decision = handle("colour", context=make_context(buyer=buyer))

        assert texts(decision) == ["红的好看"]


class TestSeveralIntents:
    def test_each_is_answered_the_most_urgent_first(self) -> None:
        decision = handle("price", "colour", context=WITH_ORDER)

        assert texts(decision) == ["杯子是59元", "红的好看"]
        assert decision.intent_id == "price"
        assert decision.band is Band.AUTO

    def test_a_third_gets_its_ticket_and_a_word(self) -> None:
        decision = handle("price", "colour", "hurry", context=WITH_ORDER)

        assert texts(decision) == ["杯子是59元", "红的好看", "已催仓库"]
        assert tickets(decision) == ["parcel"]
        assert not has(decision, HandOver)

    def test_a_third_whose_work_is_a_call_back_gets_one_although_nobody_is_called(
        self,
    ) -> None:
        decision = handle(
            "price",
            "colour",
            "cancel",
            context=make_context(facts=make_facts(item=ITEM)),
        )

        assert tickets(decision) == ["callback"]
        assert texts(decision)[2:] == ["稍等，正在看"]
        assert decision.band is Band.ASSIST
        assert not has(decision, HandOver)

    def test_a_third_that_can_be_answered_is(self) -> None:
        decision = handle("price", "colour", "again", context=WITH_ORDER)

        assert texts(decision)[2:] == ["restock记上了"]
        assert decision.band is Band.AUTO

    def test_what_can_neither_be_answered_nor_written_down_gets_a_person(self) -> None:
        decision = handle("price", "colour", "empty", context=WITH_ORDER)

        assert texts(decision) == ["杯子是59元", "红的好看", "已经请同事过来"]
        assert the(decision, HandOver).intent_id == "empty"
        assert decision.band is Band.HAND_OVER

    def test_what_is_wanted_beside_a_wish_without_a_script_is_taken_on(self) -> None:
        decision = handle("empty", "hurry", context=WITH_ORDER)

        assert texts(decision) == ["已经请同事过来", "已催仓库"]
        assert tickets(decision) == ["parcel"]
        assert the(decision, HandOver).intent_id == "empty"

    def test_courtesies_beside_courtesies_bring_nobody(self) -> None:
        assert not has(handle("hello", "okay", "bye"), HandOver)

    def test_one_that_needs_a_person_takes_the_turn_and_is_spoken_of_first(
        self,
    ) -> None:
        decision = handle("colour", "broken")

        assert texts(decision) == ["抱歉，请同事来看", "红的好看"]
        assert decision.band is Band.HAND_OVER

    def test_courtesies_are_not_answered_beside_a_wish(self) -> None:
        assert texts(handle("hello", "colour", "okay")) == ["红的好看"]

    def test_nor_is_chat_off_the_topic(self) -> None:
        assert texts(handle("chat", "colour")) == ["红的好看"]
        assert texts(handle("chat", "okay")) == ["这个小二不懂"]

    def test_an_unsure_one_is_left_to_the_sure_one(self) -> None:
        decision = handle(("price", 0.5), "colour", context=WITH_ORDER)

        assert texts(decision) == ["红的好看"]

    def test_an_improbable_one_is_left_out(self) -> None:
        assert texts(handle(("insult", 0.1), "colour")) == ["红的好看"]

    def test_the_same_text_is_not_sent_twice(self) -> None:
        scripts = (make_script("colour", "一样的话"), make_script("bye", "一样的话"))
        pack = replace(
            PACK,
            scripts=(*scripts, make_script("empty", "一样的话", "另一句")),
        )

        assert texts(handle("colour", "empty", pack=pack)) == ["一样的话", "另一句"]

    def test_a_ticket_of_one_type_is_opened_once(self) -> None:
        decision = handle("where", "hurry")

        assert tickets(decision) == ["parcel"]
        assert decision.band is Band.ASSIST


class TestWelcome:
    def test_the_first_message_is_welcomed(self) -> None:
        decision = handle("colour", context=FIRST)

        assert texts(decision) == ["我是智能客服，可以转人工", "红的好看"]
        assert state_after(decision).is_greeted

    def test_a_greeting_gets_only_the_welcome(self) -> None:
        decision = handle("hello", context=FIRST)

        assert texts(decision) == ["我是智能客服，可以转人工"]
        assert the(decision, Reply).script_id is None

    def test_a_later_greeting_gets_its_script(self) -> None:
        assert texts(handle("hello")) == ["您好呀"]

    def test_a_welcome_that_cannot_be_filled_does_not_count(self) -> None:
        decision = handle(
            "hello", pack=with_texts(welcome=("{shop.name}",)), context=FIRST
        )

        assert texts(decision) == ["您好呀"]
        assert not state_after(decision).is_greeted

    def test_a_first_message_for_a_person_is_welcomed_too(self) -> None:
        decision = handle("person", context=FIRST)

        assert texts(decision) == ["我是智能客服，可以转人工", "这就去请同事"]


class TestCourtesies:
    def test_an_okay_gets_a_short_answer(self) -> None:
        decision = handle("okay")

        assert texts(decision) == ["好哒"]
        assert decision.band is Band.AUTO

    @pytest.mark.parametrize("last", ["okay", "bye"])
    def test_a_second_one_in_a_row_gets_none(self, last: str) -> None:
        context = make_context(conversation=make_conversation(last_intent=last))

        assert texts(handle("okay", context=context)) == []

    @pytest.mark.parametrize("last", ["hello", "colour", "gone", None])
    def test_after_anything_else_it_is_answered(self, last: str | None) -> None:
        context = make_context(conversation=make_conversation(last_intent=last))

        assert texts(handle("okay", context=context)) == ["好哒"]

    def test_it_is_never_a_miss(self) -> None:
        decision = handle(("okay", 0.5), context=missed(1))

        assert texts(decision) == ["好哒"]
        assert state_after(decision).misses == 0


class TestMisses:
    def test_the_first_gets_a_text_with_buttons(self) -> None:
        decision = handle(("colour", 0.2))

        reply = the(decision, Reply)
        assert reply.text == "没看懂，换个说法吧"
        assert reply.buttons == ("转人工",)
        assert decision.band is Band.ASSIST
        assert state_after(decision).misses == 1
        assert not has(decision, Suggest)

    def test_an_unsure_one_offers_what_it_may_mean(self) -> None:
        understanding = understood(("colour", 0.6), ("price", 0.3), ("chat", 0.05))
        assistant = Assistant(PACK, FixedUnderstander(understanding))

        decision = assistant.handle(make_turn(), make_context())

        assert the(decision, Reply).buttons == ("问colour", "问price", "转人工")
        assert the(decision, Suggest).text == "红的好看"
        assert state_after(decision).misses == 1

    @pytest.mark.parametrize("confidence", [0.2, 0.6])
    def test_the_second_in_a_row_hands_over(self, confidence: float) -> None:
        decision = handle(("colour", confidence), context=missed(1))

        assert decision.band is Band.HAND_OVER
        assert the(decision, HandOver).reason is HandOverReason.SECOND_MISS
        assert texts(decision) == ["已经请同事过来"]
        assert state_after(decision).misses == 0

    @pytest.mark.parametrize("limit", [0, 1])
    def test_a_shop_may_hand_over_at_the_first(self, limit: int) -> None:
        context = make_context(misses_before_hand_over=limit)

        assert handle(("colour", 0.2), context=context).band is Band.HAND_OVER

    def test_with_nobody_there_it_opens_a_call_back(self) -> None:
        decision = handle(("colour", 0.2), context=missed(1, agents=0))

        assert texts(decision) == ["同事不在，今天13:00回来"]
        assert tickets(decision) == ["callback"]
        assert the(decision, OpenTicket).summary == "亲，问一下"

    def test_an_answer_ends_the_row(self) -> None:
        assert state_after(handle("colour", context=missed(1))).misses == 0

    def test_chat_off_the_topic_neither_counts_nor_ends_it(self) -> None:
        decision = handle("chat", context=missed(1))

        assert texts(decision) == ["这个小二不懂"]
        assert state_after(decision).misses == 1
