"""Every figure a buyer could hold the shop to is found; words are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guarding.figures import find_figures, find_unsourced


class TestFindFigures:
    @pytest.mark.parametrize(
        ("text", "figure"),
        [
            ("只要59.9元", "59.9"),
            ("给您打８折", "８"),
            ("优惠①元", "①"),
            ("给您打八折", "八折"),
            ("便宜五块钱", "五块"),
            ("便宜一块钱", "一块"),
            ("退您叁元", "叁元"),
            ("百分之十", "百分之十"),
            ("48小时内", "48"),
            ("三天后到", "三天"),
            ("二十四小时内发", "二十四小时"),
            ("一天内发货", "一天"),
            ("最快一天", "一天"),
            ("两个工作日", "两个工作日"),
            ("下午三点前", "三点"),
            ("下午三点发货", "三点"),
            ("俩小时就好", "俩"),
            ("十五号前发", "十五号"),
            ("半价给您", "半价"),
            ("半小时回复", "半小时"),
            ("满三件减", "满三件减"),
            ("买二送一", "买二送一"),
            ("九成新", "九成"),
            ("重五斤", "五斤"),
            ("十倍赔偿", "十倍"),
            ("差一点五折", "一点五折"),
            ("100%棉", "100%"),
        ],
    )
    def test_finds(self, text: str, figure: str) -> None:
        assert [text[start:end] for start, end in find_figures(text)] == [figure]

    @pytest.mark.parametrize(
        "text",
        [
            "祝您有愉快的一天",
            "这两天订单比较多",
            "十分抱歉",
            "一起发出",
            "两单一块发",
            "有一点色差",
            "第一时间处理",
            "四周都有海绵",
            "一年四季都能穿",
            "万一有问题",
            "三角形的杯垫",
            "这两款都好看",
            "几天后再看看",
            "千万别着急",
            "一成不变",
            "两折伞面",
            "八角杯",
        ],
    )
    def test_leaves_words(self, text: str) -> None:
        assert find_figures(text) == []


class TestFindUnsourced:
    def test_a_figure_in_a_sourced_span_is_sourced(self) -> None:
        assert find_unsourced("只要59.9元", sourced=((2, 7),)) == []

    def test_a_unit_outside_the_span_does_not_matter(self) -> None:
        assert find_unsourced("等三天", sourced=((1, 2),)) == []

    def test_a_digit_put_before_a_fact_is_unsourced(self) -> None:
        assert find_unsourced("只要159元", sourced=((3, 5),)) == [(2, 5)]

    def test_two_facts_may_stand_side_by_side(self) -> None:
        assert find_unsourced("9:00-18:00", sourced=((0, 4), (5, 10))) == []

    @given(st.integers(0, 10**6), st.text("亲呀哦", max_size=4))
    def test_no_bare_number_is_missed(self, number: int, before: str) -> None:
        text = f"{before}{number}元"

        assert find_unsourced(text, sourced=()) == [
            (len(before), len(before) + len(str(number)))
        ]
