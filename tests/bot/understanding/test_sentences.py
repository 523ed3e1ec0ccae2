"""The second stage: sentence vectors for what the linear model is unsure of."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from threading import Barrier, BrokenBarrierError

import numpy as np
import pytest

from bot.understanding.matcher import Matcher, fingerprint, load_matcher, train
from bot.understanding.ranking import SURE
from bot.understanding.sentences import UniversalEncoder, Vectors, installed_encoder
from tests.bot.understanding.small_library import (
    EXAMPLES,
    LEXICON,
    TODAY,
    URGENCY,
    make_training_set,
    trained_model,
)

MEANINGS = {"借": 0, "还": 1, "逾": 2, "罚": 2, "门": 3, "开": 3, "好": 4, "天": 5}
"""Characters that the fake encoder understands, each with its own direction."""


class FakeEncoder:
    """Knows the meaning of a few characters, and counts what it is asked."""

    name = "fake/1"
    size = 8

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        vectors = np.full((len(texts), self.size), 0.01, dtype=np.float32)
        for row, text in enumerate(texts):
            for character in text:
                if character in MEANINGS:
                    vectors[row, MEANINGS[character]] += 1.0
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = (vectors / lengths).astype(np.float32)
        return unit


@cache
def model_with_sentences() -> bytes:
    return train(make_training_set(), encoder=FakeEncoder())


def make_matcher(encoder: FakeEncoder) -> Matcher:
    return load_matcher(
        model_with_sentences(),
        lexicon=LEXICON,
        urgency=URGENCY,
        off_topic="chat",
        encoder=encoder,
    )


class TestTrain:
    def test_the_same_library_and_encoder_give_the_same_bytes(self) -> None:
        again = train(make_training_set(), encoder=FakeEncoder())

        assert again == model_with_sentences()
        assert again != trained_model()

    def test_the_encoder_is_part_of_the_fingerprint(self) -> None:
        library = make_training_set()

        assert fingerprint(library) != fingerprint(library, encoder="fake/1")
        assert fingerprint(library, encoder="fake/1") != fingerprint(
            library, encoder="fake/2"
        )

    def test_one_intent_and_two_can_be_learnt(self) -> None:
        for examples in ({"only": ("借书",)}, {"one": ("借书",), "two": ("还书",)}):
            library = make_training_set(heldout=())
            small = type(library)(examples=examples)

            model = train(small, encoder=FakeEncoder())

            matcher = load_matcher(
                model,
                lexicon=LEXICON,
                urgency={},
                off_topic=None,
                encoder=FakeEncoder(),
            )
            for intent, texts in examples.items():
                best = matcher.understand(texts[0], today=TODAY).best
                assert best.intent_id == intent


class TestLoadMatcher:
    def test_without_its_encoder_a_model_is_refused(self) -> None:
        with pytest.raises(ValueError, match="needs the sentence encoder fake/1"):
            load_matcher(
                model_with_sentences(), lexicon=LEXICON, urgency={}, off_topic=None
            )


class TestUnderstand:
    def test_every_example_is_still_understood(self) -> None:
        matcher = make_matcher(FakeEncoder())

        for intent, texts in EXAMPLES.items():
            for text in texts:
                assert matcher.understand(text, today=TODAY).best.intent_id == intent

    def test_what_is_unsure_is_encoded_all_at_once(self) -> None:
        encoder = FakeEncoder()

        make_matcher(encoder).understand_all(["这是什么呀", "那个怎么弄"], today=TODAY)

        (batch,) = encoder.batches
        assert len(batch) == 2

    def test_a_clause_that_can_add_no_wish_is_not_encoded(self) -> None:
        encoder = FakeEncoder()

        make_matcher(encoder).understand("这是什么呀，那个怎么弄", today=TODAY)

        (batch,) = encoder.batches
        assert len(batch) == 1

    def test_what_is_sure_is_not_encoded(self) -> None:
        encoder = FakeEncoder()
        matcher = make_matcher(encoder)
        sure = [
            text
            for texts in EXAMPLES.values()
            for text in texts
            if load_matcher(
                trained_model(), lexicon=LEXICON, urgency=URGENCY, off_topic="chat"
            )
            .understand(text, today=TODAY)
            .best.confidence
            >= SURE
        ]

        for text in sure:
            matcher.understand(text, today=TODAY)

        assert all(text not in batch for batch in encoder.batches for text in sure)


class TestInstalledEncoder:
    """The encoder of this installation; the lock files carry it."""

    def test_vectors_have_length_one_and_do_not_depend_on_company(self) -> None:
        encoder = installed_encoder()
        assert encoder is not None

        alone = encoder.encode(["什么时候发货"])
        together = encoder.encode(["能便宜点吗", "什么时候发货", "\U0001f600", ""])

        assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(4), abs=1e-3)
        assert alone[0] == pytest.approx(together[1], abs=1e-5)

    def test_what_means_the_same_lies_near(self) -> None:
        question, paraphrase, other = UniversalEncoder().encode(
            ["什么时候发货", "几号能寄出", "苹果很好吃"]
        )

        assert question @ paraphrase > question @ other

    def test_nothing_to_encode_is_no_error(self) -> None:
        assert UniversalEncoder().encode([]).shape == (0, UniversalEncoder.size)

    def test_threads_that_come_together_load_it_once(self) -> None:
        second = Barrier(2)
        loads: list[FakeEncoder] = []

        def load() -> FakeEncoder:
            loads.append(FakeEncoder())
            with suppress(BrokenBarrierError):  # nobody else loads
                second.wait(timeout=0.2)
            return loads[-1]

        encoder = UniversalEncoder(load)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(encoder.encode, [["借书"], ["还书"]]))

        assert [sorted(one.batches) for one in loads] == [[["借书"], ["还书"]]]
