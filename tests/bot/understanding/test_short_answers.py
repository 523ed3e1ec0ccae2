"""Whether a text is an answer and nothing else."""

import pytest

from bot.understanding.short_answers import (
    NO,
    YES,
    is_made_of,
    labels_of,
    shape_of,
)
from bot.utterances import EntityKind

COLOURS = frozenset({"黑", "黑色", "米白色"})


class TestIsMadeOf:
    @pytest.mark.parametrize(
        "text",
        [
            "嗯",
            "好的",
            "是的",
            "对",
            "要",
            "可以的",
            "好的麻烦了",
            "嗯 好的 谢谢",
            "ok",
        ],
    )
    def test_a_yes_is_one(self, text: str) -> None:
        assert is_made_of(text, YES)

    @pytest.mark.parametrize(
        "text", ["不用", "不用了 谢谢", "好的不用了", "算了吧", "先不用"]
    )
    def test_a_no_is_a_no_and_never_a_yes(self, text: str) -> None:
        assert is_made_of(text, NO)
        assert not is_made_of(text, YES)

    @pytest.mark.parametrize(
        "text",
        ["黑", "黑色的", "要黑色的吧", "换成黑色", "那就米白色，谢谢", "黑色 米白色"],
    )
    def test_fillers_may_stand_around_words(self, text: str) -> None:
        assert is_made_of(text, COLOURS)

    @pytest.mark.parametrize(
        "text",
        ["黑色还有吗", "黑色?", "黑色掉色了", "不要黑色", "颜色", "的吧", "", "  "],
    )
    def test_anything_more_or_nothing_is_none(self, text: str) -> None:
        assert not is_made_of(text, COLOURS)

    def test_values_count_where_they_stand(self) -> None:
        text = "我165 110斤左右"

        assert is_made_of(text, (), given=range(1, 9))
        assert not is_made_of(text, (), given=range(1, 4))

    def test_a_label_may_stand_beside_its_value(self) -> None:
        labels = labels_of((EntityKind.TRACKING_NO,))

        assert is_made_of("单号sf1", (), given=range(2, 5), labels=labels)
        assert not is_made_of("身高sf1", (), given=range(2, 5), labels=labels)

    def test_a_long_text_is_no_answer(self) -> None:
        assert not is_made_of("好的" * 16, YES)


class TestShapeOf:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("20260001", EntityKind.ORDER_NO),
            ("sf1234567890", EntityKind.ORDER_NO),
            (" 40 ", EntityKind.SIZE),
            ("3", EntityKind.QUANTITY),
        ],
    )
    def test_a_bare_value_is_what_was_asked(self, text: str, kind: EntityKind) -> None:
        assert shape_of(text, (EntityKind.PLACE, kind)) is kind

    @pytest.mark.parametrize("text", ["在吗", "12345", "40码", "0"])
    def test_other_texts_are_none(self, text: str) -> None:
        assert shape_of(text, (EntityKind.ORDER_NO,)) is None
