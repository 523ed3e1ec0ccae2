"""An alternation taken apart finds what it found whole."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.guarding.alternatives import alternatives_of
from bot.guarding.folding import fold_for_guard
from tests.bot.guarding.test_attacks import ATTACKS
from tests.bot.guarding.test_prefilter import PATTERNS, SENTENCES

_TEXTS = [*SENTENCES, *(row[0] for row in ATTACKS)]


def _places(pattern: str, text: str) -> set[int]:
    """Return every place that a match of the pattern covers."""
    matches = regex.finditer(pattern, text)
    return {at for match in matches for at in range(*match.span())}


class TestAlternativesOf:
    @pytest.mark.parametrize(
        ("pattern", "alternatives"),
        [
            ("甲", ("甲",)),
            ("甲.{0,4}乙|丙丁", ("甲.{0,4}乙", "丙丁")),
            ("(?:甲|乙)丙|[|(]丁", ("(?:甲|乙)丙", "[|(]丁")),
            (r"\(甲|乙\|丙", (r"\(甲", r"乙\|丙")),
            ("[^]|]甲|[]|]乙", ("[^]|]甲", "[]|]乙")),
            ("甲(?!乙|丙)|(?<=丁|戊)己", ("甲(?!乙|丙)", "(?<=丁|戊)己")),
            ("(?P<a>甲)|(?P=a)乙", ("(?P<a>甲)|(?P=a)乙",)),
            ("(?i)a|b", ("(?i)a|b",)),
            (r"(甲)\1|乙", (r"(甲)\1|乙",)),
            ("甲|", ("甲", "")),
        ],
    )
    def test_takes_apart_what_stands_side_by_side(
        self, pattern: str, alternatives: tuple[str, ...]
    ) -> None:
        assert alternatives_of(pattern) == alternatives

    def test_most_of_the_pack_is_taken_apart(self) -> None:
        assert sum(len(alternatives_of(it)) > 1 for it in PATTERNS) >= 60

    @given(st.sampled_from(PATTERNS), st.lists(st.sampled_from(_TEXTS), max_size=2))
    def test_together_they_find_all_that_the_pattern_finds(
        self, pattern: str, texts: list[str]
    ) -> None:
        text = fold_for_guard("，".join(texts)).text

        found = set().union(*(_places(it, text) for it in alternatives_of(pattern)))

        assert found >= _places(pattern, text)
