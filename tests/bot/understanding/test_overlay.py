from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.matcher import Matcher, TrainingSet, load_matcher, train
from bot.understanding.overlay import overlay, with_own_lines
from bot.understanding.sentences import Vectors
from bot.utterances import Guess
from tests.bot.understanding.small_library import (
    EXAMPLES,
    LEXICON,
    TODAY,
    make_matcher,
    make_training_set,
)

PARKING = ("有停车位吗", "停车怎么收费", "车可以停哪里", "停车场在哪")
MEETING = ("能订会议室吗", "会议室怎么预约", "会议室多少钱一小时")
CHARACTERS = "借书还几点开门停车会议室订吗怎么费你好笑话的了？! 1aX😀"


class CharacterEncoder:
    """Counts characters: texts of like characters have like vectors."""

    name = "characters/1"
    size = 64

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.full((len(texts), self.size), 0.01, dtype=np.float32)
        for row, text in enumerate(texts):
            for character in text:
                vectors[row, ord(character) % self.size] += 1.0
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        shares: Vectors = vectors / lengths
        return shares


@cache
def encoding_matcher() -> Matcher:
    """Return a matcher with a second stage, which is asked whenever it may be."""
    training_set = make_training_set()
    encoder = CharacterEncoder()
    return load_matcher(
        train(training_set, encoder=encoder),
        lexicon=LEXICON,
        urgency=training_set.urgency,
        off_topic=training_set.off_topic,
        encoder=encoder,
    )


Base = Callable[[], Matcher]
MATCHERS = pytest.mark.parametrize("base", [make_matcher, encoding_matcher])


def with_lines(
    changes: Mapping[str, Sequence[str]], *, without: Sequence[str] = ()
) -> TrainingSet:
    """Return the library with other lines for some intents, and without others."""
    examples = {**EXAMPLES, **changes}
    kept = {name: lines for name, lines in examples.items() if name not in without}
    return replace(make_training_set(), examples=kept)


def best(matcher: Matcher, text: str) -> Guess:
    return matcher.understand(text, today=TODAY).best


def score(matcher: Matcher, text: str, intent: str) -> float:
    """Return what the first stage gives an intent."""
    knowledge = matcher.knowledge
    reading = knowledge.parser.parse(text).reading
    total = knowledge.ranker.scorer.score(reading).total
    return float(total[knowledge.labels.index(intent)])


def why(matcher: Matcher, text: str) -> str:
    return "\n".join(matcher.understand(text, today=TODAY).why)


