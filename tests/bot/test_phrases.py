import pytest

from bot.phrases import find_chosen, fits_phrases, pattern_problem
from bot.scripts import PhraseRule
from tests.bot.deciding.deciding_factories import make_script

ENDLESS = r"(a+)+b"


class TestFitsPhrases:
    @pytest.mark.parametrize(
        ("rule", "text", "is_fit"),
        [
            (PhraseRule(contains=("发票", "开票")), "能开票吗", True),
            (PhraseRule(contains=("发票", "开票")), "能便宜吗", False),
            (PhraseRule(all=("发票", "抬头")), "发票的抬头怎么写", True),
            (PhraseRule(all=("发票", "抬头")), "发票怎么开", False),
            (PhraseRule(contains=("发票",), none=("电子",)), "要纸质发票", True),
            (PhraseRule(contains=("发票",), none=("电子",)), "要电子发票", False),
            (PhraseRule(pattern=r"第\d+件"), "第2件半价吗", True),
            (PhraseRule(pattern=r"第\d+件"), "第二件半价吗", False),
            (PhraseRule(contains=("ＶＩＰ",)), "vip有优惠吗", True),
            (PhraseRule(contains=("发票",), pattern="专票"), "发票要专票", True),
            (PhraseRule(contains=("发票",), pattern="专票"), "发票要普票", False),
        ],
    )
    def test_everything_that_is_set_must_hold(
        self, rule: PhraseRule, text: str, *, is_fit: bool
    ) -> None:
        assert fits_phrases(rule, text) is is_fit

    def test_a_pattern_that_takes_too_long_does_not_match(self) -> None:
        rule = PhraseRule(pattern=ENDLESS)

        assert fits_phrases(rule, "a" * 4000 + "c") is False

    def test_a_broken_pattern_does_not_match(self) -> None:
        assert fits_phrases(PhraseRule(pattern="("), "(") is False


class TestFindChosen:
    def test_the_first_that_fits_wins(self) -> None:
        scripts = [
            make_script("price", "甲", phrases=PhraseRule(contains=("没有",))),
            make_script("price", "乙", phrases=PhraseRule(contains=("发票",))),
            make_script("price", "丙", phrases=PhraseRule(contains=("发票",))),
        ]

        assert find_chosen(scripts, "发票") is scripts[1]
        assert find_chosen(scripts, "其他") is None


class TestPatternProblem:
    @pytest.mark.parametrize("pattern", ["(", r"a*", ENDLESS + "$"])
    def test_a_pattern_that_is_broken_empty_or_endless_is_named(
        self, pattern: str
    ) -> None:
        assert pattern_problem(pattern) is not None

    def test_a_good_one_has_none(self) -> None:
        assert pattern_problem(r"第[一二两\d]件") is None
