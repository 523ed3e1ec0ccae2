"""What scripts ask for, what answers it, and what follows an intent."""

from pathlib import Path

import pytest

from bot.errors import ScriptLibraryError
from bot.scripts import Ask
from bot.understanding.short_answers import AnswerWords
from bot.utterances import EntityKind
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


class TestAsks:
    def test_what_a_script_asks_for_is_read(self, small: SmallPack) -> None:
        small.write("answers.yaml", "colour: {zh: 颜色, words: [黑, 白]}\n")
        asks = (
            "  asks:\n"
            "    - {kinds: [order_no, phone], words: [colour]}\n"
            "    - {yes_no: true, says: [核实], continues: greeting}\n"
        )
        small.change("scripts/all.yaml", "  use: holding\n", f"  use: holding\n{asks}")
        small.change(
            "intents/all.yaml", "  urgency: 6", "  urgency: 6\n  followed_by: [other]"
        )

        pack = load_pack(small.folder)

        (holding,) = [it for it in pack.scripts if it.script_id == "rush.holding"]
        assert holding.asks == (
            Ask(
                continues="rush",
                kinds=(EntityKind.ORDER_NO, EntityKind.PHONE),
                words=("colour",),
            ),
            Ask(continues="greeting", is_yes_no=True, says=("核实",)),
        )
        assert pack.answer_words == {
            "colour": AnswerWords(zh="颜色", words=frozenset({"黑", "白"}))
        }
        assert pack.intents["rush"].followed_by == ("other",)

    def test_most_scripts_ask_nothing(self, small: SmallPack) -> None:
        pack = load_pack(small.folder)

        assert not any(script.asks for script in pack.scripts)
        assert pack.answer_words == {}


class TestProblems:
    @pytest.mark.parametrize(
        ("asks", "problem"),
        [
            ("{continues: rush}", "nothing answers it: name kinds, words or yes_no"),
            (
                "{yes_no: true}",
                "yes_no needs says: a yes answers no variant that asks nothing",
            ),
            (
                "{kinds: [order_no], says: [哪一单]}",
                "'哪一单' stands in no variant of this script",
            ),
        ],
    )
    def test_an_ask_that_no_buyer_can_answer_is_reported(
        self, small: SmallPack, asks: str, problem: str
    ) -> None:
        small.change(
            "scripts/all.yaml", "  use: holding", f"  use: holding\n  asks: [{asks}]"
        )

        assert problems_of(small) == [f"scripts/all.yaml:13: {problem}"]

    def test_an_unknown_kind_is_reported(self, small: SmallPack) -> None:
        small.change(
            "scripts/all.yaml",
            "  use: holding",
            "  use: holding\n  asks: [{kinds: [colour]}]",
        )

        (problem,) = problems_of(small)
        assert problem.startswith(
            "scripts/all.yaml:13: unknown 'colour': one of order_no"
        )

    def test_capital_letters_and_names_that_stand_twice_are_reported(
        self, small: SmallPack
    ) -> None:
        small.write("answers.yaml", "courier: {zh: 快递, words: [EMS]}\n")

        assert problems_of(small) == [
            "answers.yaml:1: 'EMS' has capital letters; folded text has none"
        ]


class TestReferences:
    def test_what_scripts_ask_must_be_there(self, small: SmallPack) -> None:
        asks = "- {words: [colour], continues: swap}\n    - {kinds: [order_no]}"
        small.change(
            "scripts/all.yaml", "  use: holding", f"  use: holding\n  asks:\n    {asks}"
        )

        assert problems_of(small) == [
            "scripts/all.yaml:10: asks continues an unknown intent 'swap'",
            "scripts/all.yaml:10: unknown answer words 'colour'",
        ]

    def test_what_follows_an_intent_must_be_there(self, small: SmallPack) -> None:
        small.change(
            "intents/all.yaml", "  urgency: 6", "  urgency: 6\n  followed_by: [later]"
        )

        assert problems_of(small) == ["intents/all.yaml:5: unknown intent 'later'"]
