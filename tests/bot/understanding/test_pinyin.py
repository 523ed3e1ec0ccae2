import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.pinyin import PinyinReader, build_table

READER = PinyinReader(build_table())


class TestRead:
    @pytest.mark.parametrize(
        ("text", "sounds_like"),
        [
            ("发或", "发货"),
            ("腿款", "退款"),
            ("fahuo", "发货"),
            ("fahuo le ma", "发货了吗"),
            ("tuikuan", "退款"),
            ("shenme shihou", "什么时候"),
            ("怎么fahuo", "怎么发货"),
            ("四不四", "是不是"),
        ],
    )
    def test_homophones_and_latin_pinyin_read_alike(
        self, text: str, sounds_like: str
    ) -> None:
        assert READER.read(text) == READER.read(sounds_like)

    @pytest.mark.parametrize("text", ["", "123", "xxl", "，！", "fa" * 30])
    def test_what_has_no_sound_is_left_out(self, text: str) -> None:
        assert READER.read(text) == ()

    @given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ", max_size=60))
    def test_any_letters_are_read_in_bounded_steps(self, text: str) -> None:
        assert len(READER.read(text)) <= len(text)


class TestIsSpelled:
    @pytest.mark.parametrize(
        "text",
        [
            "shenme shihou fahuo",
            "you mei you huo",
            "zhege L ma hai you ma",
            "duoshaoqian",
        ],
    )
    def test_three_syllables_in_latin_letters_are_pinyin(self, text: str) -> None:
        assert READER.is_spelled(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "ok",
            "nike",
            "bye bye",
            "xxl",
            "where is my parcel",
            "怎么fahuo",
            "123456",
        ],
    )
    def test_a_word_or_another_language_is_not(self, text: str) -> None:
        assert not READER.is_spelled(text)
