"""A finding is one line: for logs by its names, for managers in their words."""

import pytest

from scripts_library.shop.findings import Finding, Severity, place_in_words

FINDING = Finding(
    severity=Severity.ERROR,
    rule="too_long",
    kind="script",
    entry_id="own.one",
    place="variants[1]",
    reason="太长",
    fix="写短一点",
)


class TestFinding:
    def test_managers_read_it_in_chinese(self) -> None:
        assert FINDING.in_words() == (
            "错误：话术“own.one”，第2条说法：太长。建议：写短一点"
        )

    def test_logs_keep_its_names(self) -> None:
        assert str(FINDING) == "error: script/own.one variants[1]: 太长；写短一点"


class TestPlaceInWords:
    @pytest.mark.parametrize(
        ("place", "words"),
        [
            ("", ""),
            ("variants[0]", "第1条说法"),
            ("lines[11]", "第12句例句"),
            ("buttons[2]", "第3个按钮"),
            ("valid.until", "有效期的最后一天"),
            ("phrases.pattern", "关键词规则的样式"),
            ("asks[1].says[0]", "第2个追问的哪几个词在问的第1项"),
            ("什么时候发货", "什么时候发货"),
        ],
    )
    def test_says_where(self, place: str, words: str) -> None:
        assert place_in_words(place) == words
