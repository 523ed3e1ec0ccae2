"""What a sentence says is read from its phrases, the longest first."""

import pytest

from bot.flows.phrases import denies, said_of, says_plainly

PHRASES = {
    "minor": ("不影响使用", "还能用"),
    "unusable": ("影响使用", "不能用", "用不了"),
    "refund": ("退款",),
}


class TestSaidOf:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("有划痕但不影响使用", "minor"),
            ("已经影响使用了", "unusable"),
            ("完全不能用", "unusable"),
            ("我要退款", "refund"),
            ("我不要退款", None),
            ("没有退款", None),
            ("还能用但是想退款", None),
            ("你好", None),
            ("", None),
        ],
    )
    def test_reads_one_thing_or_nothing(self, text: str, said: str | None) -> None:
        assert said_of(text, PHRASES) == said

    def test_a_denied_phrase_beside_a_plain_one_does_not_count(self) -> None:
        assert said_of("不退款，还能用", PHRASES) == "minor"


class TestSaysPlainly:
    @pytest.mark.parametrize(
        ("text", "is_said"),
        [
            ("厨房一股煤气味", True),
            ("没有煤气味", False),
            ("没有煤气味，现在又有煤气味", True),
            ("煤气味测试仪多少钱", False),
            ("", False),
        ],
    )
    def test_reads_a_phrase_that_nothing_denies(
        self, text: str, *, is_said: bool
    ) -> None:
        assert says_plainly(text, ["煤气味"], unless=["煤气味测试"]) is is_said


class TestDenies:
    def test_knows_a_denied_phrase(self) -> None:
        assert denies("没有煤气味", ["煤气味"])
        assert not denies("一股煤气味", ["煤气味"])
