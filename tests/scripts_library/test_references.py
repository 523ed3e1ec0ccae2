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


class TestReferences:
    @pytest.mark.parametrize("content", ["{}", "greeting: []\nrush: []\nother: []\n"])
    def test_a_pack_without_a_single_example_is_reported(
        self, small: SmallPack, content: str
    ) -> None:
        small.write("examples/all.yaml", content)

        assert problems_of(small) == ["examples:0: no example in any file"]

    @pytest.mark.parametrize(
        ("file", "old", "new", "problem"),
        [
            (
                "examples/all.yaml",
                "rush:",
                "hurry:",
                "4: examples of an unknown intent 'hurry'",
            ),
            (
                "scripts/all.yaml",
                "intent: greeting",
                "intent: hello",
                "1: script of an unknown intent 'hello'",
            ),
            (
                "intents/all.yaml",
                "ticket: callback",
                "ticket: call",
                "5: unknown ticket type 'call'",
            ),
            (
                "intents/all.yaml",
                "follow_up: restock",
                "follow_up: later",
                "5: unknown follow-up plan 'later'",
            ),
            (
                "intents/all.yaml",
                "[order.no]",
                "[order.id]",
                "5: unknown placeholder 'order.id'",
            ),
            (
                "ticket_types.yaml",
                "call_back: call_back",
                "call_back: ring",
                "10: unknown follow-up plan 'ring'",
            ),
            (
                "follow_ups.yaml",
                "question: call_back",
                "question: why",
                "1: unknown question 'why'",
            ),
            (
                "pack.yaml",
                "hand_over_ticket: callback",
                "hand_over_ticket: person",
                "1: unknown ticket type 'person'",
            ),
            (
                "pack.yaml",
                "ticket: callback, follow_up",
                "ticket: bad, follow_up",
                "1: unknown ticket type 'bad'",
            ),
            (
                "pack.yaml",
                "follow_up: call_back",
                "follow_up: bad",
                "1: unknown follow-up plan 'bad'",
            ),
            ("ticket_types.yaml", "start: new", "start: now", "2: unknown state 'now'"),
            (
                "ticket_types.yaml",
                "reopened: new",
                "reopened: solved",
                "2: 'solved' must be a state of phase open, not solved",
            ),
            (
                "ticket_types.yaml",
                "[new, closed]",
                "[new, done]",
                "7: unknown state 'done'",
            ),
            (
                "intents/all.yaml",
                "[off_topic]",
                "[greet]",
                None,
            ),
            (
                "intents/all.yaml",
                "effects: [greet]",
                "effects: [off_topic]",
                "12: 'greeting' has the effect off_topic already",
            ),
        ],
    )
    def test_a_name_that_nothing_has_is_reported(
        self, small: SmallPack, file: str, old: str, new: str, problem: str | None
    ) -> None:
        small.change(file, old, new)

        nobody = "intents:0: no intent has the effect off_topic"
        assert problems_of(small) == [
            nobody if problem is None else f"{file}:{problem}"
        ]
