"""Messages that differ in little and want something else (hard/minimal_pairs.tsv).

The goal is that every one is understood. How many are not yet is a figure that may only
fall: a change of the pack or the method that confuses more is no improvement.
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
STILL_CONFUSED = 17
"""Of 392 lines; the goal is 0. Lower it whenever it falls; never raise it."""


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

    def test_no_more_are_confused_than_before(
        self, lines: list[Line], matcher: Matcher
    ) -> None:
        wrong: list[str] = []
        for line in lines:
            best = matcher.understand(line.text, today=TODAY).best
            if best.intent_id != line.intent:
                guessed = f"guessed {best.intent_id} ({best.confidence:.2f})"
                wrong.append(f"{line.pair}: {line.text}: {line.intent}, {guessed}")

        assert len(wrong) <= STILL_CONFUSED, "\n".join(wrong)