class TestOverlay:
    @MATCHERS
    @given(text=st.text(CHARACTERS, max_size=12))
    def test_of_nothing_answers_as_the_matcher_does(
        self, base: Base, text: str
    ) -> None:
        laid = overlay(base(), make_training_set())

        told = base().understand(text, today=TODAY)
        answer = laid.understand(text, today=TODAY)
        assert answer.guesses == told.guesses
        assert answer.intents == told.intents
        assert answer.why == told.why

    @MATCHERS
    @given(
        intent=st.sampled_from(sorted(EXAMPLES)),
        lines=st.lists(st.text(CHARACTERS, min_size=1, max_size=8), max_size=4),
        text=st.text(CHARACTERS, max_size=12),
    )
    def test_of_any_change_is_sane_and_undone_by_the_way_back(
        self, base: Base, intent: str, lines: list[str], text: str
    ) -> None:
        changed = overlay(base(), with_lines({intent: lines, "new": lines[:2]}))

        answer = changed.understand(text, today=TODAY)
        back = overlay(changed, make_training_set())
        shares = [guess.confidence for guess in answer.guesses]
        assert all(0.0 <= share <= 1.0 for share in shares)
        assert set(answer.intents) <= {*EXAMPLES, "new"}
        assert back.understand(text, today=TODAY).guesses == (
            base().understand(text, today=TODAY).guesses
        )

    def test_the_matcher_below_stays_as_it_is(self) -> None:
        before = best(make_matcher(), PARKING[0])

        overlay(make_matcher(), with_lines({"parking": PARKING}))

        assert best(make_matcher(), PARKING[0]) == before
        assert "parking" not in make_matcher().intent_ids

    @MATCHERS
    @pytest.mark.parametrize("text", PARKING)
    def test_an_added_intent_knows_its_lines(self, base: Base, text: str) -> None:
        laid = overlay(base(), with_lines({"parking": PARKING}))

        assert laid.intent_ids == tuple(sorted({*EXAMPLES, "parking"}))
        assert best(laid, text).intent_id == "parking"
        assert f"例句“{text}”（相似度 100%）" in why(laid, text)

    @MATCHERS
    def test_the_other_intents_keep_their_lines(self, base: Base) -> None:
        laid = overlay(base(), with_lines({"parking": PARKING, "meeting": MEETING}))

        for intent, lines in EXAMPLES.items():
            assert {best(laid, line).intent_id for line in lines} == {intent}

    @MATCHERS
    def test_an_added_line_belongs_to_its_intent(self, base: Base) -> None:
        line = "图书馆星期天营业到多晚"
        laid = overlay(base(), with_lines({"borrow": (*EXAMPLES["borrow"], line)}))

        assert best(laid, line).intent_id == "borrow"
        assert best(laid, "几点开门").intent_id == "hours"
        assert f"例句“{line}”" in why(laid, line)

    @MATCHERS
    def test_a_moved_line_belongs_where_it_is_now(self, base: Base) -> None:
        line = "国庆开放吗"
        hours = tuple(one for one in EXAMPLES["hours"] if one != line)
        laid = overlay(
            base(),
            with_lines({"hours": hours, "late_fee": (*EXAMPLES["late_fee"], line)}),
        )

        assert best(base(), line).intent_id == "hours"
        assert best(laid, line).intent_id == "late_fee"

    @MATCHERS
    def test_a_removed_line_is_not_recalled(self, base: Base) -> None:
        line = "股票涨了没"
        chat = tuple(one for one in EXAMPLES["chat"] if one != line)
        laid = overlay(base(), with_lines({"chat": chat}))

        assert f"例句“{line}”" in why(base(), line)
        assert f"例句“{line}”" not in why(laid, line)
        assert score(laid, line, "chat") < score(base(), line, "chat")
        assert best(laid, "给我讲个笑话").intent_id == "chat"

    def test_of_two_equal_lines_one_may_go(self) -> None:
        twice = with_lines({"hello": ("你好", "你好", "在吗")})
        model = train(twice)
        base = load_matcher(model, lexicon=LEXICON, urgency={}, off_topic=None)

        laid = overlay(base, with_lines({"hello": ("你好", "在吗")}))

        assert "例句“你好”" in why(laid, "你好")

    @MATCHERS
    def test_a_removed_intent_is_not_guessed(self, base: Base) -> None:
        laid = overlay(base(), with_lines({}, without=["hours"]))

        guesses = laid.understand("几点开门", today=TODAY).guesses
        assert "hours" not in {guess.intent_id for guess in guesses}
        assert best(laid, "我要还书").intent_id == "give_back"

    @MATCHERS
    def test_an_intent_without_a_line_is_known_and_not_guessed(
        self, base: Base
    ) -> None:
        laid = overlay(base(), with_lines({"later": ()}))

        assert "later" in laid.intent_ids
        assert best(laid, "我想借书").intent_id == "borrow"

    def test_more_lines_than_are_taught_are_all_recalled(self) -> None:
        lines = [f"{place}分馆有空位吗" for place in map(chr, range(0x4E10, 0x4E90))]
        laid = overlay(make_matcher(), with_lines({"seats": lines}))

        assert all(best(laid, line).intent_id == "seats" for line in lines)

    def test_new_words_are_read_at_once(self) -> None:
        lexicon = replace(LEXICON, opt_out_words=(*LEXICON.opt_out_words, "别烦我"))
        laid = overlay(make_matcher(), replace(make_training_set(), lexicon=lexicon))

        assert laid.understand("别烦我", today=TODAY).is_opt_out
        assert not make_matcher().understand("别烦我", today=TODAY).is_opt_out
        assert best(laid, "我想借书").intent_id == "borrow"

    def test_another_urgency_holds_at_once(self) -> None:
        laid = overlay(
            make_matcher(),
            replace(make_training_set(), urgency={"borrow": 9, "late_fee": 1}),
        )

        text = "逾期罚多少钱，我想借书"
        assert laid.understand(text, today=TODAY).intents[0] == "borrow"
        assert make_matcher().understand(text, today=TODAY).intents[0] == "late_fee"

    def test_of_an_overlay_lies_over_the_trained_matcher(self) -> None:
        first = overlay(make_matcher(), with_lines({"parking": PARKING}))

        second = overlay(first, with_lines({"meeting": MEETING}))

        assert second.knowledge.base is make_matcher().knowledge
        assert "parking" not in second.intent_ids
        assert best(second, MEETING[0]).intent_id == "meeting"

    @MATCHERS
    def test_a_library_need_not_say_what_is_outside_the_business(
        self, base: Base
    ) -> None:
        lines = replace(with_lines({"parking": PARKING}), off_topic=None)

        laid = overlay(base(), lines)

        assert best(laid, PARKING[0]).intent_id == "parking"
        assert best(laid, "给我讲个笑话").intent_id == "chat"

    def test_needs_a_line(self) -> None:
        with pytest.raises(ValueError, match="at least one example"):
            overlay(make_matcher(), replace(make_training_set(), examples={"a": ()}))


