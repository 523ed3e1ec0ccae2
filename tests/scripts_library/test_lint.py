from pathlib import Path

import pytest

from bot.learning.lines import fold_line
from scripts_library.lint import lint_folder, lint_pack
from scripts_library.loader import load_pack
from scripts_library.readers.settings import Requirements
from tests.scripts_library.small_pack import SmallPack, make_small_pack


@pytest.fixture
def small(tmp_path: Path) -> SmallPack:
    return make_small_pack(tmp_path / "small")


def findings_of(small: SmallPack) -> list[str]:
    return [str(problem) for problem in lint_folder(small.folder)]


class TestLintFolder:
    def test_a_good_pack_has_no_findings(self, small: SmallPack) -> None:
        assert findings_of(small) == []

    def test_what_keeps_a_pack_from_loading_is_a_finding(
        self, small: SmallPack
    ) -> None:
        small.change("texts.yaml", "busy", "buzy")

        assert [line.split(": ")[0] for line in findings_of(small)] == [
            "texts.yaml:1",
            "texts.yaml:7",
        ]

    def test_findings_of_every_kind_are_reported_together(
        self, small: SmallPack
    ) -> None:
        small.change("examples/all.yaml", "怎么还没发", "今天天气，好吗？")
        small.change("scripts/all.yaml", "正在核实", "三天内给您答复")
        small.change("ticket_types.yaml", "[new, closed]", "[new]")

        assert {line.split(":")[0] for line in findings_of(small)} == {
            "examples/all.yaml",
            "scripts/all.yaml",
            "ticket_types.yaml",
        }


class TestLintPack:
    def test_without_files_problems_name_the_piece(self, small: SmallPack) -> None:
        pack = load_pack(small.folder)

        (found, *_) = lint_pack(pack, requirements=Requirements(examples=3))

        assert str(found) == "intent/greeting:0: 'greeting' has 2 examples, needs 3"

    def test_an_explicit_zero_asks_for_nothing(self, small: SmallPack) -> None:
        small.change(
            "pack.yaml", "examples: 2, variants: 1", "examples: 0, variants: 0"
        )
        small.write("examples/all.yaml", "greeting: []\nother: [今天天气好吗]\n")
        small.change("scripts/all.yaml", "intent: greeting", "intent: other")

        assert findings_of(small) == []


class TestExamples:
    def test_too_few_are_reported_at_the_intent(self, small: SmallPack) -> None:
        small.change("examples/all.yaml", "  - 老板好\n", "")

        assert findings_of(small) == [
            "intents/all.yaml:1: 'greeting' has 1 examples, needs 2"
        ]

    def test_an_intent_without_examples_has_none(self, small: SmallPack) -> None:
        small.change("examples/all.yaml", 'other:\n  - 今天天气好吗\n  - "1"\n', "")

        assert findings_of(small) == [
            "intents/all.yaml:12: 'other' has 0 examples, needs 2"
        ]

    def test_a_line_of_two_intents_is_reported_whatever_its_punctuation(
        self, small: SmallPack
    ) -> None:
        small.change("examples/all.yaml", "今天天气好吗", "快点，发货！！")

        assert findings_of(small) == [
            (
                "examples/all.yaml:8: '快点，发货！！' is also an example of"
                " rush (examples/all.yaml:5)"
            )
        ]

    def test_a_held_out_line_that_is_an_example_is_reported(
        self, small: SmallPack
    ) -> None:
        small.change("heldout.tsv", "催一下", "快点发货！")

        (finding,) = findings_of(small)

        assert finding.startswith("heldout.tsv:4: held-out line '快点发货！'")

    def test_a_line_twice_in_one_intent_is_reported(self, small: SmallPack) -> None:
        small.change("examples/all.yaml", "怎么还没发", "快点发货。")

        assert findings_of(small) == [
            (
                "examples/all.yaml:6: '快点发货。' is also an example of"
                " rush (examples/all.yaml:5)"
            )
        ]


class TestFoldLine:
    def test_case_width_and_punctuation_fall_away(self) -> None:
        assert fold_line("ＯＫ 好的！ ~") == fold_line("ok好的")

    def test_marks_that_are_all_of_a_line_stay_apart(self) -> None:
        assert fold_line("？？") != fold_line("👍")


