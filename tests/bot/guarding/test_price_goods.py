"""An amount after the item's name is its price, with or without a unit."""

from pathlib import Path

import pytest

from bot.guarding.guard import Guard
from bot.guarding.prices import PriceLimit, PriceRole
from bot.guarding.rules import GuardRules, GuardSender, Verdict

_LIMIT = PriceLimit(
    item_id="mug",
    title="陶瓷马克杯 350ml 带盖 大容量",
    list_fen=9900,
    floor_fen=7900,
)
_ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "named_goods.tsv")
    .read_text("utf-8")
    .splitlines()
    if line and not line.startswith("#")
]


class TestWithGoods:
    def test_enough_sentences_are_tried_on_both_sides(self) -> None:
        verdicts = [verdict for _, verdict in _ROWS]

        assert verdicts.count("block") >= 30
        assert len(verdicts) - verdicts.count("block") >= 30

    @pytest.mark.parametrize(("text", "expected"), _ROWS)
    def test_judges_a_price_by_the_name_before_it(
        self, text: str, expected: str
    ) -> None:
        verdict = Guard(GuardRules()).check(
            text, sender=GuardSender.AGENT, limit=_LIMIT
        )

        assert verdict.verdict is Verdict(expected)

    def test_says_which_words_and_that_they_are_an_item_price(self) -> None:
        text = "亲，这款马克杯45元哦"

        verdict = Guard(GuardRules()).check(
            text, sender=GuardSender.AGENT, limit=_LIMIT
        )

        assert [
            (text[found.start : found.end], found.rule, found.role)
            for found in verdict.findings
        ] == [("45元", "below_floor", PriceRole.ITEM_PRICE)]

    def test_without_an_item_it_is_only_doubtful(self) -> None:
        verdict = Guard(GuardRules()).check("马克杯45元", sender=GuardSender.AGENT)

        assert verdict.verdict is Verdict.WARN

    @pytest.mark.parametrize("title", ["", "(1+1)[*", "运费补差价", "X200"])
    def test_any_title_can_be_read(self, title: str) -> None:
        limit = PriceLimit(item_id="x", title=title, list_fen=9900, floor_fen=0)

        verdict = Guard(GuardRules()).check(
            "运费10元", sender=GuardSender.AGENT, limit=limit
        )

        assert verdict.verdict is Verdict.PASS
