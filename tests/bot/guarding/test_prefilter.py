"""No pattern that hits is ever left out; what is called quick is."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.guarding.folding import fold_for_guard
from bot.guarding.prefilter import Prefilter, is_plain, needs_of
from scripts_library.loader import builtin_pack, load_pack
from tests.bot.guarding.test_compliance import CATCH, PASS


def _patterns() -> list[str]:
    """Return every pattern of the product's own pack."""
    rules = load_pack(builtin_pack()).guard.patterns
    return [source for rule in rules for source in (*rule.patterns, *rule.unless)]


PATTERNS = _patterns()
SENTENCES = [*PASS, *(row[0] for row in CATCH)]


class TestNeedsOf:
    @pytest.mark.parametrize(
        ("pattern", "needs"),
        [
            ("好评返现", [{"好评返现"}]),
            ("好评[^。]{0,12}(?:返现|红包)", [{"好评"}, {"返现", "红包"}]),
            ("(?:甲|乙丙)?丁", [{"丁"}]),
            ("[甲乙]丙", [{"甲", "乙"}, {"丙"}]),
            (r"(?<!\d)元(?!钱)", [{"元"}]),
            ("(?i)abc", []),
            (r"\d+", []),
            ("甲|乙?", []),
            ("(", []),
        ],
    )
    def test_tells_what_a_match_must_hold(
        self, pattern: str, needs: list[set[str]]
    ) -> None:
        assert [set(need) for need in needs_of(pattern)] == needs


class TestPrefilter:
    @given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3))
    def test_every_pattern_that_hits_is_a_candidate(self, sentences: list[str]) -> None:
        text = fold_for_guard("，".join(sentences)).text

        candidates, _ = PREFILTER.candidates(text)

        hitting = {at for at, it in enumerate(COMPILED) if it.search(text)}
        assert hitting <= candidates

    def test_tells_the_words_that_stand_in_a_text(self) -> None:
        prefilter = Prefilter((), words=("最低价", "最", "红包"))

        assert prefilter.candidates("全网最低价") == (set(), {"最低价", "最"})


class TestIsPlain:
    @pytest.mark.parametrize(
        ("pattern", "is_quick"),
        [
            ("好评[^。]{0,12}返现", True),
            ("(?:甲|乙){0,3}丙", True),
            ("(?:a|a|ab)+(?:a|a|ab)+b", False),
            ("a*", False),
            ("(?:a{0,9}){0,9}b", False),
            (r"(?<!\d[.,]?)元", False),
            ("(", False),
        ],
    )
    def test_is_what_has_few_ways_to_match(
        self, pattern: str, *, is_quick: bool
    ) -> None:
        assert is_plain(pattern) is is_quick


PREFILTER = Prefilter(PATTERNS)
COMPILED = [regex.compile(pattern) for pattern in PATTERNS]
