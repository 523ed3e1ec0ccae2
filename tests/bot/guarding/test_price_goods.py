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


def _rows(name: str) -> list[list[str]]:
    lines = (Path(__file__).parent / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


_ROWS = _rows("named_goods.tsv")
_BARE = _rows("bare_figures.tsv")


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


class TestBareFigures:
    def test_enough_sentences_are_tried_on_both_sides(self) -> None:
        verdicts = [verdict for _, verdict in _BARE]

        assert verdicts.count("block") >= 35
        assert verdicts.count("pass") >= 50

    @pytest.mark.parametrize(("text", "expected"), _BARE)
    def test_are_prices_only_where_they_can_be_nothing_else(
        self, text: str, expected: str
    ) -> None:
        verdict = Guard(GuardRules()).check(
            text, sender=GuardSender.AGENT, limit=_LIMIT
        )

        assert verdict.verdict is Verdict(expected)

    @pytest.mark.parametrize("text", ["那就45", "收45", "45您看行吗", "四十五一个"])
    def test_are_none_where_nobody_knows_the_item(self, text: str) -> None:
        verdict = Guard(GuardRules()).check(text, sender=GuardSender.AGENT)

        assert verdict.verdict is Verdict.PASS

    @pytest.mark.parametrize(
        "text", ["买一送一", "拍一发二", "两件算一件的钱", "第二件免费", "减半给您"]
    )
    @pytest.mark.parametrize("limit", [None, _LIMIT])
    def test_a_piece_for_nothing_is_no_offer_of_the_assistants(
        self, text: str, limit: PriceLimit | None
    ) -> None:
        verdict = Guard(GuardRules()).check(text, limit=limit)

        assert verdict.verdict is Verdict.BLOCK

    def test_a_piece_for_nothing_that_is_a_fact_may_be_told(self) -> None:
        verdict = Guard(GuardRules()).check(
            "活动是买一送一", filled_spans=((3, 7),), limit=_LIMIT
        )

        assert verdict.verdict is Verdict.PASS

    @pytest.mark.parametrize("text", ["买一送一", "拍一发二", "第二件免费"])
    def test_a_piece_for_nothing_is_a_doubt_where_nobody_knows_the_item(
        self, text: str
    ) -> None:
        verdict = Guard(GuardRules()).check(text, sender=GuardSender.AGENT)

        assert verdict.verdict is Verdict.WARN

    @pytest.mark.parametrize("text", ["这款勺5元", "这款刷5元", "绑带5元"])
    def test_what_comes_with_an_item_is_not_the_item(self, text: str) -> None:
        limit = PriceLimit(
            item_id="mat",
            title="加厚瑜伽垫 送绑带 带勺 配刷",
            list_fen=9900,
            floor_fen=7900,
        )

        verdict = Guard(GuardRules()).check(text, sender=GuardSender.AGENT, limit=limit)

        assert verdict.verdict is Verdict.WARN
