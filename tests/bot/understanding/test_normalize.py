import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.normalize import MATCHED_EDGE, Folder, convert_in_place
from tests.bot.understanding.small_library import LEXICON

FOLDER = Folder(LEXICON)


def original_of(text: str, piece: str) -> str:
    """What stands in the original where ``piece`` stands in the folded text."""
    folded = FOLDER.fold(text)
    start = folded.text.index(piece)
    first, last = folded.span(start, start + len(piece))
    return text[first:last]


class TestFold:
    @pytest.mark.parametrize(
        ("text", "folded"),
        [
            ("ＡＢＣ１２３", "abc123"),
            ("什麼時候發貨", "什么时候发货"),
            ("看著不錯", "看着不错"),
            ("著名品牌", "著名品牌"),
            ("滑鼠多少錢", "鼠标多少钱"),
            ("好哈哈哈哈哈哈", "好哈哈"),
            ("有货吗？？？", "有货吗?"),
            ("退\x00款\u200b吧", "退 款吧"),
            ("\ud800退款", "退款"),
            ("13888888888", "13888888888"),
            ("", ""),
            (" \n\t ", ""),
        ],
    )
    def test_width_script_repetition_and_rubbish_fold_away(
        self, text: str, folded: str
    ) -> None:
        assert FOLDER.fold(text).text == folded

    @pytest.mark.parametrize(
        ("text", "folded"),
        [
            ("亲，在吗？请问包邮吗", "包邮吗"),
            ("你好 这个怎么用", "这个怎么用"),
            ("老板能便宜吗", "能便宜吗"),
            ("包邮吗亲", "包邮吗"),
        ],
    )
    def test_openers_go_before_a_real_question(self, text: str, folded: str) -> None:
        assert FOLDER.fold(text).text == folded

    @pytest.mark.parametrize(
        "text", ["你好", "在吗", "亲", "老板", "客服态度真差", "老板不在"]
    )
    def test_greetings_and_complaints_about_the_addressed_stay(self, text: str) -> None:
        assert FOLDER.fold(text).text.replace(" ", "") == text.replace(" ", "")

    @pytest.mark.parametrize(
        ("text", "signal"),
        [
            ("😡", "emoji_angry"),
            ("谢谢🙏", "emoji_thanks"),
            ("[流泪]怎么办", "emoji_sad"),
            ("(T_T)坏了", "emoji_sad"),
            ("看这个 https://example.com/a?b=1", "link"),
            ("发货啊！！！", "repeated_exclamation"),
            ("人呢？？？", "repeated_question"),
            ("🦄", "emoji_other"),
        ],
    )
    def test_decoration_stays_as_a_signal(self, text: str, signal: str) -> None:
        assert signal in FOLDER.fold(text).signals

    def test_positions_lead_back_over_dropped_and_expanded_characters(self) -> None:
        assert original_of("亲😡，３㎏發貨！！！", "kg") == "㎏"
        assert original_of("亲😡，３㎏發貨！！！", "发货") == "發貨"

    def test_long_text_keeps_its_two_ends(self) -> None:
        text = "头" + "中" * 20_000 + "尾"

        folded = FOLDER.fold(text)

        assert len(folded.text) <= 2 * MATCHED_EDGE + 1
        assert folded.text[0] == "头"
        assert folded.text[-1] == "尾"
        assert folded.span(len(folded.text) - 1, len(folded.text)) == (20_001, 20_002)

    @given(st.text(max_size=60))
    def test_any_text_folds_with_rising_positions_inside_it(self, text: str) -> None:
        folded = FOLDER.fold(text)

        assert len(folded.positions) == len(folded.text) + 1
        assert list(folded.positions) == sorted(folded.positions)
        assert folded.positions[-1] == len(text)

    @given(st.text(alphabet="亲你好退款吗😀！a1 ", max_size=20))
    def test_folding_twice_changes_nothing_without_openers(self, text: str) -> None:
        plain = Folder(LEXICON.__class__())

        once = plain.fold(text).text

        assert plain.fold(once).text == once


class TestConvertInPlace:
    def test_what_keeps_its_length_is_converted_as_a_whole(self) -> None:
        assert convert_in_place("ab", str.upper) == "AB"

    def test_what_changes_its_length_is_kept(self) -> None:
        assert convert_in_place("aßb", str.upper) == "AßB"
