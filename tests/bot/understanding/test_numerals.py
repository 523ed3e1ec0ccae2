import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.numerals import as_plain, parse_number

DIGITS = "零一二三四五六七八九"


def spell(number: int) -> str:
    """The usual reading of 1 to 9999."""
    spelled = ""
    is_gap = False
    for place, unit in zip((1000, 100, 10, 1), "千百十 ", strict=True):
        digit = number // place % 10
        if digit == 0:
            is_gap = bool(spelled)
            continue
        spelled += ("零" if is_gap else "") + DIGITS[digit] + unit.strip()
        is_gap = False
    return spelled


class TestParseNumber:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("18", 18),
            ("18.5", 18.5),
            ("3万", 30_000),
            ("三十", 30),
            ("十五", 15),
            ("两百五", 250),
            ("一千二", 1200),
            ("一百零五", 105),
            ("一万三", 13_000),
            ("三万五千", 35_000),
            ("八五", 85),
            ("零", 0),
        ],
    )
    def test_reads_numbers_as_people_write_them(self, text: str, number: float) -> None:
        assert parse_number(text) == number

    @pytest.mark.parametrize(
        "text", ["", "千", "百五", "万一", "三三十", "abc", "1.2.3", "9" * 20]
    )
    def test_what_is_no_number_is_none(self, text: str) -> None:
        assert parse_number(text) is None

    @given(st.integers(min_value=1, max_value=9999))
    def test_every_spelled_number_is_read_back(self, number: int) -> None:
        assert parse_number(spell(number)) == number


class TestAsPlain:
    def test_whole_numbers_become_integers(self) -> None:
        assert repr(as_plain(3.0)) == "3"
        assert as_plain(2.5) == 2.5
