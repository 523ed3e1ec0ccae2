"""A value in another form, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replying.filters import FILTERS, SHORT_LENGTH, apply_filters


class TestApplyFilters:
    @pytest.mark.parametrize(
        ("value", "name", "said"),
        [
            ("今天17:00", "date", "今天"),
            ("11月25日9:05", "date", "11月25日"),
            ("明天", "date", "明天"),
            ("今天17:00", "time", "17:00"),
            ("明天", "time", ""),
            ("今天17:00", "before", "今天17点前"),
            ("今天17:30", "before", "今天17:30前"),
            ("2027年1月2日0:00", "before", "2027年1月2日0点前"),
            ("明天", "before", "明天前"),
            ("59.9元", "yuan", "¥59.9"),
            ("0元", "yuan", "¥0"),
            ("-5元", "yuan", "-¥5"),
            ("满59元包邮", "yuan", ""),
            ("E20261123", "last4", "1123"),
            ("E1", "last4", ""),
            ("高山绿茶", "short", "高山绿茶"),
            ("高山绿茶春茶新茶明前茶礼盒装", "short", "高山绿茶春茶新茶明前茶礼…"),
            ("冬季加厚保温杯大容量1200毫升", "short", "冬季加厚保温杯大容量…"),
        ],
    )
    def test_says_a_fact_in_the_form_asked_for(
        self, value: str, name: str, said: str
    ) -> None:
        assert apply_filters(value, (name,)) == said

    @pytest.mark.parametrize("name", ["date", "time", "before", "yuan"])
    def test_what_has_not_the_form_gives_nothing(self, name: str) -> None:
        assert apply_filters("付款后尽快", (name,)) == ""

    def test_filters_follow_each_other(self) -> None:
        assert apply_filters("今天17:00", ("date", "before")) == "今天前"

    @given(st.text(max_size=40), st.sampled_from(sorted(FILTERS)))
    def test_no_value_breaks_a_filter(self, value: str, name: str) -> None:
        assert isinstance(apply_filters(value, (name,)), str)

    @given(st.text("甲乙丙丁0123456789.", max_size=40))
    def test_a_cut_never_goes_through_a_number(self, value: str) -> None:
        said = apply_filters(value, ("short",))

        kept = said.removesuffix("…")
        assert len(kept) <= max(SHORT_LENGTH, 0)
        assert value.startswith(kept)
        if kept and kept != value:
            assert not (kept[-1] in "0123456789." and value[len(kept)] in "0123456789.")
