"""Whether a made-up library has its size, its intents, and nothing twice."""

import random

import pytest

from benchmarks.scale.library import LONGEST, compose, make_library

EXAMPLES = {
    "rush": ("怎么还不发货", "三天了，还没发出来", "快点发呀，等着用呢"),
    "return": ("我要退货", "不喜欢，想退掉", "这个退了吧，不合适", "退"),
}


class TestMakeLibrary:
    @pytest.mark.parametrize("size", [3, 7, 200])
    def test_has_exactly_so_many_different_lines(self, size: int) -> None:
        library = make_library(EXAMPLES, size=size, seed=1)

        lines = [(intent, text) for intent in library for text in library[intent]]
        assert len(lines) == len(set(lines)) == size

    def test_same_seed_gives_same_lines(self) -> None:
        library = make_library(EXAMPLES, size=50, seed=1)

        assert library == make_library(EXAMPLES, size=50, seed=1)
        assert library != make_library(EXAMPLES, size=50, seed=2)

    def test_a_large_one_holds_every_example(self) -> None:
        library = make_library(EXAMPLES, size=60, seed=1)

        assert all(set(EXAMPLES[intent]) <= set(library[intent]) for intent in EXAMPLES)

    def test_intents_keep_their_proportion(self) -> None:
        library = make_library(EXAMPLES, size=70, seed=1)

        assert {intent: len(texts) for intent, texts in library.items()} == {
            "rush": 30,
            "return": 40,
        }

    def test_too_few_examples_are_an_error(self) -> None:
        with pytest.raises(ValueError, match="do not make"):
            make_library({"a": ("好", "行")}, size=1000, seed=1)


class TestCompose:
    def test_clauses_are_kept_whole(self) -> None:
        chance = random.Random(1)  # noqa: S311 - the same lines each time

        line = compose("三天了，还没发出来", "快点发呀，等着用呢", chance=chance)

        assert line == "三天了，等着用呢"

    def test_is_a_head_and_a_tail_of_bounded_length(self) -> None:
        chance = random.Random(1)  # noqa: S311 - the same lines each time

        for _ in range(200):
            line = compose("甲" * 50, "乙" * 50, chance=chance)
            assert len(line) <= LONGEST
            assert line == "甲" * line.count("甲") + "乙" * line.count("乙")
