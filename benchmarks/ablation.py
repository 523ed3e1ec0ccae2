"""What does each stage of understanding bring? The same test without it.

``python -m benchmarks.ablation TEST.tsv…`` learns from the built-in pack once for each kind
of feature that is left out, and prints top-1 and top-3 on every test file. What the second
stage and the recalled examples bring is seen without learning again.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.understanding.calibrate import Floats
from bot.understanding.features import Family, Reading
from bot.understanding.matcher import TrainingSet
from bot.understanding.pinyin import build_table
from bot.understanding.reading import TextParser
from bot.understanding.scoring import RECALL_WEIGHT
from bot.understanding.sentences import SentenceEncoder, installed_encoder
from bot.understanding.unseen import Judgement, Material, fit_stages, judge
from scripts_library.loader import builtin_pack, load_pack
from server.cli.evaluate import read_rows
from server.library import training_set_of

SHARE: Final = 0.09
"""Of the second stage, as training settles it on the pack's held-out phrasings."""
_LEFT_OUT: Final = {
    "without character runs": Family.CHARACTERS,
    "without pairs of characters": Family.PAIRS,
    "without words and their synonyms": Family.WORDS,
    "without sound (homophones, Pinyin)": Family.SOUND,
    "without polarity, entities, signals": Family.STANCE,
}
_AT_ONCE: Final = 4
"""Rows that need no learning of their own."""
_TOP: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How right one variant is on one test file."""

    top1: float
    top3: float


Change = Callable[[Reading], Reading]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the ablation; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ablation")
    parser.add_argument("files", nargs="+", type=Path, metavar="TEST.tsv")
    files: list[Path] = parser.parse_args(arguments).files
    library = training_set_of(load_pack(builtin_pack()))
    encoder = installed_encoder()
    if encoder is None:
        print("the extra semantic is not installed", file=sys.stderr)
        return 2
    text_parser = TextParser(library.lexicon, pinyin=build_table())
    learnt = read_examples(library, parser=text_parser, encoder=encoder)
    tests = {
        file.name: read_test(file, library, parser=text_parser, encoder=encoder)
        for file in files
    }
    table = Table("variant", *(f"{name} top-1 / top-3" for name in tests))
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("ablation", total=len(_LEFT_OUT) + _AT_ONCE)
        for row in variants(learnt, tests):
            table.add_row(*row)
            progress.advance(task)
    Console().print(table)
    return 0


def read_examples(
    library: TrainingSet, *, parser: TextParser, encoder: SentenceEncoder
) -> Material:
    """Return the examples of a library, read and encoded."""
    labels = sorted(library.examples)
    return _read(
        [
            (target, text)
            for target, label in enumerate(labels)
            for text in library.examples[label]
        ],
        label_count=len(labels),
        parser=parser,
        encoder=encoder,
    )


def read_test(
    file: Path, library: TrainingSet, *, parser: TextParser, encoder: SentenceEncoder
) -> Material:
    """Return the rows of a test file whose intents the library has."""
    target_of = {label: place for place, label in enumerate(sorted(library.examples))}
    return _read(
        [
            (target_of[row.intent], row.text)
            for row in read_rows(file)
            if row.intent in target_of
        ],
        label_count=len(target_of),
        parser=parser,
        encoder=encoder,
    )


def variants(learnt: Material, tests: dict[str, Material]) -> Iterator[tuple[str, ...]]:
    """Yield a row of the table for each variant: its name, and a cell a test file."""
    whole = _judge(learnt, tests, change=_nothing)
    yield _row("everything", whole, scores_of=_both)
    yield _row("without sentence vectors", whole, scores_of=_first)
    yield _row("without recalled examples", whole, scores_of=_without_recall)
    yield _row("sentence vectors alone", whole, scores_of=_second)
    for name, family in _LEFT_OUT.items():
        yield _row(
            name,
            _judge(learnt, tests, change=partial(_without, family=family)),
            scores_of=_both,
        )


def figures_of(scores: Floats, labels: NDArray[np.intp]) -> Figures:
    """Return the shares of rows whose label is the best, and among the three best."""
    order = (-scores).argsort(axis=1, kind="stable")[:, :_TOP]
    hits = order == labels[:, None]
    return Figures(top1=float(hits[:, 0].mean()), top3=float(hits.any(axis=1).mean()))


def _read(
    pairs: Sequence[tuple[int, str]],
    *,
    label_count: int,
    parser: TextParser,
    encoder: SentenceEncoder,
) -> Material:
    readings = tuple(parser.parse(text).reading for _, text in pairs)
    return Material(
        readings=readings,
        targets=tuple(target for target, _ in pairs),
        label_count=label_count,
        vectors=encoder.encode([reading.text for reading in readings]),
    )


def _judge(
    learnt: Material, tests: dict[str, Material], *, change: Change
) -> list[Judgement]:
    stages = fit_stages(_changed(learnt, change))
    return [judge(stages, _changed(test, change)) for test in tests.values()]


def _changed(material: Material, change: Change) -> Material:
    return replace(material, readings=tuple(map(change, material.readings)))


def _nothing(reading: Reading) -> Reading:
    return reading


def _without(reading: Reading, *, family: Family) -> Reading:
    left = {name: found for name, found in reading.features.items() if name != family}
    return replace(reading, features=left)


def _row(
    name: str,
    judgements: Sequence[Judgement],
    *,
    scores_of: Callable[[Judgement], Floats],
) -> tuple[str, ...]:
    cells = [figures_of(scores_of(one), one.first.labels) for one in judgements]
    return name, *(f"{cell.top1:.3f} / {cell.top3:.3f}" for cell in cells)


def _both(judgement: Judgement) -> Floats:
    return judgement.with_share(SHARE).scores


def _first(judgement: Judgement) -> Floats:
    return judgement.first.scores


def _second(judgement: Judgement) -> Floats:
    assert judgement.second is not None  # noqa: S101 - there is an encoder
    return judgement.second


def _without_recall(judgement: Judgement) -> Floats:
    recalled: Floats = RECALL_WEIGHT * judgement.first.similarities
    return _both(judgement) - recalled


if __name__ == "__main__":
    sys.exit(main())
