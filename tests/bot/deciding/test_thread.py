"""What our last words asked for, and for how long an answer is one to them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions import AnswerCallBack, Band, Reply, UpdateConversation
from bot.assistant import Assistant
from bot.deciding.library import Library
from bot.deciding.state import (
    KEPT_TURNS,
    REMEMBERED,
    AskedQuestion,
    PastTurn,
    TurnContext,
)
from bot.deciding.thread import after_turn, thread_of
from bot.messages import Turn
from bot.scripts import Ask, Use
from bot.understanding.short_answers import AnswerWords
from bot.understanding.threads import Expected, Thread
from bot.utterances import Entity, EntityKind, Folded, Understanding
from tests.bot.deciding.deciding_factories import (
    NOW,
    PACK,
    SCRIPTS,
    WITH_ORDER,
    FixedUnderstander,
    handle,
    has,
    make_context,
    make_conversation,
    make_script,
    make_turn,
    texts,
    tickets,
    understood,
)

SHADES = AnswerWords(zh="颜色", words=frozenset({"红", "蓝"}))
ASKING = make_script(
    "colour",
    "您要红的还是蓝的",
    "要不要帮您催一催",
    script_id="colour.asks",
    asks=(
        Ask(continues="colour", kinds=(EntityKind.SIZE,), words=("shade",)),
        Ask(continues="hurry", is_yes_no=True, says=("要不要",)),
    ),
)
BILLING = make_script("cancel", "记下了{ticket.number}", use=Use.ANSWERED)
ASKING_PACK = replace(
    PACK, scripts=(*SCRIPTS, ASKING, BILLING), answer_words={"shade": SHADES}
)
LIBRARY = Library(ASKING_PACK)
SHADE = Expected(intent_id="colour", kinds=(EntityKind.SIZE,), words=(SHADES,))
OFFER = Expected(intent_id="hurry", is_yes_no=True)
TURN = replace(make_turn(), message_ids=(100,))


def past(
    intent_id: str = "colour",
    *,
    script: str = "colour.asks",
    variant: int = 0,
    ago: timedelta = timedelta(minutes=1),
    **more: object,
) -> PastTurn:
    defaults: dict[str, object] = {
        "first_message_id": 10,
        "intent_id": intent_id,
        "confidence": 0.9,
        "handled_at": NOW - ago,
        "said": ((script, variant),),
        "last_said_id": 11,
    }
    return PastTurn(**(defaults | more))  # type: ignore[arg-type]  # a factory's free form


def after(*turns: PastTurn, **conversation: object) -> TurnContext:
    return make_context(conversation=make_conversation(past=turns, **conversation))


def thread(*turns: PastTurn, turn: Turn = TURN) -> Thread:
    return thread_of(LIBRARY, turn, after(*turns))


OKAY = past("okay", script="okay.reply", first_message_id=20, last_said_id=21)


class TestThreadOf:
    def test_without_a_past_nothing_is_in_the_light_of_anything(self) -> None:
        assert thread() == Thread()

    def test_the_newest_script_asks(self) -> None:
        assert thread(past()).expected == (SHADE,)

    def test_an_ask_stands_only_in_the_variants_that_say_it(self) -> None:
        assert thread(past(variant=1)).expected == (SHADE, OFFER)

    @pytest.mark.parametrize(("script", "variant"), [("gone", 0), ("colour.asks", 7)])
    def test_a_script_that_is_gone_asks_nothing(
        self, script: str, variant: int
    ) -> None:
        assert thread(past(script=script, variant=variant)).expected == ()

    def test_a_courtesy_keeps_a_question_open_but_no_offer(self) -> None:
        assert thread(OKAY, past(variant=1)).expected == (SHADE,)

    def test_after_nothing_but_courtesies_nothing_is_asked(self) -> None:
        assert thread(OKAY).expected == ()

    def test_another_wish_closes_it(self) -> None:
        wish = past("price", script="price.reply", first_message_id=20)

        known = thread(wish, past())

        assert known.expected == ()
        assert known.topic == "price"

    def test_the_same_wish_again_leaves_it_open(self) -> None:
        said_otherwise = past(script="colour.reply")

        assert thread(said_otherwise, past()).expected == (SHADE,)

    def test_what_was_hardly_understood_does_not(self) -> None:
        unsure = past("price", script="x", first_message_id=20, confidence=0.55)

        assert thread(unsure, past()).expected == (SHADE,)

    def test_it_is_forgotten_after_a_while(self) -> None:
        late = past(ago=REMEMBERED + timedelta(seconds=1))

        assert thread(past(ago=REMEMBERED)).expected
        assert thread(late) == Thread()

    def test_what_was_written_before_the_question_is_no_answer(self) -> None:
        early = replace(TURN, message_ids=(11,))

        known = thread(past(), turn=early)

        assert known.expected == ()
        assert known.declined is None
        assert known.topic == "colour"

    def test_a_turn_is_not_its_own_past(self) -> None:
        assert thread(past(), turn=replace(TURN, message_ids=(10,))) == Thread()

    def test_a_text_that_nobody_wrote_has_all_of_it(self) -> None:
        assert thread(past(), turn=replace(TURN, message_ids=())).expected == (SHADE,)

    def test_the_topic_and_what_follows_it_are_likely(self) -> None:
        known = thread(OKAY, past())

        assert known.topic == "colour"
        assert known.likely == {"colour", "price"}

    def test_what_goes_on_with_an_answer_is_likely_too(self) -> None:
        assert thread(past(variant=1)).likely == {"colour", "price", "hurry"}

    @pytest.mark.parametrize(
        "turn",
        [
            past("no_more"),
            past("chat"),
            past("gone"),
            past(confidence=0.1),
        ],
    )
    def test_no_topic_is_an_end_chat_a_miss_or_what_is_gone(
        self, turn: PastTurn
    ) -> None:
        assert thread(turn).topic is None

    def test_a_no_is_one_to_our_own_words_only(self) -> None:
        assert thread(past()).declined == "okay"
        assert thread(past(said=(), last_said_id=0)).declined is None

    def test_a_pack_without_urgency_has_wishes_all_the_same(self) -> None:
        plain = {
            name: replace(intent, urgency=0) for name, intent in PACK.intents.items()
        }
        library = Library(replace(ASKING_PACK, intents=plain))

        known = thread_of(library, TURN, after(past()))

        assert known.topic == "colour"
        assert known.wishless == {"hello", "okay", "bye", "chat"}

    def test_a_pack_without_courtesies_reads_a_no_as_it_stands(self) -> None:
        wishes = {k: v for k, v in PACK.intents.items() if k != "okay"}
        library = Library(replace(ASKING_PACK, intents=wishes))

        assert thread_of(library, TURN, after(past())).declined is None


def read(text: str, *guesses: tuple[str, float]) -> Understanding:
    folded = Folded(original=text, text=text, positions=tuple(range(len(text) + 1)))
    return replace(understood(*guesses), text=text, folded=folded)


def said_to(text: str, *guesses: tuple[str, float]) -> Assistant:
    return Assistant(ASKING_PACK, FixedUnderstander(read(text, *guesses)))


class TestAssistant:
    def test_an_answer_is_not_asked_for_again(self) -> None:
        context = after(past())

        decision = said_to("红的", ("chat", 0.9)).handle(
            replace(TURN, text="红的"), context
        )

        assert (decision.intent_id, decision.band) == ("colour", Band.AUTO)
        assert texts(decision) == ["这个颜色有"]
        assert decision.light.startswith("接着刚才的话题“问colour”")
        assert decision.why[0] == decision.light

    @pytest.mark.parametrize(
        ("asked", "told", "answers"),
        [
            (EntityKind.HEIGHT_CM, EntityKind.HEIGHT_CM, {"这个颜色有"}),
            (EntityKind.HEIGHT_CM, EntityKind.SIZE, set()),
            (EntityKind.ORDER_NO, EntityKind.ORDER_NO, set()),
        ],
    )
    def test_measures_told_with_the_wish_are_not_asked_for(
        self, asked: EntityKind, told: EntityKind, answers: set[str]
    ) -> None:
        asking = make_script(
            "colour",
            "您多高",
            script_id="colour.height",
            priority=-1,
            asks=(Ask(continues="colour", kinds=(asked,)),),
        )
        pack = replace(ASKING_PACK, scripts=(*ASKING_PACK.scripts, asking))
        entity = Entity(kind=told, value=165, start=0, end=3)
        understanding = replace(read("165穿哪个", ("colour", 0.95)), entities=(entity,))

        decision = Assistant(pack, FixedUnderstander(understanding)).handle(
            TURN, make_context()
        )

        assert {"这个颜色有"}.intersection(texts(decision)) == answers

    def test_a_person_is_offered_it_too(self) -> None:
        context = after(past())

        (first, *_) = said_to("红的", ("chat", 0.9)).suggest(
            replace(TURN, text="红的"), context
        )

        assert (first.intent_id, first.text) == ("colour", "这个颜色有")
        assert first.why[0].startswith("接着刚才的话题")

    def test_a_yes_goes_on_with_what_was_offered(self) -> None:
        context = after(past(variant=1))

        decision = said_to("嗯", ("okay", 0.99)).handle(
            replace(TURN, text="嗯"), context
        )

        assert decision.intent_id == "hurry"
        assert tickets(decision) == ["parcel"]

    def test_a_no_is_taken_as_one(self) -> None:
        context = after(past(variant=1))

        decision = said_to("不用了", ("no_more", 0.9)).handle(
            replace(TURN, text="不用了"), context
        )

        assert texts(decision) == ["好哒"]

    def test_an_answer_that_is_registered_opens_a_ticket(self) -> None:
        asks = (Ask(continues="cancel", is_yes_no=True, says=("要不要",)),)
        offering = make_script("cancel", "要不要登记", script_id="c.asks", asks=asks)
        pack = replace(ASKING_PACK, scripts=(*ASKING_PACK.scripts, offering))
        context = replace(
            WITH_ORDER,
            conversation=make_conversation(past=(past("cancel", script="c.asks"),)),
        )
        assistant = Assistant(pack, FixedUnderstander(read("嗯", ("okay", 0.99))))

        decision = assistant.handle(replace(TURN, text="嗯"), context)

        assert texts(decision) == ["记下了{ticket.number}"]
        assert tickets(decision) == ["callback"]

    def test_it_is_no_answer_to_an_older_call_back(self) -> None:
        question = AskedQuestion(question_id="solved?", ticket_id=3, asked_at=NOW)
        context = after(past(variant=1), asked=question)
        assistant = said_to("好的", ("okay", 0.99))

        decision = assistant.handle(replace(TURN, text="好的"), context)

        assert decision.intent_id == "hurry"
        assert not has(decision, AnswerCallBack)


class TestAfterTurn:
    def test_what_was_said_is_remembered_newest_first(self) -> None:
        decision = handle("colour", pack=ASKING_PACK)

        (newest, *older) = after_turn(
            (past(),) * KEPT_TURNS, TURN, decision, handled_at=NOW, last_said_id=101
        )

        (reply,) = [one for one in decision.actions if isinstance(one, Reply)]
        assert newest == PastTurn(
            first_message_id=100,
            intent_id="colour",
            confidence=0.95,
            handled_at=NOW,
            said=((str(reply.script_id), reply.variant),),
            last_said_id=101,
        )
        assert older == [past()] * (KEPT_TURNS - 1)
        assert has(decision, UpdateConversation)
