"""Messages that differ in little and want something else (hard/minimal_pairs.tsv).

Every one is understood, without the pack holding it or its like: what is cured is what a
line stands for, by other sentences about it.
"""

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest
from rapidfuzz.process import cdist

from bot.understanding.matcher import Matcher
from server.library import Library
from tests.bot.understanding.small_library import TODAY

HARD = Path(__file__).parent / "hard"
PAIRS = HARD / "minimal_pairs.tsv"
LATER = HARD / "minimal_pairs_later.tsv"
NEARLY = 85
"""Likeness of two texts, without punctuation, from which one is a copy of the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    intent: str
    text: str
    pair: str


@pytest.fixture(scope="module", name="lines")
def _lines() -> list[Line]:
    return [Line(**row) for row in _read(PAIRS)]


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


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

    @pytest.mark.parametrize("path", [PAIRS, LATER], ids=["first", "later"])
    def test_no_example_is_nearly_one_of_them(
        self, path: Path, library: Library
    ) -> None:
        texts = [_bare(row["text"]) for row in _read(path)]
        examples = [
            _bare(text) for known in library.pack.examples.values() for text in known
        ]

        near = cdist(texts, examples, score_cutoff=NEARLY).max(axis=0)

        copies = [examples[place] for place in near.nonzero()[0]]
        assert copies == []

    def test_every_one_is_understood(self, lines: list[Line], matcher: Matcher) -> None:
        wrong: list[str] = []
        for line in lines:
            best = matcher.understand(line.text, today=TODAY).best
            if best.intent_id != line.intent:
                guessed = f"guessed {best.intent_id} ({best.confidence:.2f})"
                wrong.append(f"{line.pair}: {line.text}: {line.intent}, {guessed}")

        assert not wrong, "\n".join(wrong)
