from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.understanding.lexicon import Lexicon
from bot.understanding.matcher import TrainingSet, fingerprint, load_matcher, train
from bot.understanding.model import FORMAT
from bot.utterances import Understanding
from tests.bot.understanding.small_library import (
    EXAMPLES,
    LEXICON,
    TODAY,
    URGENCY,
    make_matcher,
    make_training_set,
    trained_model,
)


def understand(text: str) -> Understanding:
    return make_matcher().understand(text, today=TODAY)


class TestTrain:
    def test_the_same_library_gives_the_same_bytes(self) -> None:
        assert train(make_training_set()) == trained_model()

    def test_progress_rises_to_the_end(self) -> None:
        reported: list[tuple[str, float]] = []

        train(
            make_training_set(),
            progress=lambda stage, share: reported.append((stage, share)),
        )

        shares = [share for _, share in reported]
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
        assert all(stage for stage, _ in reported)

    def test_a_library_without_examples_is_refused(self) -> None:
        with pytest.raises(ValueError, match="at least one example"):
            train(TrainingSet(examples={}))

    @pytest.mark.parametrize(
        "examples",
        [
            {"only": ("你好",)},
            {"one": ("借书",), "two": ("还书",)},
            {"one": ("借书", "借本书"), "two": ("还书",), "empty": ()},
        ],
    )
    def test_tiny_libraries_can_be_learnt(
        self, examples: dict[str, tuple[str, ...]]
    ) -> None:
        model = train(TrainingSet(examples=examples))

        matcher = load_matcher(model, lexicon=Lexicon(), urgency={}, off_topic=None)

        for intent, texts in examples.items():
            for text in texts:
                best = matcher.understand(text, today=TODAY).best
                assert best.intent_id == intent

    def test_held_out_phrasings_calibrate(self) -> None:
        heldout = tuple(
            (intent, f"{text}呀")
            for intent, texts in EXAMPLES.items()
            for text in texts
        )
        tripled = heldout * 2

        assert train(make_training_set(heldout=tripled)) != trained_model()


class TestFingerprint:
    def test_the_same_content_has_the_same_fingerprint(self) -> None:
        assert fingerprint(make_training_set()) == fingerprint(make_training_set())

    def test_every_part_that_is_learnt_from_counts(self) -> None:
        sets = [
            make_training_set(),
            make_training_set(heldout=(("hello", "嗨"),)),
            make_training_set(lexicon=Lexicon()),
            TrainingSet(examples={"hello": ("嗨",)}),
        ]

        assert len(set(map(fingerprint, sets))) == len(sets)


