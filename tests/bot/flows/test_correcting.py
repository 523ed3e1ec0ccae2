"""What a turn takes back of what a flow was told, read with the e-commerce pack."""

from datetime import date

import pytest

from bot.flows.correcting import correct
from bot.flows.hearing import Telling
from bot.understanding.entities import EntityFinder, to_original
from bot.understanding.normalize import Folder
from bot.utterances import Guess, Understanding
from scripts_library.loader import builtin_pack, load_pack

PACK = load_pack(builtin_pack())
FINDER = EntityFinder(PACK.lexicon)
FOLDER = Folder(PACK.lexicon)
RULES = PACK.flow_rules.corrections
EXCHANGE = PACK.flows["exchange_goods"]
QUALITY = PACK.flows["aftersale_quality"]
RETURN = PACK.flows["return_goods"]


def telling(text: str, *, pictures: int = 0) -> Telling:
    folded = FOLDER.fold(text)
    entities = FINDER.find(folded.text, today=date(2026, 11, 23))
    understanding = Understanding(
        text=text,
        folded=folded,
        clauses=(),
        entities=to_original(entities, folded),
        guesses=(Guess(intent_id="x", confidence=1.0),),
        intents=("x",),
        explain=tuple,
    )
    return Telling(
        understanding=understanding, pictures=pictures, words=PACK.answer_words
    )


class TestCorrect:
    @pytest.mark.parametrize(
        "text", ["不是，我要换的是L码", "说错了，L码", "打错了是L码", "改成L码"]
    )
    def test_a_size_is_replaced(self, text: str) -> None:
        found = correct(EXCHANGE, telling(text), {"size": "M"}, RULES)

        assert found == {"size": "L"}

    def test_the_same_value_is_no_correction(self) -> None:
        found = correct(EXCHANGE, telling("不是，就是M码"), {"size": "M"}, RULES)

        assert "size" not in found

    def test_another_value_in_passing_changes_nothing(self) -> None:
        found = correct(EXCHANGE, telling("L码有货吗"), {"size": "M"}, RULES)

        assert found == {}

    @pytest.mark.parametrize("text", ["说错了，是黑色", "不对，要黑色的", "应该是黑色"])
    def test_own_words_are_what_stands_behind_the_phrase(self, text: str) -> None:
        found = correct(EXCHANGE, telling(text), {"wanted": "白色的"}, RULES)

        assert found == {"wanted": "黑色"}

    def test_a_reason_is_replaced_and_its_denial_is_none(self) -> None:
        known = {"reason": "not_liked"}

        right = correct(RETURN, telling("说错了，是质量问题"), known, RULES)
        denied = correct(RETURN, telling("不是质量问题"), known, RULES)

        assert right == {"reason": "quality"}
        assert denied == {}

    def test_a_wrong_picture_is_to_be_sent_again(self) -> None:
        found = correct(QUALITY, telling("照片发错了"), {"picture": "1"}, RULES)

        assert found == {"picture": None}

    def test_the_right_picture_beside_the_words_takes_its_place(self) -> None:
        found = correct(
            QUALITY, telling("照片发错了 这张", pictures=1), {"picture": "2"}, RULES
        )

        assert found == {"picture": "1"}

    def test_without_a_picture_there_is_none_to_take_back(self) -> None:
        assert correct(QUALITY, telling("照片发错了"), {}, RULES) == {}
