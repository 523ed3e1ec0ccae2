"""Whoever calls for a person and wants something else besides gets both."""

from dataclasses import replace

import pytest

from bot.actions import (
    Band,
    HandOver,
    OpenTicket,
    PlanFollowUp,
    RefuseReview,
    Suggest,
    UpdateDialogue,
)
from bot.deciding.mood import Mood, MoodRules, MoodWords
from bot.flows.state import DialogueEnd
from bot.scripts import Ask, Use
from tests.bot.deciding.deciding_factories import (
    NOBODY,
    ORDER,
    PACK,
    WITH_ORDER,
    handle,
    has,
    make_context,
    make_facts,
    make_script,
    make_turn,
    texts,
    the,
    tickets,
)
from tests.bot.deciding.dialogue_factories import FLOW_PACK

ANGRY_PACK = replace(
    PACK,
    moods=MoodRules(
        moods={Mood.ANGRY: MoodWords(words=("气死",))}, hands_over_unsure=True
    ),
)


class TestTakingOn:
    def test_the_other_matter_gets_its_ticket_and_its_words_behind_the_feelings(
        self,
    ) -> None:
        context = make_context(facts=make_facts(order=ORDER))

        decision = handle("insult", "hurry", context=context)

        assert texts(decision) == ["您消消气", "已催仓库"]
        opened = the(decision, OpenTicket)
        assert (opened.ticket_type, opened.order_ref, opened.intent_id) == (
            "parcel",
            "E1",
            "hurry",
        )
        assert decision.band is Band.HAND_OVER
        assert the(decision, HandOver).intent_id == "insult"

    @pytest.mark.parametrize("places", [("insult", "where"), ("where", "insult")])
    def test_it_does_not_matter_which_was_said_first(
        self, places: tuple[str, str]
    ) -> None:
        decision = handle(*places)

        assert texts(decision)[0] == "您消消气"
        assert tickets(decision) == ["parcel"]

    def test_a_promised_message_is_planned_with_it(self) -> None:
        decision = handle("insult", "hurry")

        planned = the(decision, PlanFollowUp)
        assert (planned.plan_id, planned.ticket_type) == ("update", "parcel")

    def test_what_is_not_sure_is_not_taken_on(self) -> None:
        decision = handle("insult", ("where", 0.2), ("bill", 0.5))

        assert texts(decision) == ["您消消气"]
        assert tickets(decision) == []

    def test_what_is_surely_known_is_answered_without_a_ticket(self) -> None:
        decision = handle("insult", "where", context=WITH_ORDER)

        assert texts(decision) == ["您消消气", "订单E1在路上"]
        assert tickets(decision) == []

    def test_what_only_bargains_waits_for_the_person(self) -> None:
        assert texts(handle("insult", "haggle")) == ["您消消气"]

    def test_nothing_is_asked_for_it(self) -> None:
        asking = make_script("price", "哪一款？", asks=(Ask(continues="price"),))
        scripts = tuple(it for it in PACK.scripts if it.intent_id != "price")
        pack = replace(PACK, scripts=(*scripts, asking))

        assert texts(handle("insult", "price", pack=pack)) == ["您消消气"]

    def test_what_cannot_be_answered_waits_for_the_person_with_a_suggestion(
        self,
    ) -> None:
        decision = handle("insult", ("colour", 0.79), ("price", 0.95))

        assert texts(decision) == ["您消消气"]
        assert tickets(decision) == []
        assert the(decision, Suggest).intent_id == "colour"

    def test_two_other_matters_get_their_tickets_and_one_of_them_words(self) -> None:
        decision = handle("insult", "where", "bill")

        assert tickets(decision) == ["parcel", "paper"]
        assert len(texts(decision)) == 2

    def test_what_goes_on_the_same_ticket_is_not_said_twice(self) -> None:
        decision = handle("insult", "where", "hurry")

        assert tickets(decision) == ["parcel"]
        assert texts(decision) == ["您消消气", "查件登记了{ticket.number}"]

    def test_with_nobody_there_the_call_back_is_opened_besides(self) -> None:
        decision = handle("insult", "where", context=NOBODY)

        assert sorted(tickets(decision)) == ["callback", "parcel"]
        assert any("同事不在" in text for text in texts(decision))

    def test_who_refuses_to_change_a_review_is_heard_beside_it(self) -> None:
        assert has(handle("insult", "keep_it"), RefuseReview)

    def test_what_the_guard_stops_still_gets_its_ticket(self) -> None:
        secret = make_script("where", "把验证码发我", use=Use.HOLDING)
        scripts = tuple(
            it
            for it in PACK.scripts
            if (it.intent_id, it.use) != ("where", Use.HOLDING)
        )
        pack = replace(PACK, scripts=(*scripts, secret))

        decision = handle("insult", "where", pack=pack)

        assert texts(decision) == ["您消消气"]
        assert tickets(decision) == ["parcel"]

    def test_an_angry_buyer_whose_first_wish_goes_to_a_person_gets_both(self) -> None:
        decision = handle(
            "where", "bill", pack=ANGRY_PACK, turn=make_turn("气死我了，快递呢，发票呢")
        )

        assert decision.band is Band.HAND_OVER
        assert tickets(decision) == ["parcel", "paper"]


class TestWhatAFlowWouldAsk:
    def test_is_written_down_as_far_as_it_is_told_and_not_asked(self) -> None:
        turn = make_turn("破店，坏的", image_urls=("a.jpg",))

        decision = handle(
            "insult", "broken", pack=FLOW_PACK, turn=turn, context=WITH_ORDER
        )

        assert texts(decision) == ["您消消气", "抱歉，请同事来看"]
        assert tickets(decision) == ["quality"]
        update = the(decision, UpdateDialogue)
        assert update.closed is DialogueEnd.PERSON
        assert dict(update.collected)["picture"] == "1"
        assert update.writes_to == ("quality",)

    def test_a_flow_that_calls_the_person_asks_behind_the_other_matter(self) -> None:
        decision = handle("broken", "bill", pack=FLOW_PACK)

        assert texts(decision) == ["抱歉", "登记了{ticket.number}", "请拍照"]
        assert tickets(decision) == ["quality", "paper"]

    def test_what_tells_the_flow_its_choice_is_no_other_matter(self) -> None:
        decision = handle("broken", "cancel", pack=FLOW_PACK)

        assert tickets(decision) == ["quality"]
