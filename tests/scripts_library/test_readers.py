from pathlib import Path

import pytest

from bot.errors import ScriptLibraryError
from scripts_library.loader import load_pack
from tests.scripts_library.small_pack import SmallPack, make_small_pack


@pytest.fixture
def small(tmp_path: Path) -> SmallPack:
    return make_small_pack(tmp_path / "small")


def problems_of(small: SmallPack) -> list[str]:
    """Return what loading must report, as lines."""
    with pytest.raises(ScriptLibraryError) as raised:
        load_pack(small.folder)
    return [str(problem) for problem in raised.value.problems]


class TestSurprisesOfYaml:
    @pytest.mark.parametrize(
        ("written", "meaning"),
        [
            ("no", "true or false"),
            ("on", "true or false"),
            ("Yes", "true or false"),
            ("111", "a number"),
            ("1.5", "a number"),
            ("20:00", "a number"),
            ("2024-01-01", "a date"),
            ("~", "nothing"),
            ("null", "nothing"),
            ("<<", "a merge key"),
            ("=", "a default value"),
        ],
    )
    def test_a_word_that_yaml_takes_for_something_else_must_be_quoted(
        self, small: SmallPack, written: str, meaning: str
    ) -> None:
        small.change("examples/all.yaml", "哈喽", written)

        assert problems_of(small) == [
            (
                f"examples/all.yaml:2: expected text, but YAML reads '{written}' as"
                f' {meaning}: write "{written}" in quotes'
            )
        ]

    def test_the_same_key_twice_is_reported(self, small: SmallPack) -> None:
        small.add("texts.yaml", "busy: [又忙]\n")

        assert problems_of(small) == [
            "texts.yaml:13: key 'busy' stands in line 7 already"
        ]

    def test_a_key_that_is_no_text_is_reported(self, small: SmallPack) -> None:
        small.add("examples/all.yaml", "? [a]\n: - b\n")

        assert problems_of(small) == [
            "examples/all.yaml:10: expected text, found a list"
        ]

    @pytest.mark.parametrize(
        ("file", "old", "new", "problem"),
        [
            ("texts.yaml", "[忙]", "忙", "7: expected a list, found '忙'"),
            ("texts.yaml", "[忙]", "{a: b}", "7: expected a list, found a mapping"),
            ("texts.yaml", "[忙]", "[[忙]]", "7: expected text, found a list"),
            ("texts.yaml", "[忙]", '[""]', "7: expected text, found an empty string"),
            ("texts.yaml", "[忙]", "[]", "7: at least one variant is needed"),
            (
                "texts.yaml",
                "[忙]",
                "[忙, 忙]",
                "7: the same variant stands in this list already",
            ),
            ("lexicon.yaml", "[亲]", "[亲, 亲]", "4: '亲' stands in line 4 already"),
            (
                "pack.yaml",
                "auto: 0.8",
                "auto: high",
                "4: expected a number, found 'high'",
            ),
            ("pack.yaml", "auto: 0.8", "auto: 1.8", "4: expected 0 to 1, found 1.8"),
            (
                "pack.yaml",
                "auto: 0.8",
                "auto: 1:30",
                "4: expected a number, found '1:30'",
            ),
            ("pack.yaml", "auto: 0.8", "auto: 0.3", "4: assist 0.4 is above auto 0.3"),
            (
                "follow_ups.yaml",
                "2 hours",
                "7",
                "4: expected text, but YAML reads '7' as",
            ),
            (
                "guard.yaml",
                "rule: review_reward",
                'rule: ""',
                "3: expected text, found",
            ),
            (
                "scripts/all.yaml",
                "id: other.one",
                'id: ""',
                "21: expected text, found an empty string",
            ),
            ("pack.yaml", "stars: 3", "stars: 9", "6: expected 0 to 5, found 9"),
            (
                "pack.yaml",
                "examples: 2",
                "examples: many",
                "7: expected a whole number, found 'many'",
            ),
            (
                "pack.yaml",
                "examples: 2",
                "examples: -1",
                "7: expected 0 to 1000, found -1",
            ),
            (
                "pack.yaml",
                "shop.ship_within",
                "shop.sendtime",
                "9: unknown policy 'shop.sendtime': see the placeholders of the pack",
            ),
            (
                "follow_ups.yaml",
                "order: false",
                "order: no",
                "6: expected true or false, found 'no'",
            ),
            (
                "follow_ups.yaml",
                "2 hours",
                "two hours",
                (
                    "4: expected a length such as 90 minutes, 2 hours or 60 days,"
                    " found 'two hours'"
                ),
            ),
            (
                "follow_ups.yaml",
                '"20:00"',
                "soon",
                "11: expected \"HH:MM\", found 'soon'",
            ),
            (
                "follow_ups.yaml",
                '"20:00"',
                "20:00",
                (
                    "11: expected text, but YAML reads '20:00' as a number:"
                    ' write "20:00" in quotes'
                ),
            ),
            (
                "ticket_types.yaml",
                "prefix: HF",
                "prefix: hf1",
                "12: expected capital letters A-Z, found 'hf1'",
            ),
            (
                "scripts/all.yaml",
                "09:00-18:30",
                "9-18",
                "19: expected HH:MM-HH:MM, such as 09:00-23:00",
            ),
            (
                "scripts/all.yaml",
                "priority: 2",
                "priority: 2000",
                "7: expected 0 to 1000, found 2000",
            ),
            ("lexicon.yaml", "[运费险]", "[VIP]", None),
            ("lexicon.yaml", "[快递, 物流]", "[快递]", None),
            (
                "lexicon.yaml",
                "物流]",
                "物流]\n  - [包裹, 快递]",
                "4: '快递' belongs to the class 快递 already",
            ),
            ("couriers.yaml", "'SF\\d{12,15}'", "'SF('", None),
            (
                "couriers.yaml",
                "{12,15}",
                "{99999999999999999999}",
                (
                    "1: invalid pattern 'SF\\\\d{99999999999999999999}': "
                    "the repetition number is too large"
                ),
            ),
            (
                "couriers.yaml",
                "'SF\\d{12,15}'",
                "'\\d*'",
                "1: pattern '\\\\d*' matches an empty text",
            ),
            ("guard.yaml", '["没有好评返现"]', '["(?P<a"]', None),
            (
                "guard.yaml",
                "verdict: block",
                "verdict: rewrite",
                "3: a replacement belongs to the verdict rewrite, and only there",
            ),
            (
                "guard.yaml",
                '["好评返现"]',
                "[]",
                "6: at least one pattern is needed",
            ),
        ],
    )
    def test_a_wrong_value_has_file_line_and_reason(
        self, small: SmallPack, file: str, old: str, new: str, problem: str | None
    ) -> None:
        small.change(file, old, new)

        (found,) = problems_of(small)

        lines = {
            "[VIP]": "lexicon.yaml:1: 'VIP' has capital letters; folded text has none",
            "[快递]": "lexicon.yaml:3: a synonym class needs at least two words",
            "'SF('": "couriers.yaml:1: invalid pattern 'SF('",
            '["(?P<a"]': "guard.yaml:7: invalid pattern '(?P<a'",
        }
        expected = lines[new] if problem is None else f"{file}:{problem}"
        assert found.startswith(expected)

    @pytest.mark.parametrize(
        ("file", "wrong", "expected"),
        [
            ("intents/all.yaml", "- a", "expected a mapping, found a list"),
            ("scripts/all.yaml", "a: b", "expected a list, found a mapping"),
            ("guard.yaml", "patterns", "expected a mapping, found 'patterns'"),
        ],
    )
    def test_a_file_of_the_wrong_shape_is_reported(
        self, small: SmallPack, file: str, wrong: str, expected: str
    ) -> None:
        small.write(file, wrong)

        assert f"{file}:1: {expected}" in problems_of(small)