class TestScripts:
    def test_a_variant_that_needs_a_fact_does_not_count_for_an_auto_intent(
        self, small: SmallPack
    ) -> None:
        small.change("scripts/all.yaml", "[您再说说]", '["付款{shop.ship_within}"]')

        assert findings_of(small) == [
            (
                "intents/all.yaml:12: 'other' has 0 reply variants that can be sent"
                " when no fact is known, needs 1"
            )
        ]

    def test_the_shop_and_the_buyer_are_always_known(self, small: SmallPack) -> None:
        small.change(
            "scripts/all.yaml", "[您再说说]", '["{buyer.name}，{shop.name}在"]'
        )

        assert findings_of(small) == []

    def test_the_reply_of_an_assist_intent_may_need_its_own_facts_only(
        self, small: SmallPack
    ) -> None:
        small.change("scripts/all.yaml", "{order.no}", "{order.courier}")

        assert findings_of(small) == [
            (
                "intents/all.yaml:5: 'rush' has 0 reply variants that can be sent"
                " when no fact is known, needs 1"
            )
        ]

    def test_a_script_with_a_condition_does_not_count(self, small: SmallPack) -> None:
        small.change(
            "scripts/all.yaml", "use: holding", "use: holding\n  when: {item: [a]}"
        )

        assert findings_of(small) == [
            (
                "intents/all.yaml:5: 'rush' has 0 holding variants that can be sent"
                " when no fact is known, needs 1"
            )
        ]

    def test_what_is_told_must_not_be_asked_again(self, small: SmallPack) -> None:
        small.change(
            "scripts/all.yaml",
            "  intent: greeting",
            "  intent: greeting\n  asks: [{kinds: [size, order_no]}]",
        )

        assert findings_of(small) == [
            (
                "scripts/all.yaml:1: 'greeting.one' asks for something, and no script"
                " with use: answered says what follows when it is told"
            )
        ]

    @pytest.mark.parametrize(
        ("asks", "script"),
        [
            ("{kinds: [order_no]}", ""),
            ("{kinds: [size], continues: rush}", ""),
            ("{kinds: [size]}", "use: answered, variants: [记下了]"),
            ("{kinds: [size]}", 'variants: ["{entity.size}有货"]'),
        ],
    )
    def test_what_facts_another_intent_or_a_script_answers_is_not(
        self, small: SmallPack, asks: str, script: str
    ) -> None:
        small.change(
            "scripts/all.yaml",
            "  intent: greeting",
            f"  intent: greeting\n  asks: [{asks}]",
        )
        if script:
            small.add(
                "scripts/all.yaml", f"- {{id: told, intent: greeting, {script}}}\n"
            )

        assert findings_of(small) == []

    def test_a_human_intent_needs_a_receipt(self, small: SmallPack) -> None:
        small.change("intents/all.yaml", "risk: assist", "risk: human")

        assert findings_of(small) == [
            (
                "intents/all.yaml:5: 'rush' has 0 receipt variants that can be sent"
                " when no fact is known, needs 1"
            ),
            (
                "scripts/all.yaml:10: a holding script is never sent for 'rush',"
                " whose risk is human"
            ),
        ]


class TestTexts:
    @pytest.mark.parametrize(
        ("file", "old", "line"),
        [
            ("scripts/all.yaml", "正在核实", 13),
            ("texts.yaml", "稍等", 6),
            ("follow_ups.yaml", "到货啦", 19),
        ],
    )
    @pytest.mark.parametrize(
        "words", ["满59元包邮", "三天内发货", "打八折", "好评返现哦"]
    )
    def test_what_the_guard_objects_to_is_reported_where_it_stands(
        self, small: SmallPack, *, file: str, old: str, line: int, words: str
    ) -> None:
        if "好评" in words and file == "follow_ups.yaml":
            small.change("guard.yaml", "senders: [assistant]", "senders: [follow_up]")
        small.change(file, old, words)

        (found,) = findings_of(small)

        assert found.startswith(f"{file}:{line}: ")

    def test_fixed_terms_may_hold_figures(self, small: SmallPack) -> None:
        small.change("texts.yaml", "稍等", "支持七天无理由")

        assert findings_of(small) == []

    def test_too_few_variants_are_reported_by_name(self, small: SmallPack) -> None:
        small.change("pack.yaml", "variants: 1", "variants: 2")

        found = findings_of(small)

        assert "texts.yaml:1: 'welcome' has 1 variants, needs 2" in found
        assert "follow_ups.yaml:19: 'restock' has 1 variants, needs 2" in found
        assert not any("fallback_buttons" in line for line in found)

    def test_buttons_are_what_the_shop_says(self, small: SmallPack) -> None:
        small.change(
            "texts.yaml", "fallback_buttons: [", "fallback_buttons: [立减50元, "
        )

        (found,) = findings_of(small)

        assert found.startswith("texts.yaml:")
        assert "button '50'" in found

    def test_marketing_needs_a_refusal_that_is_understood(
        self, small: SmallPack
    ) -> None:
        small.change("follow_ups.yaml", "kind: requested", "kind: marketing")
        small.change("texts.yaml", "回复退订不再接收", "祝您生活愉快")

        assert findings_of(small) == [
            "texts.yaml:12: the suffix names none of the opt_out_words of the lexicon"
        ]


class TestWorkflow:
    def test_a_state_that_nothing_leads_to_is_reported(self, small: SmallPack) -> None:
        small.change("ticket_types.yaml", "to: [waiting, solved]", "to: [solved]")

        assert findings_of(small) == [
            "ticket_types.yaml:6: state 'waiting' cannot be reached from 'new'"
        ]

    def test_a_state_that_leads_nowhere_is_reported(self, small: SmallPack) -> None:
        small.change("ticket_types.yaml", "to: [new]", "to: []")

        assert findings_of(small) == [
            "ticket_types.yaml:6: no way leads from 'waiting' to a closed state"
        ]

    def test_every_phase_needs_a_state(self, small: SmallPack) -> None:
        small.change("ticket_types.yaml", "phase: waiting", "phase: open")

        assert findings_of(small) == [
            "ticket_types.yaml:2: no state has the phase waiting"
        ]
