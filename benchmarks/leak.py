"""Does a pack know test lines, which would make the figures of a test worth nothing?

``python -m benchmarks.leak PACK EVAL.tsv…`` shows each line of the pack's examples and
held-out file that is equal to a test line after the product's fold (width, script, address
words …), or whose rapidfuzz ratio with one is 90 or more, folded or as written. It finds,
it does not judge: the exit status is 0. A two-word greeting is nobody's property.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.process import cdist
from rich.console import Console
from rich.table import Table

from benchmarks.report import OnProgress, stages
from bot.errors import ScriptLibraryError
from bot.scripts import Pack
from bot.understanding.matcher import TrainingSet, load_matcher, train
from scripts_library.loader import LoadedPack, read_pack
from server.cli.evaluate import UnusableRowsError, read_rows

NEAR: Final = 90.0
_TODAY: Final = date(2024, 11, 11)
_BATCH: Final = 50
Fold = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a pack or of a test file."""

    place: str
    """file:line."""
    intent: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A line of the pack that is a test line, or nearly."""

    pack: Line
    test: Line
    is_equal: bool
    """After the fold."""
    ratio: float
    """The larger of folded and as written."""

    @property
    def is_same_intent(self) -> bool:
        """Return whether both lines have one label."""
        return self.pack.intent == self.test.intent


def pack_lines(loaded: LoadedPack) -> list[Line]:
    """Return the examples and the held-out lines of a pack with their places."""
    rows = [
        *(
            ("example", intent, text)
            for intent, texts in loaded.pack.examples.items()
            for text in texts
        ),
        *(("heldout", intent, text) for intent, text in loaded.pack.heldout),
    ]
    lines = []
    for kind, intent, text in rows:
        place = loaded.origins.of(kind, intent, text)
        lines.append(Line(place=f"{place.file}:{place.line}", intent=intent, text=text))
    return lines


def eval_lines(file: Path) -> list[Line]:
    """Return the lines of a test file with their places.

    Raises:
        OSError: The file cannot be read.
        UnusableRowsError: It is no TSV with the header intent, text.
    """
    return [
        Line(place=f"{file.name}:{number}", intent=row.intent, text=row.text)
        for number, row in enumerate(read_rows(file), start=2)
    ]


def fold_of(pack: Pack) -> Fold:
    """Return the product's fold with a pack's address words.

    A matcher of two lines folds as the pack's own does, and is there at once.
    """
    two_lines = TrainingSet(
        examples={"a": ["一"], "b": ["二"]}, lexicon=pack.lexicon, off_topic=None
    )
    matcher = load_matcher(
        train(two_lines), lexicon=pack.lexicon, urgency={}, off_topic=None
    )
    return lambda text: matcher.understand(text, today=_TODAY).folded.text


def find_leaks(
    known: Sequence[Line],
    tests: Sequence[Line],
    *,
    fold: Fold,
    on_progress: OnProgress = lambda share: None,
) -> list[Leak]:
    """Return every pair of a pack's line and a test line that are equal or near."""
    known_texts = [line.text for line in known]
    # What folds to nothing (a lone emoji) is compared as written: nothing is like nothing.
    known_folded = [fold(line.text) or line.text for line in known]
    leaks = []
    for start in range(0, len(tests), _BATCH):
        batch = tests[start : start + _BATCH]
        folded = [fold(line.text) or line.text for line in batch]
        ratios = cdist(folded, known_folded, scorer=fuzz.ratio, score_cutoff=NEAR)
        written = cdist(
            [line.text for line in batch],
            known_texts,
            scorer=fuzz.ratio,
            score_cutoff=NEAR,
        )
        for row, column in zip(*np.maximum(ratios, written).nonzero(), strict=True):
            leaks.append(
                Leak(
                    pack=known[column],
                    test=batch[row],
                    is_equal=folded[row] == known_folded[column],
                    ratio=round(
                        float(max(ratios[row, column], written[row, column])), 1
                    ),
                )
            )
        on_progress(min(1.0, (start + _BATCH) / len(tests)))
    return leaks


def summary(leaks: Sequence[Leak], *, known: int, tests: int) -> dict[str, int | float]:
    """Return how many lines of either side are touched."""
    touched_tests = len({leak.test.place for leak in leaks})
    touched_known = len({leak.pack.place for leak in leaks})
    return {
        "pairs": len(leaks),
        "equal_pairs": sum(leak.is_equal for leak in leaks),
        "test_lines": tests,
        "test_lines_touched": touched_tests,
        "test_share": round(touched_tests / tests, 4) if tests else 0.0,
        "pack_lines": known,
        "pack_lines_touched": touched_known,
        "pack_share": round(touched_known / known, 4) if known else 0.0,
    }


def _tell(leaks: Sequence[Leak], figures: dict[str, int | float]) -> None:
    table = Table(
        title=f"Lines of the pack equal to a test line, or at ratio ≥ {NEAR:g}",
        title_justify="left",
    )
    for column in ("pack", "its text", "test", "its text", "intents"):
        table.add_column(column, overflow="fold")
    table.add_column("ratio", justify="right")
    for leak in leaks:
        intents = (
            leak.pack.intent
            if leak.is_same_intent
            else f"{leak.pack.intent} / {leak.test.intent}"
        )
        table.add_row(
            leak.pack.place,
            leak.pack.text,
            leak.test.place,
            leak.test.text,
            intents,
            "equal" if leak.is_equal else f"{leak.ratio:.1f}",
        )
    Console(width=160).print(table)
    print(
        f"{figures['pairs']} pairs, {figures['equal_pairs']} of them equal; touched are "
        f"{figures['test_lines_touched']} of {figures['test_lines']} test lines "
        f"({figures['test_share']:.2%}) and {figures['pack_lines_touched']} of "
        f"{figures['pack_lines']} lines of the pack ({figures['pack_share']:.2%})"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Find and print; return 0 whatever was found, 2 when a file cannot be read."""
    parser = argparse.ArgumentParser(prog="benchmarks.leak", description=__doc__)
    parser.add_argument("pack", type=Path, metavar="PACK", help="folder of the pack")
    parser.add_argument("files", type=Path, nargs="+", metavar="EVAL.tsv")
    parser.add_argument("--json", action="store_true", help="print JSON, no table")
    options = parser.parse_args(arguments)
    try:
        loaded = read_pack(options.pack)
        tests = [line for file in options.files for line in eval_lines(file)]
    except (OSError, ScriptLibraryError, UnusableRowsError) as error:
        print(error, file=sys.stderr)
        return 2
    known = pack_lines(loaded)
    with stages() as bars:
        leaks = find_leaks(
            known,
            tests,
            fold=fold_of(loaded.pack),
            on_progress=bars.begin("comparing"),
        )
    leaks.sort(key=lambda leak: (not leak.is_equal, -leak.ratio, leak.test.place))
    figures = summary(leaks, known=len(known), tests=len(tests))
    if options.json:
        found = {**figures, "leaks": [asdict(leak) for leak in leaks]}
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        _tell(leaks, figures)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
