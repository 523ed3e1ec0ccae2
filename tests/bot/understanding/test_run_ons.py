import pytest

from bot.understanding.matcher import Matcher
from bot.understanding.run_ons import find_breaks
from tests.bot.understanding.small_library import TODAY


class TestFindBreaks:
    @pytest.mark.parametrize(
        ("text", "first"),
        [
            ("毛巾厚吗掉毛不", "毛巾厚吗"),
            ("台灯是什么材质能调光吗", "台灯是什么材质"),
            ("一箱多少个几天到", "一箱多少个"),
            ("能不能退怎么退", "能不能退"),
            ("雨衣有没有小号多少钱", "雨衣有没有小号"),
            ("包邮么发什么快递", "包邮么"),
        ],
    )
    def test_one_place_is_where_the_first_question_ends(
        self, text: str, first: str
    ) -> None:
        assert len(first) in find_breaks(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "吗",
            "有货吗",
            "毛巾厚吗",
            "什么时候发货",
            "我要退货",
            "能不能退",
            "多少",
        ],
    )
    def test_one_question_has_none(self, text: str) -> None:
        assert find_breaks(text) == ()

    def test_both_halves_have_something_in_them(self) -> None:
        text = "吗么多少吗谁怎么吗什么几天吗"

        places = find_breaks(text * 20)

        assert places
        assert all(1 < place < len(text) * 20 - 1 for place in places)

    def test_no_more_than_a_few_are_tried(self) -> None:
        assert len(find_breaks("什么东西好吃吗怎么做" * 40)) <= 6


class TestPartQuestions:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("这条毯子是什么面料还有货吗", {"product_spec", "stock_check"}),
            ("多少钱一箱包邮吗", {"price_query", "free_shipping"}),
            ("还有现货吗今天能发吗", {"stock_check", "shipping_time"}),
        ],
    )
    def test_two_questions_in_one_breath_are_two_wishes(
        self, matcher: Matcher, text: str, wanted: set[str]
    ) -> None:
        assert set(matcher.understand(text, today=TODAY).intents) == wanted

    @pytest.mark.parametrize(
        "text",
        ["你们家有什么优惠活动吗", "为什么还不给我发货啊怎么回事", "什么时候能发货呢"],
    )
    def test_one_question_stays_one(self, matcher: Matcher, text: str) -> None:
        assert len(matcher.understand(text, today=TODAY).intents) == 1
