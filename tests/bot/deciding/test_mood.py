"""In which mood a buyer writes, and what follows from it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions import Band, HandOver, HandOverReason
from bot.deciding.mood import Mood, MoodRules, MoodWords, read_mood
from bot.deciding.state import PastTurn, TurnContext
from tests.bot.deciding.deciding_factories import (
    NOW,
    PACK,
    folded,
    handle,
    has,
    make_context,
    make_conversation,
    make_script,
    make_turn,
    state_after,
    texts,
    the,
    tickets,
)

RULES = MoodRules(
    moods={
        Mood.ANGRY: MoodWords(
            words=("气死", "生气"),
            unless=("没生气",),
            signals=frozenset({"emoji_angry"}),
            intents=frozenset({"insult"}),
            openings=("先跟您说声对不起。", "让您受委屈了。"),
        ),
        Mood.URGENT: MoodWords(words=("着急",), openings=("知道您急，",)),
        Mood.POLITE: MoodWords(words=("麻烦您",)),
    },
    marks=3,
    repeats=2,
    feeling_already=("抱歉",),
    hands_over_unsure=True,
    hands_over_twice=True,
)
MOODY = replace(PACK, moods=RULES)


def mood(
    text: str, *signals: str, before: Mood = Mood.NEUTRAL, repeats: int = 0
) -> Mood:
    return read_mood(
        folded(text, *signals),
        intent_id="price",
        rules=RULES,
        before=before,
        repeats=repeats,
    ).mood


class TestReadMood:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("气死我了", Mood.ANGRY),
            ("我没生气，问问", Mood.NEUTRAL),
            ("我没生气，但真的气死", Mood.ANGRY),
            ("着急用", Mood.URGENT),
            ("在吗？？？", Mood.URGENT),
            ("在吗？？", Mood.NEUTRAL),
            ("麻烦您看看", Mood.POLITE),
            ("麻烦您看看，着急", Mood.URGENT),
            ("多少钱", Mood.NEUTRAL),
            ("", Mood.NEUTRAL),
        ],
    )
    def test_words_and_marks_tell(self, text: str, expected: Mood) -> None:
        assert mood(text) is expected

    def test_so_do_emoji_and_what_is_wanted(self) -> None:
        insulted = read_mood(
            folded("呵"),
            intent_id="insult",
            rules=RULES,
            before=Mood.NEUTRAL,
            repeats=0,
        )

        assert mood("多少钱", "emoji_angry") is Mood.ANGRY
        assert insulted.mood is Mood.ANGRY

    def test_who_was_angry_and_shouts_still_is(self) -> None:
        assert mood("说话！！！", before=Mood.ANGRY) is Mood.ANGRY
        assert mood("好", before=Mood.ANGRY) is Mood.NEUTRAL

    def test_the_same_wish_again_and_again_is_urgent(self) -> None:
        assert mood("多少钱", repeats=1) is Mood.NEUTRAL
        assert mood("多少钱", repeats=2) is Mood.URGENT

    def test_an_explicit_zero_switches_marks_and_repeats_off(self) -> None:
        rules = replace(RULES, marks=0, repeats=0)

        read = read_mood(
            folded("多少钱！！！！！"),
            intent_id="price",
            rules=rules,
            before=Mood.NEUTRAL,
            repeats=9,
        )

        assert read.mood is Mood.NEUTRAL

    def test_the_reason_is_in_words(self) -> None:
        read = read_mood(
            folded("气死我了"),
            intent_id="price",
            rules=RULES,
            before=Mood.NEUTRAL,
            repeats=0,
        )

        assert read.why == "买家生气：词“气死”"


def talking(mood_before: Mood, *, minutes: int = 5, **changes: object) -> TurnContext:
    """Return a context whose last turn was so long ago and in this mood."""
    past = PastTurn(
        first_message_id=0,
        intent_id="colour",
        confidence=0.9,
        handled_at=NOW - timedelta(minutes=minutes),
    )
    return make_context(
        conversation=make_conversation(mood=mood_before, past=(past,), **changes)
    )


ANGRY = make_turn("气死我了")


class TestOpening:
    def test_an_answer_begins_with_the_feeling(self) -> None:
        decision = handle("colour", pack=MOODY, turn=make_turn("着急，红的好看吗"))

        assert texts(decision) == ["知道您急，红的好看"]
        assert state_after(decision).mood is Mood.URGENT
        assert decision.mood is Mood.URGENT
        assert "买家着急：词“着急”" in decision.why

    def test_not_twice_in_a_row(self) -> None:
        turn = make_turn("着急，红的好看吗")

        again = handle("colour", pack=MOODY, turn=turn, context=talking(Mood.URGENT))
        later = handle(
            "colour", pack=MOODY, turn=turn, context=talking(Mood.URGENT, minutes=31)
        )

        assert texts(again) == ["红的好看"]
        assert texts(later) == ["知道您急，红的好看"]

    def test_who_asks_on_about_something_calm_is_not_told_that_they_are_in_a_hurry(
        self,
    ) -> None:
        def asked(intent_id: str) -> TurnContext:
            past = PastTurn(
                first_message_id=0,
                intent_id=intent_id,
                confidence=0.9,
                handled_at=NOW - timedelta(minutes=1),
            )
            return make_context(conversation=make_conversation(past=(past,) * 3))

        pack = replace(MOODY, moods=replace(RULES, repeats_from=3))
        turn = make_turn("那蓝的呢")

        calm = handle("colour", pack=pack, turn=turn, context=asked("colour"))
        urging = handle("haggle", pack=pack, turn=turn, context=asked("haggle"))

        assert calm.mood is Mood.NEUTRAL
        assert urging.mood is Mood.URGENT

    @pytest.mark.parametrize("intent", ["hello", "okay", "bye", "chat"])
    def test_never_before_a_courtesy(self, intent: str) -> None:
        decision = handle(intent, pack=MOODY, turn=make_turn("着急"))

        assert not any(text.startswith("知道您急") for text in texts(decision))

    def test_not_before_words_that_feel_already(self) -> None:
        pack = replace(MOODY, scripts=(make_script("colour", "抱歉，红的没有了"),))

        decision = handle("colour", pack=pack, turn=make_turn("着急"))

        assert texts(decision) == ["抱歉，红的没有了"]

    def test_nor_before_the_words_after_them(self) -> None:
        pack = replace(
            MOODY,
            scripts=(
                make_script("colour", "抱歉，红的没有了"),
                make_script("bill", "可以开票"),
            ),
        )

        decision = handle("colour", "bill", pack=pack, turn=make_turn("着急"))

        assert texts(decision) == ["抱歉，红的没有了", "可以开票"]

    def test_politeness_is_not_returned_where_no_answer_is(self) -> None:
        words = MoodWords(words=("麻烦您",), openings=("您客气啦~",))
        rules = replace(RULES, moods={Mood.POLITE: words})
        polite = make_turn("麻烦您了")

        answer = handle("colour", pack=replace(PACK, moods=rules), turn=polite)
        missed = handle(("colour", 0.1), pack=replace(PACK, moods=rules), turn=polite)

        assert texts(answer) == ["您客气啦~红的好看"]
        assert texts(missed) == ["没看懂，换个说法吧"]

    def test_only_the_first_of_several_answers_has_it(self) -> None:
        decision = handle("colour", "empty", pack=MOODY, turn=make_turn("着急"))

        assert sum(text.startswith("知道您急") for text in texts(decision)) == 1

    def test_one_that_the_guard_objects_to_is_left_out(self) -> None:
        words = replace(RULES.of(Mood.URGENT), openings=("验证码发我，",))
        moods = {**RULES.moods, Mood.URGENT: words}
        pack = replace(PACK, moods=replace(RULES, moods=moods))

        decision = handle("colour", pack=pack, turn=make_turn("着急"))

        assert texts(decision) == ["红的好看"]

    def test_openings_rotate_in_a_conversation(self) -> None:
        used = {"mood:angry": (0,)}
        context = talking(Mood.NEUTRAL, used_variants=used)

        decision = handle("colour", pack=MOODY, turn=ANGRY, context=context)

        assert texts(decision) == ["让您受委屈了。红的好看"]


class TestHandOver:
    def test_angry_and_unsure_goes_to_a_person(self) -> None:
        calm = handle(("colour", 0.6), pack=MOODY)
        angry = handle(("colour", 0.6), pack=MOODY, turn=ANGRY)

        assert calm.band is Band.ASSIST
        assert angry.band is Band.HAND_OVER
        assert the(angry, HandOver).reason is HandOverReason.ANGRY

    def test_a_missed_one_too_and_at_once(self) -> None:
        decision = handle(("colour", 0.1), pack=MOODY, turn=ANGRY)

        assert the(decision, HandOver).reason is HandOverReason.ANGRY
        assert the(decision, HandOver).intent_id is None

    def test_an_angry_assist_wish_keeps_its_ticket(self) -> None:
        decision = handle(("hurry", 0.6), pack=MOODY, turn=ANGRY)

        assert the(decision, HandOver).reason is HandOverReason.ANGRY
        assert tickets(decision) == ["parcel"]

    def test_a_sure_answer_is_given_once_and_a_person_comes_the_second_time(
        self,
    ) -> None:
        once = handle("colour", pack=MOODY, turn=ANGRY)
        twice = handle("colour", pack=MOODY, turn=ANGRY, context=talking(Mood.ANGRY))
        later = handle(
            "colour",
            pack=MOODY,
            turn=ANGRY,
            context=talking(Mood.ANGRY, minutes=31),
        )

        assert [it.band for it in (once, twice, later)] == [
            Band.AUTO,
            Band.HAND_OVER,
            Band.AUTO,
        ]

    def test_who_waits_for_a_person_is_answered_meanwhile(self) -> None:
        context = talking(Mood.ANGRY, is_handed_over=True)

        decision = handle("colour", pack=MOODY, turn=ANGRY, context=context)

        assert decision.band is Band.AUTO
        assert not has(decision, HandOver)

    def test_the_pack_may_switch_both_off(self) -> None:
        rules = replace(RULES, hands_over_unsure=False, hands_over_twice=False)
        pack = replace(PACK, moods=rules)

        unsure = handle(("colour", 0.6), pack=pack, turn=ANGRY)
        twice = handle("colour", pack=pack, turn=ANGRY, context=talking(Mood.ANGRY))

        assert unsure.band is Band.ASSIST
        assert twice.band is Band.AUTO
