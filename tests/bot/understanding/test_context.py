"""A short text is read in the light of what was said; a sentence never is."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.clauses import split_clauses
from bot.understanding.context import find_answer, read_in_context
from bot.understanding.entities import EntityFinder, to_original
from bot.understanding.fragments import FRAGMENT_CONFIDENCE
from bot.understanding.lexicon import Lexicon
from bot.understanding.normalize import Folder
from bot.understanding.short_answers import AnswerWords
from bot.understanding.threads import Expected, Thread
from bot.utterances import EntityKind, Guess, Understanding

LEXICON = Lexicon(places=("杭州",))
TODAY = date(2026, 11, 23)
COLOUR = AnswerWords(zh="颜色", words=frozenset({"黑色", "白色"}))

SIZE = Expected(
    intent_id="size",
    kinds=(EntityKind.HEIGHT_CM, EntityKind.WEIGHT_JIN, EntityKind.SIZE),
)
SWAP = Expected(intent_id="swap", kinds=(EntityKind.SIZE,), words=(COLOUR,))
SENT = Expected(intent_id="sent", kinds=(EntityKind.TRACKING_NO,))
WHICH = Expected(intent_id="parcel", kinds=(EntityKind.ORDER_NO,))
ADDRESS = Expected(intent_id="address", kinds=(EntityKind.PHONE, EntityKind.PLACE))
MANY = Expected(intent_id="bulk", kinds=(EntityKind.QUANTITY,))
OFFER = Expected(intent_id="rush", is_yes_no=True)


def read(
    text: str, *guesses: tuple[str, float], is_opt_out: bool = False
) -> Understanding:
    """Return what a matcher would have read: these guesses, and what stands there."""
    folded = Folder(LEXICON).fold(text)
    entities = EntityFinder(LEXICON).find(folded.text, today=TODAY)
    found = tuple(Guess(intent_id=name, confidence=p) for name, p in guesses)
    return Understanding(
        text=text,
        folded=folded,
        clauses=split_clauses(folded),
        entities=to_original(entities, folded),
        guesses=found,
        intents=(found[0].intent_id,),
        explain=lambda: ("像这句",),
        is_opt_out=is_opt_out,
        clause_guesses={found[0].intent_id: found[0].confidence},
    )


def asked(*expected: Expected, **more: object) -> Thread:
    defaults: dict[str, object] = {
        "expected": expected,
        "declined": "okay",
        "final": frozenset({"stop"}),
        "wishless": frozenset({"okay", "chat"}),
        "names": {"size": "尺码建议"},
    }
    return Thread(**(defaults | more))  # type: ignore[arg-type]  # a factory's free form


class TestAnswers:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("165 110斤", SIZE),
            ("身高165体重110", SIZE),
            ("M", SIZE),
            ("40", SIZE),
            ("黑色的", SWAP),
            ("要黑色 XL码", SWAP),
            ("SF1234567890123", SENT),
            ("单号是4567890123456789012", SENT),
            ("20260001", WHICH),
            ("订单号20260001", WHICH),
            ("杭州的", ADDRESS),
            ("3", MANY),
            ("嗯", OFFER),
            ("好的 麻烦了", OFFER),
        ],
    )
    def test_a_bare_answer_goes_on_with_what_asked(
        self, text: str, expected: Expected
    ) -> None:
        alone = read(text, ("chat", 0.94), ("swap", 0.03))

        known = read_in_context(alone, asked(expected))

        assert known.answers == known.best.intent_id == expected.intent_id
        assert known.intents == (expected.intent_id,)
        assert 0.9 < known.best.confidence < 1
        assert known.clause_guesses == {expected.intent_id: known.best.confidence}

    def test_a_bare_value_is_the_entity_that_was_asked(self) -> None:
        alone = read("20260001", ("chat", 0.7))

        (entity,) = read_in_context(alone, asked(WHICH)).entities

        assert (entity.kind, entity.value) == (EntityKind.ORDER_NO, "20260001")
        assert (entity.start, entity.end) == (0, 8)

    @pytest.mark.parametrize(
        ("text", "expected", "value"), [("40", SIZE, "40码"), ("3", MANY, 3)]
    )
    def test_it_has_the_value_that_replies_name(
        self, text: str, expected: Expected, value: object
    ) -> None:
        (entity,) = read_in_context(read(text, ("chat", 0.7)), asked(expected)).entities

        assert entity.value == value

    def test_a_value_is_what_it_looks_like_before_it_is_what_was_asked_first(
        self,
    ) -> None:
        known = read_in_context(
            read("SF1234567890123", ("chat", 0.7)), asked(WHICH, SENT)
        )

        assert known.answers == "sent"

    def test_a_phone_is_no_order(self) -> None:
        alone = read("13800138000", ("chat", 0.7))

        assert read_in_context(alone, asked(WHICH)) is alone

    def test_a_telling_text_without_a_wish_is_an_answer_but_less_surely(self) -> None:
        alone = read("张三 13800138000 文三路9号", ("chat", 0.92), ("address", 0.05))

        known = read_in_context(alone, asked(ADDRESS))

        assert known.answers == "address"
        assert known.best.confidence == pytest.approx(0.9)

    @pytest.mark.parametrize(
        ("text", "guess"),
        [
            ("165 110斤的话这个价格能便宜吗", ("haggle", 0.4)),
            ("13800138000这个电话怎么打不通", ("chat", 0.9)),
            ("13800138000 你们别再打了", ("chat", 0.9)),
            ("我要投诉 电话13800138000", ("complaint", 0.9)),
        ],
    )
    def test_what_asks_denies_or_wants_something_is_none(
        self, text: str, guess: tuple[str, float]
    ) -> None:
        thread = asked(SIZE, ADDRESS)

        assert find_answer(read(text, guess), thread) is None

    def test_a_place_or_a_number_of_pieces_in_other_words_tells_nothing(self) -> None:
        thread = asked(ADDRESS, MANY)

        assert find_answer(read("两包一共要付好多", ("price", 0.5)), thread) is None
        assert find_answer(read("寄到杭州大概礼拜几到", ("eta", 0.5)), thread) is None

    def test_a_sentence_that_wants_the_same_keeps_its_guesses(self) -> None:
        alone = read("我165 110斤，穿什么码", ("size", 0.7), ("swap", 0.2))

        known = read_in_context(alone, asked(SIZE))

        assert known.guesses == alone.guesses
        assert known.answers == "size"

    def test_the_first_question_that_it_answers_counts(self) -> None:
        known = read_in_context(read("M", ("chat", 0.9)), asked(SENT, SWAP, SIZE))

        assert known.answers == "swap"

    def test_a_sure_matcher_stays_as_sure(self) -> None:
        known = read_in_context(read("165 110斤", ("size", 0.99)), asked(SIZE))

        assert known.best == Guess(intent_id="size", confidence=0.99)

    def test_says_what_was_asked_and_told(self) -> None:
        known = read_in_context(read("165 110斤", ("chat", 0.9)), asked(SIZE))

        assert known.light == (
            "接着刚才的话题“尺码建议”：小二问了身高、体重、尺码，"
            "买家答的是“身高 165、体重 110”"
        )
        assert known.why == (known.light, "像这句")

    def test_phones_and_places_are_not_repeated_to_managers(self) -> None:
        known = read_in_context(read("杭州 13800138000", ("chat", 0.9)), asked(ADDRESS))

        assert "13800138000" not in known.light
        assert "杭州" not in known.light


class TestNo:
    def test_declines_what_was_offered(self) -> None:
        known = read_in_context(read("不用了", ("bye", 0.7)), asked(OFFER))

        assert known.answers == known.best.intent_id == "okay"
        assert known.light == (
            "接着刚才的话题：小二问了要不要，买家说的“不用了”是回绝这件事"
        )

    def test_to_whatever_was_said_is_no_end_for_good(self) -> None:
        known = read_in_context(read("不用", ("stop", 0.94)), asked())

        assert known.best.intent_id == "okay"
        assert known.light == "接着刚才的话题：买家说的“不用”是回绝这件事"

    def test_without_an_offer_it_is_read_as_it_stands(self) -> None:
        alone = read("不要了", ("cancel", 0.9))

        assert read_in_context(alone, asked(SIZE)) is alone

    def test_where_we_said_nothing_it_is_read_as_it_stands(self) -> None:
        alone = read("不用", ("stop", 0.94))

        assert read_in_context(alone, asked(declined=None)) is alone

    def test_a_fixed_opt_out_word_is_never_weighed(self) -> None:
        alone = read("不要", ("stop", 0.94), is_opt_out=True)

        assert read_in_context(alone, asked(OFFER)) is alone


class TestFragments:
    ALONE = read("那个啥时候", ("chat", 0.4), ("parcel", 0.35), ("eta", 0.2))

    def test_the_topic_is_weighed_up(self) -> None:
        thread = Thread(topic="parcel", likely=frozenset({"parcel"}))

        known = read_in_context(self.ALONE, thread)

        assert [one.intent_id for one in known.guesses] == ["parcel", "chat", "eta"]
        assert known.best.confidence == pytest.approx(3.5 / 4.15)
        assert sum(one.confidence for one in known.guesses) <= 1
        assert known.intents == ("parcel",)
        assert known.answers is None
        assert known.light == (
            "接着刚才的话题“parcel”：这句话很短，单看是“parcel”的把握有 35%，"
            "结合话题是 84%"
        )

    def test_what_the_text_does_not_allow_stays_out(self) -> None:
        thread = Thread(topic="size", likely=frozenset({"size"}))

        assert read_in_context(self.ALONE, thread) is self.ALONE

    def test_after_a_question_without_a_topic_it_says_so_too(self) -> None:
        known = read_in_context(self.ALONE, Thread(likely=frozenset({"eta"})))

        assert known.light.startswith("接着刚才的话题：这句话很短")

    @pytest.mark.parametrize(
        "alone",
        [
            read("那个包裹到底要到什么时候才送", ("chat", 0.4), ("parcel", 0.3)),
            read("那个啥时候", ("chat", 0.6), ("parcel", 0.3)),
            read("那个啥时候", ("chat", 0.0)),
            replace(ALONE, intents=("chat", "parcel")),
        ],
    )
    def test_longer_surer_or_double_texts_are_none(self, alone: Understanding) -> None:
        thread = Thread(topic="parcel", likely=frozenset({"parcel"}))

        assert read_in_context(alone, thread) is alone


NAMES = st.sampled_from(("size", "swap", "sent", "rush", "parcel", "stop", "okay"))
TEXTS = st.text(
    "嗯好的不要用黑色165斤码那什么时候到SFM啊？，我 0123456789", max_size=24
)
THREADS = st.builds(
    Thread,
    expected=st.lists(
        st.sampled_from((SIZE, SWAP, SENT, WHICH, ADDRESS, MANY, OFFER)), max_size=3
    ).map(tuple),
    declined=st.none() | st.just("okay"),
    topic=st.none() | NAMES,
    likely=st.sets(NAMES).map(frozenset),
    wishless=st.sets(NAMES).map(frozenset),
    final=st.just(frozenset({"stop"})),
)


class TestWhateverTheContext:
    @given(
        text=TEXTS,
        intent=NAMES,
        confidence=st.floats(FRAGMENT_CONFIDENCE, 1),
        thread=THREADS,
    )
    def test_a_sentence_that_answers_nothing_is_left_as_it_is(
        self, text: str, intent: str, confidence: float, thread: Thread
    ) -> None:
        alone = read(text, (intent, confidence))

        known = read_in_context(alone, thread)

        assert known is alone or find_answer(alone, thread) is not None

    @given(text=TEXTS, intent=NAMES, confidence=st.floats(0.34, 1), thread=THREADS)
    def test_guesses_stay_probabilities_in_order(
        self, text: str, intent: str, confidence: float, thread: Thread
    ) -> None:
        other = Guess(intent_id="else", confidence=(1 - confidence) / 2)
        alone = read(text, (intent, confidence))
        alone = replace(alone, guesses=(*alone.guesses, other))

        known = read_in_context(alone, thread)

        shares = [guess.confidence for guess in known.guesses]
        assert sum(shares) <= 1 + 1e-9
        assert known is alone or shares == sorted(shares, reverse=True)
        assert known is alone or bool(known.light)