class TestLoadMatcher:
    def test_another_format_is_refused(self) -> None:
        ours = b"\xa6format" + bytes([FORMAT])
        other = trained_model().replace(ours, b"\xa6format\x63", 1)

        with pytest.raises(ValueError, match="format 99"):
            load_matcher(other, lexicon=LEXICON, urgency={}, off_topic=None)

    def test_a_broken_byte_is_refused_wherever_it_is(self) -> None:
        whole = trained_model()
        places = range(0, len(whole), len(whole) // 60)

        taken = []
        for place in places:
            broken = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
            with suppress(ValueError):
                load_matcher(broken, lexicon=LEXICON, urgency={}, off_topic=None)
                taken.append(place)

        assert taken == []

    def test_a_model_of_before_there_were_checksums_is_taken(self) -> None:
        stored = msgspec.msgpack.decode(trained_model())
        del stored["checksum"]

        older = msgspec.msgpack.encode(stored)

        matcher = load_matcher(older, lexicon=LEXICON, urgency={}, off_topic=None)
        assert matcher.intent_ids == tuple(sorted(EXAMPLES))

    def test_knows_every_intent(self) -> None:
        assert make_matcher().intent_ids == tuple(sorted(EXAMPLES))


class TestUnderstand:
    @pytest.mark.parametrize(
        ("text", "intent"),
        [
            ("书能借吗", "borrow"),
            ("怎么還書", "give_back"),
            ("逾期要罚款吗", "late_fee"),
            ("亲，请问几点关门？", "hours"),
            ("ji dian kai men", "hours"),
            ("集点开门", "hours"),
            ("在吗", "hello"),
            ("讲个笑话吧", "chat"),
        ],
    )
    def test_unseen_phrasings_find_their_intent(self, text: str, intent: str) -> None:
        assert understand(text).best.intent_id == intent

    @pytest.mark.parametrize("text", ["", "   ", "\n\t", "。", "\x00\x01"])
    def test_nothing_said_is_off_topic_for_certain(self, text: str) -> None:
        understanding = understand(text)

        assert understanding.best.intent_id == "chat"
        assert understanding.best.confidence == 1.0
        assert understanding.intents == ("chat",)

    def test_nothing_said_is_unlikely_anything_without_an_off_topic_intent(
        self,
    ) -> None:
        matcher = load_matcher(
            trained_model(), lexicon=LEXICON, urgency=URGENCY, off_topic=None
        )

        assert matcher.understand("", today=TODAY).best.confidence == 0.0

    def test_two_wishes_come_most_urgent_first(self) -> None:
        understanding = understand("几点开门？逾期罚多少钱")

        assert understanding.intents == ("late_fee", "hours")
        assert set(understanding.clause_guesses) == {"late_fee", "hours"}

    def test_a_greeting_is_no_wish_beside_another(self) -> None:
        assert understand("你好，逾期罚多少钱").intents == ("late_fee",)

    def test_chat_is_no_wish_beside_another(self) -> None:
        assert understand("今天天气真好，逾期罚多少钱").intents == ("late_fee",)

    def test_a_corrected_wish_is_not_meant(self) -> None:
        assert understand("不是要还书，是想借书").best.intent_id == "borrow"

    def test_entities_stand_where_the_buyer_wrote_them(self) -> None:
        text = "亲，今天還１８块５行吗"

        entities = understand(text).entities

        assert [text[one.start : one.end] for one in entities] == ["今天", "１８块５"]

    @pytest.mark.parametrize(
        ("text", "is_opt_out"), [("退订", True), ("TD。", True), ("退订什么", False)]
    )
    def test_only_a_whole_opt_out_word_opts_out(
        self, text: str, *, is_opt_out: bool
    ) -> None:
        assert understand(text).is_opt_out is is_opt_out

    @pytest.mark.parametrize("text", ["مرحبا كيف حالك", "привет"])
    def test_a_script_that_no_example_has_is_no_certain_anything(
        self, text: str
    ) -> None:
        understanding = understand(text)

        assert understanding.best.confidence == 0.0
        assert understanding.intents == ("chat",)
        assert understanding.why == ("没有一个认识的字",)

    def test_reasons_name_the_nearest_example_and_terms(self) -> None:
        why = "".join(understand("逾期罚多少").why)

        assert "逾期罚多少钱" in why
        assert "关键词语" in why

    def test_emoji_alone_are_understood_by_their_signals(self) -> None:
        assert understand("😡").guesses

    def test_guesses_come_best_first(self) -> None:
        confidences = [guess.confidence for guess in understand("还书要钱吗").guesses]

        assert confidences == sorted(confidences, reverse=True)
        assert sum(confidences) <= 1 + 1e-9

    def test_a_very_long_text_is_read_at_its_ends(self) -> None:
        text = "逾期罚多少钱" + "啦" * 20_000 + "逾期罚多少钱"

        understanding = understand(text)

        assert understanding.best.intent_id == "late_fee"
        assert len(understanding.folded.text) < 1_100

    @settings(max_examples=100)
    @given(st.text(max_size=40))
    def test_no_text_breaks_it(self, text: str) -> None:
        understanding = understand(text)

        assert 0.0 <= understanding.best.confidence <= 1.0
        assert understanding.best.intent_id in EXAMPLES
        assert understanding.intents

    @given(st.text(st.characters(categories=["Cs", "Cc", "Cf", "Co"]), max_size=20))
    def test_rubbish_is_nothing_said(self, text: str) -> None:
        assert understand(text).best.intent_id == "chat"

    def test_threads_get_the_answers_of_one(self) -> None:
        texts = [text for texts in EXAMPLES.values() for text in texts] * 3
        alone = [understand(text).guesses for text in texts]

        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(lambda text: understand(text).guesses, texts))

        assert together == alone


class TestUnderstandAll:
    def test_many_at_once_are_understood_as_one_by_one(self) -> None:
        texts = ["", "…", *(text for texts in EXAMPLES.values() for text in texts)]
        matcher = make_matcher()

        found = matcher.understand_all(texts, today=TODAY)

        assert found == [understand(text) for text in texts]

    def test_of_nothing_is_nothing(self) -> None:
        assert make_matcher().understand_all([], today=TODAY) == []


class TestShortlist:
    def test_what_a_text_means_is_on_it(self) -> None:
        texts = ["", *(text for texts in EXAMPLES.values() for text in texts)]
        matcher = make_matcher()

        lists = matcher.shortlist(texts, today=TODAY)

        assert all(
            set(understand(text).intents) <= listed
            for text, listed in zip(texts, lists, strict=True)
        )
