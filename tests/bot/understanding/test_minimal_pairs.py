"""Messages that differ in little and want something else (hard/minimal_pairs.tsv).

The goal is that every one is understood. Those that are not yet stand by name in
hard/still_confused.tsv, a list that may only get shorter.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.understanding.matcher import Matcher
from server.library import Library
from tests.bot.understanding.small_library import TODAY

HARD = Path(__file__).parent / "hard"
PAIRS = HARD / "minimal_pairs.tsv"
STILL_CONFUSED = HARD / "still_confused.tsv"
MOST_CONFUSED = 25
"""Lower it with the list; never raise it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    intent: str
    text: str
    pair: str


@pytest.fixture(scope="module", name="lines")
def _lines() -> list[Line]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Line(**row) for row in rows]


class TestMinimalPairs:
    def test_each_pair_is_two_texts_of_two_intents(self, lines: list[Line]) -> None:
        intents: dict[str, list[str]] = defaultdict(list)
        for line in lines:
            intents[line.pair].append(line.intent)

        sizes = {(len(of_pair), len(set(of_pair))) for of_pair in intents.values()}
        assert sizes == {(2, 2)}
        assert len({line.text for line in lines}) == len(lines)

    def test_no_text_is_one_that_the_matcher_learns_from(
        self, lines: list[Line], library: Library
    ) -> None:
        pack = library.pack

        known = {text for texts in pack.examples.values() for text in texts}
        known.update(text for _, text in pack.heldout)

        assert [line.text for line in lines if line.text in known] == []

    def test_the_best_guess_is_right_but_for_those_named(
        self, lines: list[Line], matcher: Matcher
    ) -> None:
        named = confused()
        wrong: list[str] = []
        for line in lines:
            best = matcher.understand(line.text, today=TODAY).best
            if best.intent_id != line.intent and (line.pair, line.text) not in named:
                guessed = f"guessed {best.intent_id} ({best.confidence:.2f})"
                wrong.append(f"{line.pair}: {line.text}: {line.intent}, {guessed}")

        assert not wrong, f"{len(wrong)} of {len(lines)} wrong:\n" + "\n".join(wrong)

    def test_the_list_of_those_still_confused_only_gets_shorter(
        self, lines: list[Line]
    ) -> None:
        named = confused()

        assert named <= {(line.pair, line.text) for line in lines}
        assert len(named) <= MOST_CONFUSED


def confused() -> set[tuple[str, str]]:
    rows = STILL_CONFUSED.read_text("utf-8").splitlines()[1:]
    return {(pair, text) for pair, text in (row.split("\t") for row in rows)}
