"""What endangers comes before all else: said first, without a welcome, with a person."""

from dataclasses import replace

import pytest

from bot.actions import Band, Decision, HandOver
from bot.assistant import Assistant
from bot.deciding.state import ShopMode, TurnContext
from bot.scripts import Effect, Intent, Pack, Risk, Use
from tests.bot.deciding.deciding_factories import (
    FIRST,
    PACK,
    SCRIPTS,
    FixedUnderstander,
    has,
    make_context,
    make_conversation,
    make_intent,
    make_script,
    make_turn,
    texts,
    the,
    tickets,
    understood,
)


def at_once(intent_id: str, urgency: int, *phrases: str) -> Intent:
    return make_intent(
        intent_id,
        Risk.HUMAN,
        effects=frozenset({Effect.AT_ONCE}),
        urgency=urgency,
        ticket="quality",
        phrases=phrases,
        unless=("着火演练",),
    )


DANGER = at_once("danger", 9, "着火", "煤气味")
ADVICE = at_once("advice", 8, "吃什么药")
ALARMED: Pack = replace(
    PACK,
    intents={**PACK.intents, "danger": DANGER, "advice": ADVICE},
    scripts=(
        *SCRIPTS,
        make_script("danger", "快离开，别停留", use=Use.RECEIPT),
        make_script("advice", "请医生看", use=Use.RECEIPT),
    ),
)


def say(
    text: str, *guesses: tuple[str, float], context: TurnContext | None = None
) -> Decision:
    likely = guesses or (("colour", 0.95),)
    assistant = Assistant(ALARMED, FixedUnderstander(understood(*likely)))
    return assistant.handle(
        make_turn(text), make_context() if context is None else context
    )


class TestAtOnce:
    def test_a_phrase_counts_however_the_turn_is_understood(self) -> None:
        decision = say("楼下着火了，什么颜色好看")

        assert decision.band is Band.HAND_OVER
        assert decision.intent_id == "danger"
        assert texts(decision) == ["快离开，别停留"]
        assert tickets(decision) == ["quality"]
        assert the(decision, HandOver).intent_id == "danger"

    def test_it_is_said_before_a_welcome(self) -> None:
        decision = say("着火了", context=FIRST)

        assert texts(decision) == ["快离开，别停留"]

    def test_a_likely_one_counts_without_a_phrase(self) -> None:
        assert say("烟好大", ("danger", 0.5)).intent_id == "danger"
        assert say("烟好大", ("danger", 0.3)).band is not Band.HAND_OVER

    def test_a_phrase_weighs_more_than_a_likeness(self) -> None:
        decision = say("头疼吃什么药", ("danger", 0.6))

        assert decision.intent_id == "advice"

    def test_of_two_the_more_urgent_is_answered(self) -> None:
        assert say("着火了，烫伤吃什么药").intent_id == "danger"

    @pytest.mark.parametrize("text", ["没有煤气味", "着火演练是几点"])
    def test_what_is_denied_or_part_of_a_longer_phrase_is_none(self, text: str) -> None:
        assert say(text).intent_id == "colour"

    def test_what_is_denied_is_not_believed_on_a_likeness(self) -> None:
        decision = say("没有煤气味", ("danger", 0.9))

        assert not has(decision, HandOver)
        assert texts(decision) == ["没看懂，换个说法吧"]

    def test_while_a_person_serves_nothing_is_said_and_the_ticket_opened(self) -> None:
        served = make_context(conversation=make_conversation(served_by=7))

        decision = say("着火了", context=served)

        assert texts(decision) == []
        assert tickets(decision) == ["quality"]

    def test_in_a_shop_that_only_suggests_a_person_is_called(self) -> None:
        decision = say("着火了", context=make_context(shop_mode=ShopMode.ASSIST))

        assert texts(decision) == []
        assert has(decision, HandOver)

    def test_a_shop_that_is_off_stays_silent(self) -> None:
        decision = say("着火了", context=make_context(shop_mode=ShopMode.OFF))

        assert texts(decision) == []
        assert has(decision, HandOver)
