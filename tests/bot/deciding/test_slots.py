"""A reply lacks a fact: the next script, else a question for it, else a person."""

from dataclasses import replace
from datetime import timedelta

from bot.actions import Band, HandOver, HandOverReason, Reply
from bot.deciding.library import Library
from bot.deciding.state import PastTurn
from bot.deciding.thread import thread_of
from bot.scripts import Conditions, SlotQuestion
from bot.utterances import EntityKind
from tests.bot.deciding.deciding_factories import (
    NOW,
    PACK,
    WITH_ORDER,
    handle,
    make_context,
    make_conversation,
    make_script,
    make_turn,
    texts,
    the,
)

ASKING = replace(
    PACK,
    slots={
        "order": SlotQuestion(
            slot_id="order",
            zh="订单号",
            facts=frozenset({"order.no", "order.state"}),
            texts=("哪一单呢", "发下订单号"),
            kinds=(EntityKind.ORDER_NO,),
        ),
        "place": SlotQuestion(
            slot_id="place",
            zh="地区",
            facts=frozenset({"entity.place"}),
            texts=("寄到哪儿",),
            kinds=(EntityKind.PLACE,),
        ),
    },
    scripts=(
        *(it for it in PACK.scripts if it.intent_id not in {"price", "colour"}),
        make_script("price", "{order.no}是{order.state}", priority=2),
        make_script("price", "{order.no}寄{entity.place}", script_id="price.second"),
        make_script("colour", "{shop.eta}到"),
    ),
)


def asked(script_id: str, *, minutes: int = 1) -> PastTurn:
    return PastTurn(
        first_message_id=0,
        intent_id="price",
        confidence=0.9,
        handled_at=NOW - timedelta(minutes=minutes),
        said=((script_id, 0),),
        last_said_id=1,
    )


class TestChain:
    def test_what_can_be_filled_is_said(self) -> None:
        decision = handle("price", pack=ASKING, context=WITH_ORDER)

        assert texts(decision) == ["E1是已发货"]

    def test_the_next_script_comes_before_a_question(self) -> None:
        scripts = (*ASKING.scripts, make_script("price", "都是明码标价", script_id="z"))

        decision = handle("price", pack=replace(ASKING, scripts=scripts))

        assert texts(decision) == ["都是明码标价"]

    def test_else_the_buyer_is_asked_for_the_fact(self) -> None:
        decision = handle("price", pack=ASKING)

        assert texts(decision) == ["哪一单呢"]
        assert decision.band is Band.AUTO
        assert the(decision, Reply).script_id == "slot:order:price"

    def test_and_what_they_tell_goes_on_with_it(self) -> None:
        past = replace(asked("slot:order:price"), last_said_id=0)
        context = make_context(conversation=make_conversation(past=(past,)))

        thread = thread_of(Library(ASKING), make_turn(), context)

        (expected,) = thread.expected
        assert (expected.intent_id, expected.kinds) == (
            "price",
            (EntityKind.ORDER_NO,),
        )

    def test_asked_and_not_told_a_person_comes(self) -> None:
        past = (asked("slot:order:price"),)
        context = make_context(conversation=make_conversation(past=past))

        decision = handle("price", pack=ASKING, context=context)

        assert the(decision, HandOver).reason is HandOverReason.NO_SCRIPT

    def test_after_a_long_while_it_may_be_asked_again(self) -> None:
        past = (asked("slot:order:price", minutes=31),)
        context = make_context(conversation=make_conversation(past=past))

        decision = handle("price", pack=ASKING, context=context)

        assert texts(decision) == ["哪一单呢"]

    def test_what_no_buyer_can_tell_is_a_persons(self) -> None:
        decision = handle("colour", pack=ASKING)

        assert the(decision, HandOver).reason is HandOverReason.NO_SCRIPT

    def test_a_script_that_does_not_fit_asks_for_nothing(self) -> None:
        scripts = (
            *(it for it in ASKING.scripts if it.intent_id != "price"),
            make_script(
                "price", "{order.no}", conditions=Conditions(connector=("other",))
            ),
        )

        decision = handle("price", pack=replace(ASKING, scripts=scripts))

        assert the(decision, HandOver).reason is HandOverReason.NO_SCRIPT