class TestReasons:
    def test_terms_of_a_new_intent_are_named(self) -> None:
        laid = overlay(make_matcher(), with_lines({"parking": PARKING}))

        assert "停车" in why(laid, "停车贵不贵")

    def test_terms_of_a_known_intent_are_named_as_before(self) -> None:
        laid = overlay(make_matcher(), with_lines({"parking": PARKING}))

        assert "借" in why(laid, "我想借书")


class TestWithOwnLines:
    @MATCHERS
    @pytest.mark.parametrize(
        ("text", "intent"),
        [
            ("请问有没有停车位", "parking"),
            ("停车场怎么走", "parking"),
            ("开车来停哪里", "parking"),
            ("想预约会议室", "meeting"),
            ("会议室贵吗", "meeting"),
            ("我想借书", "borrow"),
            ("书看完了怎么还", "give_back"),
            ("逾期费怎么算", "late_fee"),
            ("几点开门", "hours"),
            ("给我讲个笑话", "chat"),
        ],
    )
    def test_a_few_lines_work_beside_the_packs(
        self, base: Base, text: str, intent: str
    ) -> None:
        merged = with_own_lines(
            make_training_set(),
            {"parking": PARKING, "meeting": MEETING},
            urgency={"parking": 2, "meeting": 2},
        )

        assert best(overlay(base(), merged), text).intent_id == intent

    def test_one_shops_lines_are_not_another_shops(self) -> None:
        one = overlay(
            make_matcher(), with_own_lines(make_training_set(), {"parking": PARKING})
        )
        other = overlay(
            make_matcher(), with_own_lines(make_training_set(), {"meeting": MEETING})
        )

        assert "parking" not in other.intent_ids
        assert best(one, PARKING[0]).intent_id == "parking"
        assert one.knowledge.base is other.knowledge.base

    def test_the_shop_is_right_about_a_line_that_the_pack_has_elsewhere(self) -> None:
        merged = with_own_lines(make_training_set(), {"open_days": ["国庆开放吗"]})

        assert "国庆开放吗" not in merged.examples["hours"]
        assert merged.examples["open_days"] == ["国庆开放吗"]
        assert (
            best(overlay(make_matcher(), merged), "国庆开放吗").intent_id == "open_days"
        )

    def test_lines_for_an_intent_of_the_pack_stand_with_the_packs(self) -> None:
        merged = with_own_lines(make_training_set(), {"hello": ["哈罗呀", "哈罗呀"]})

        assert merged.examples["hello"] == [*EXAMPLES["hello"], "哈罗呀"]

    def test_urgencies_stay_unless_the_shop_has_its_own(self) -> None:
        merged = with_own_lines(
            make_training_set(), {"parking": PARKING}, urgency={"parking": 4}
        )

        assert merged.urgency == {**make_training_set().urgency, "parking": 4}
