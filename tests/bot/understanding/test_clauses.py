import pytest

from bot.understanding.clauses import split_clauses, without_denied
from bot.understanding.normalize import Folder
from bot.understanding.polarity import find_denied, read_polarity
from bot.utterances import Polarity
from tests.bot.understanding.small_library import LEXICON

FOLDER = Folder(LEXICON)


def clauses(text: str) -> list[str]:
    return [clause.text for clause in split_clauses(FOLDER.fold(text))]


def meant(text: str) -> list[str]:
    return [clause.text for clause in without_denied(split_clauses(FOLDER.fold(text)))]


class TestReadPolarity:
    @pytest.mark.parametrize(
        ("text", "polarity"),
        [
            ("要退", Polarity.PLAIN),
            ("不退了", Polarity.NEGATED),
            ("能退吗", Polarity.QUESTION),
            ("不能退吗", Polarity.NEGATED_QUESTION),
            ("能不能退", Polarity.QUESTION),
            ("有没有货", Polarity.QUESTION),
            ("不得不退", Polarity.PLAIN),
            ("不是不想要", Polarity.PLAIN),
            ("不错", Polarity.PLAIN),
            ("不好意思打扰了", Polarity.PLAIN),
            ("还没发货", Polarity.NEGATED),
            ("怎么还没发货", Polarity.NEGATED_QUESTION),
        ],
    )
    def test_question_and_denial_are_told_apart(
        self, text: str, polarity: Polarity
    ) -> None:
        assert read_polarity(text) is polarity


class TestFindDenied:
    def test_names_what_follows_the_negator(self) -> None:
        assert find_denied("不退了") == ("退了",)

    def test_choice_denies_nothing(self) -> None:
        assert find_denied("退不退") == ()


class TestSplitClauses:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("发什么快递，能便宜吗？", ["发什么快递", "能便宜吗"]),
            ("有货吗 什么时候发", ["有货吗", "什么时候发"]),
            ("多少钱还有包邮吗", ["多少钱", "还有包邮吗"]),
            ("还有货吗", ["还有货吗"]),
            ("18.5元行吗", ["18.5元行吗"]),
            ("！！！", []),
            ("", []),
        ],
    )
    def test_parts_that_can_carry_an_intent(
        self, text: str, expected: list[str]
    ) -> None:
        assert clauses(text) == expected

    def test_positions_are_those_of_the_original(self) -> None:
        text = "亲，發什麼快遞？？能便宜嗎"

        second = split_clauses(FOLDER.fold(text))[1]

        assert text[second.start : second.end] == "能便宜嗎"

    def test_polarity_sees_the_question_mark(self) -> None:
        first, second = split_clauses(FOLDER.fold("能退？不退了"))

        assert first.polarity is Polarity.QUESTION
        assert second.polarity is Polarity.NEGATED

    def test_many_fragments_stay_bounded(self) -> None:
        assert len(clauses("好，" * 200)) <= 12


class TestWithoutDenied:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("不是要退，是想换", ["是想换"]),
            ("我不是要退货，想换个颜色", ["想换个颜色"]),
            ("不是正品，要退", ["要退"]),
            ("要退，不是想换", ["要退", "不是想换"]),
            ("不用赔，换一个就行", ["换一个就行"]),
            ("不是催你，就问哪天到", ["就问哪天到"]),
            ("不用了吧，谢谢", ["不用了吧", "谢谢"]),
            ("不用发票，什么时候发货", ["不用发票", "什么时候发货"]),
            ("要退", ["要退"]),
            ("不是吧，这么贵", ["不是吧", "这么贵"]),
        ],
    )
    def test_a_corrected_clause_is_not_meant(
        self, text: str, expected: list[str]
    ) -> None:
        assert meant(text) == expected
