"""Classes of words that patterns of the guard share; rewritten words spelled oddly."""

from pathlib import Path

import pytest

from bot.guarding.guard import Guard, GuardVerdict
from bot.guarding.rules import Channel, Verdict
from scripts_library.loader import load_pack
from tests.scripts_library.small_pack import SmallPack, make_small_pack
from tests.scripts_library.test_readers import problems_of

_PATTERN = '["好评返现"]'


@pytest.fixture(name="small")
def _small(tmp_path: Path) -> SmallPack:
    return make_small_pack(tmp_path / "small")


def _check(small: SmallPack, text: str) -> GuardVerdict:
    """Return the verdict on a marketplace, where the pack's rule holds."""
    guard = Guard(load_pack(small.folder).guard)
    return guard.check(text, channel=Channel.MARKETPLACE)


def _with(small: SmallPack, pattern: str, words: str) -> None:
    """Give the pack's rule a pattern, and the pack classes of words."""
    small.change("guard.yaml", _PATTERN, f"['{pattern}']")
    small.change("guard.yaml", "fixed_terms:", f"words: {words}\nfixed_terms:")


class TestWords:
    def test_a_class_stands_for_each_of_its_words(self, small: SmallPack) -> None:
        _with(small, "好评.?<reward>", "{reward: '红包|返现'}")

        assert _check(small, "好评领红包").verdict is Verdict.BLOCK
        assert _check(small, "好评返现").verdict is Verdict.BLOCK
        assert _check(small, "好评领书").verdict is Verdict.PASS

    def test_a_group_with_a_name_and_a_look_back_are_no_classes(
        self, small: SmallPack
    ) -> None:
        _with(small, "(?P<a>好)(?<=好)(?P=a)", "{reward: 红包}")

        (rule,) = load_pack(small.folder).guard.patterns

        assert rule.patterns == ("(?P<a>好)(?<=好)(?P=a)",)

    def test_a_class_may_follow_something_optional(self, small: SmallPack) -> None:
        _with(small, "好评领?<reward>", "{reward: 红包}")

        (rule,) = load_pack(small.folder).guard.patterns

        assert rule.patterns == ("好评领?(?:红包)",)

    @pytest.mark.parametrize(
        ("pattern", "words", "problem"),
        [
            ("好评<gift>", "{reward: 红包}", "unknown class of words <gift>"),
            ("好评<reward>", "{reward: '红('}", "invalid pattern '红('"),
        ],
    )
    def test_a_class_that_is_not_there_or_is_broken_is_told(
        self, small: SmallPack, pattern: str, words: str, problem: str
    ) -> None:
        _with(small, pattern, words)

        assert any(problem in found for found in problems_of(small))


class TestRewrittenWords:
    def test_are_seen_through_in_letters(self, small: SmallPack) -> None:
        small.change("guard.yaml", "verdict: block", "verdict: rewrite")
        small.change("guard.yaml", f"patterns: {_PATTERN}", "rewrites: {顶级: 优质}")

        assert _check(small, "dingji牛皮").rewritten == "优质牛皮"
        assert _check(small, "定级牛皮").verdict is Verdict.PASS
