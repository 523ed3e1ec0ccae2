"""A shop forbids more than its pack, in phrases."""

import pytest

from bot.guarding.rules import Verdict
from bot.guarding.shop_rules import ShopRule, pattern_of, phrase_pattern
from tests.bot.guarding.guarding_factories import make_guard, make_rule


class TestForShop:
    def test_adds_the_shops_rules_and_keeps_the_packs(self) -> None:
        guard = make_guard(make_rule())
        own = make_rule(rule="rival", category="shop", patterns=("对门",))

        shops = guard.for_shop((own,))

        assert guard.check("对门").verdict is Verdict.PASS
        assert shops.check("对门").verdict is Verdict.BLOCK
        assert shops.check("验证码").verdict is Verdict.BLOCK
        assert guard.for_shop((own,)) is shops
        assert guard.for_shop(()) is guard


class TestPhrasePattern:
    @pytest.mark.parametrize(
        ("phrase", "text", "is_hit"),
        [
            ("对门…更差", "对·门家的东西更差", True),
            ("对门...更差", "对门更差", True),
            ("对门…更差", "对门。我们更差", False),
            ("(a+)+b", "aaaa(a+)+b", True),
            ("(a+)+b", "aaab", False),
            ("驗證", "验证", True),
        ],
    )
    def test_is_found_as_it_is_meant(
        self, phrase: str, text: str, *, is_hit: bool
    ) -> None:
        rule = ShopRule(
            rule="own", verdict=Verdict.BLOCK, phrases=(phrase,), suggestion="不说"
        )
        guard = make_guard().for_shop((pattern_of(rule),))

        assert (guard.check(text).verdict is Verdict.BLOCK) is is_hit

    @pytest.mark.parametrize("phrase", ["·", "…", "对门…", "🙂"])
    def test_nothing_is_no_phrase(self, phrase: str) -> None:
        assert phrase_pattern(phrase) is None
