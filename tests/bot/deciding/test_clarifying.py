"""An intent that is understood, but not surely: what it was is asked, once."""

from dataclasses import replace

from bot.actions import (
    Band,
    Decision,
    HandOver,
    OpenTicket,
    Reply,
    Suggest,
    UpdateDialogue,
)
from bot.clarifying import ClarifyingTexts
from bot.deciding.state import PastTurn, TurnContext
from bot.scripts import Pack
from tests.bot.deciding.deciding_factories import (
    NOW,
    PACK,
    handle,
    has,
    make_context,
    make_conversation,
    make_turn,
    state_after,
    texts,
    the,
)
from tests.bot.deciding.dialogue_factories import FLOW_PACK

ASKING: Pack = replace(
    PACK,
    clarifying=ClarifyingTexts(
        one=("您是想问{ask.first}吗？", "是问{ask.first}吗？"),
        two=("您是想问{ask.first}还是{ask.second}？", "{ask.first}或{ask.second}？"),
        yes="是的",
        no="都不是",
        names={"colour": "有什么颜色", "price": "多少钱", "haggle": "多少钱"},
    ),
)


def unsure(context: TurnContext | None = None, *more: tuple[str, float]) -> Decision:
    return handle(("colour", 0.6), *more, pack=ASKING, context=context)


def asked(script_id: str, *, misses: int = 0, is_last: bool = True) -> TurnContext:
    """Return what is known after a question of ours, right after it or later."""
    past = PastTurn(
        first_message_id=0,
        intent_id="colour",
        confidence=0.6,
        handled_at=NOW,
        said=((script_id, 0),),
    )
    return make_context(
        conversation=make_conversation(
            misses=misses,
            past=(past,) if is_last else (),
            used_variants={script_id: (0,)},
        )
    )


class TestAsksMeaning:
    def test_one_likely_meaning_is_asked_about_with_buttons(self) -> None:
        decision = unsure()

        reply = the(decision, Reply)
        assert decision.band is Band.ASSIST
        assert reply.text == "您是想问有什么颜色吗？"
        assert reply.buttons == ("是的", "都不是")
        assert reply.script_id == "clarify:colour"

    def test_two_likely_meanings_are_told_apart(self) -> None:
        decision = unsure(None, ("price", 0.5))

        reply = the(decision, Reply)
        assert reply.text == "您是想问有什么颜色还是多少钱？"
        assert reply.buttons == ("有什么颜色", "多少钱", "都不是")

    def test_asking_is_no_miss_and_agents_get_the_suggestion(self) -> None:
        decision = unsure()

        assert state_after(decision).misses == 0
        assert has(decision, Suggest)

    def test_it_is_not_asked_twice_in_a_row(self) -> None:
        decision = unsure(asked("clarify:price"))

        assert texts(decision) == ["没看懂，换个说法吧"]
        assert state_after(decision).misses == 1

    def test_the_same_is_never_asked_again(self) -> None:
        decision = unsure(asked("clarify:colour", is_last=False))

        assert texts(decision) == ["没看懂，换个说法吧"]

    def test_an_intent_without_a_name_is_not_asked_about(self) -> None:
        decision = handle(("bill", 0.6), pack=ASKING)

        assert texts(decision) == ["没看懂，换个说法吧"]

    def test_a_pack_without_the_texts_asks_nothing(self) -> None:
        decision = handle(("colour", 0.6))

        assert texts(decision) == ["没看懂，换个说法吧"]


def answer(text: str, context: TurnContext) -> Decision:
    turn = make_turn(text)
    return handle(("chat", 0.3), pack=ASKING, context=context, turn=turn)


class TestFirstWords:
    def test_what_was_told_with_the_words_asked_about_counts_with_the_yes(self) -> None:
        first = make_turn("发票，照片在这", image_urls=("a.jpg",))
        context = replace(asked("clarify:bill"), asked_about=first)
        bill = replace(ASKING.intents["bill"], flow="repair")
        pack = replace(
            ASKING,
            intents={**ASKING.intents, "bill": bill},
            flows=FLOW_PACK.flows,
            flow_rules=FLOW_PACK.flow_rules,
        )

        decision = handle(
            ("chat", 0.3), pack=pack, context=context, turn=make_turn("是的")
        )

        assert dict(the(decision, UpdateDialogue).collected)["picture"] == "1"
        assert "照片在这" in the(decision, OpenTicket).summary

    def test_a_no_carries_nothing(self) -> None:
        first = make_turn("发票，照片在这", image_urls=("a.jpg",))
        context = replace(asked("clarify:colour"), asked_about=first)

        assert texts(answer("不是", context)) == ["没看懂，换个说法吧"]


class TestClarify:
    def test_a_yes_is_answered_with_the_script(self) -> None:
        decision = answer("是的", asked("clarify:colour"))

        assert (decision.band, decision.intent_id) == (Band.AUTO, "colour")
        assert texts(decision) == ["红的好看"]

    def test_a_button_says_which_of_two(self) -> None:
        decision = answer("有什么颜色", asked("clarify:price:colour"))

        assert decision.intent_id == "colour"

    def test_the_second_one_may_be_called_so(self) -> None:
        decision = answer("第二个", asked("clarify:price:colour"))

        assert decision.intent_id == "colour"

    def test_a_no_counts_as_a_miss(self) -> None:
        decision = answer("都不是", asked("clarify:colour"))

        assert texts(decision) == ["没看懂，换个说法吧"]
        assert state_after(decision).misses == 1
        assert decision.intent_id == "okay"

    def test_a_no_after_a_miss_brings_a_person(self) -> None:
        decision = answer("不是", asked("clarify:colour", misses=1))

        assert decision.band is Band.HAND_OVER
        assert has(decision, HandOver)

    def test_what_is_no_answer_is_read_as_any_turn(self) -> None:
        decision = handle(
            "bill",
            pack=ASKING,
            context=asked("clarify:colour"),
            turn=make_turn("开发票"),
        )

        assert decision.intent_id == "bill"
        assert texts(decision) == ["登记了{ticket.number}"]

    def test_a_yes_to_something_else_is_none_to_this(self) -> None:
        decision = answer("是的", asked("clarify:colour", is_last=False))

        assert decision.intent_id != "colour"


class TestSaidLately:
    def test_what_was_just_said_is_not_said_again(self) -> None:
        past = PastTurn(
            first_message_id=0,
            intent_id="colour",
            confidence=0.95,
            handled_at=NOW,
            said=(("colour.reply", 0), ("colour.reply", 1)),
        )
        context = make_context(
            conversation=make_conversation(
                past=(past,), used_variants={"colour.reply": (0, 1)}
            )
        )

        decision = handle("colour", context=context)

        assert not {"红的好看", "蓝的也好看"} & set(texts(decision))
        assert has(decision, HandOver)
