"""A single letter refuses only where our last message offered it."""

import pytest

from bot.deciding.letters import is_refusal, refusal_letter

WORDS = ("退订", "拒收", "td")


class TestRefusalLetter:
    @pytest.mark.parametrize(
        ("text", "letter"),
        [
            ("R", "R"),
            ("ｔ", "T"),
            (" n。", "N"),
            ("ｔｄ", "TD"),
            ("", None),
            ("RR", None),
            ("N是什么", None),
            ("A", None),
        ],
    )
    def test_is_read_in_any_width_and_case(self, text: str, letter: str | None) -> None:
        assert refusal_letter(text) == letter


class TestIsRefusal:
    @pytest.mark.parametrize(
        ("text", "last_said"),
        [
            ("R", "新品上架，拒收请回复R"),
            ("t", "【小二】满减开始啦 回T退订"),
            ("Ｎ", "回复“N”退订"),
            ("td", "回TD退订"),
        ],
    )
    def test_an_offered_letter_refuses(self, text: str, last_said: str) -> None:
        assert is_refusal(text, last_said=last_said, opt_out_words=WORDS)

    @pytest.mark.parametrize(
        ("text", "last_said"),
        [
            ("N", "亲，要帮您改地址吗？"),
            ("N", ""),
            ("R", "回T退订"),
            ("T", "这款T恤有货哦"),
            ("退订", "回T退订"),
            ("T", "回复TD可退订"),
        ],
    )
    def test_any_other_does_not(self, text: str, last_said: str) -> None:
        assert not is_refusal(text, last_said=last_said, opt_out_words=WORDS)