class TestGuardReplacement:
    def test_nothing_may_stand_in_place_of_a_hit(self, small: SmallPack) -> None:
        small.change(
            "guard.yaml", "verdict: block", 'verdict: rewrite\n    replacement: ""'
        )

        rule = load_pack(small.folder).guard.patterns[0]

        assert rule.replacement == ""

    def test_the_replacement_is_read(self, small: SmallPack) -> None:
        small.change(
            "guard.yaml", "verdict: block", "verdict: rewrite\n    replacement: 不错"
        )

        rule = load_pack(small.folder).guard.patterns[0]

        assert rule.replacement == "不错"


class TestTemplates:
    @pytest.mark.parametrize(
        ("template", "reason"),
        [
            ('"{order.number}"', "unknown placeholder {order.number}"),
            ('"{}"', "unknown placeholder {}"),
            ('"{buyer.name"', "a brace without its partner"),
            ('"buyer.name}"', "a brace without its partner"),
            ('"{{buyer.name}}"', "a brace without its partner"),
        ],
    )
    @pytest.mark.parametrize(
        ("file", "old", "line"),
        [
            ("scripts/all.yaml", "正在核实", 13),
            ("texts.yaml", "稍等", 6),
            ("follow_ups.yaml", "到货啦", 19),
        ],
    )
    def test_what_cannot_be_filled_is_reported_where_it_stands(
        self,
        small: SmallPack,
        *,
        file: str,
        old: str,
        line: int,
        template: str,
        reason: str,
    ) -> None:
        small.change(file, old, template)

        assert problems_of(small) == [f"{file}:{line}: {reason}"]

    def test_the_marketing_suffix_is_checked_too(self, small: SmallPack) -> None:
        small.change("texts.yaml", "回复退订不再接收", '"{shop.title}退订"')

        assert problems_of(small) == ["texts.yaml:12: unknown placeholder {shop.title}"]


class TestNamesOfPieces:
    @pytest.mark.parametrize(
        ("file", "more", "problem"),
        [
            (
                "scripts/more.yaml",
                "- id: other.one\n  intent: other\n  variants: [a]\n",
                "1: script 'other.one' stands in scripts/all.yaml:21 already",
            ),
            (
                "intents/more.yaml",
                "rush: {zh: 催, risk: auto}\n",
                "1: intent 'rush' stands in intents/all.yaml:5 already",
            ),
            (
                "examples/more.yaml",
                "rush: [快些]\n",
                "1: examples 'rush' stands in examples/all.yaml:4 already",
            ),
        ],
    )
    def test_a_second_piece_of_a_name_is_reported_across_files(
        self, small: SmallPack, file: str, more: str, problem: str
    ) -> None:
        small.write(file, more)

        assert problems_of(small) == [f"{file}:{problem}"]

    def test_two_guard_rules_of_one_name_are_reported(self, small: SmallPack) -> None:
        small.add(
            "guard.yaml",
            "  - {rule: review_reward, category: c, verdict: warn, patterns: [a],"
            " suggestion: s}\n",
        )

        assert problems_of(small) == [
            "guard.yaml:11: rule 'review_reward' stands in guard.yaml:3 already"
        ]

    def test_two_ticket_types_cannot_share_a_prefix(self, small: SmallPack) -> None:
        small.add(
            "ticket_types.yaml",
            "  other: {zh: 其他, prefix: HF, priority: low, first_answer: 1 day}\n",
        )

        assert problems_of(small) == [
            "ticket_types.yaml:18: prefix 'HF' belongs to callback already"
        ]
