"""``xiaoer eval``: how right is the matcher on labelled rows, and how sure of itself?"""

import argparse
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.progress import Progress

from bot.actions import Band
from bot.scripts import Risk
from bot.understanding.matcher import Matcher, TrainingSet
from bot.utterances import Understanding
from scripts_library.loader import builtin_pack, load_pack
from server.cli.consulting import Consultant
from server.cli.evaluation_report import render_report
from server.cli.libraries import open_library, shown_training
from server.cli.measures import Judged, Row, measure
from server.learning.models import matcher_of
from server.learning.training import trained_model
from server.library import training_set_of
from server.logs import set_up_logging

_TODAY: Final = date(2024, 11, 11)
"""No figure depends on the day; a fixed one makes runs alike."""
_COLUMNS: Final = ("intent", "text")
_MEBIBYTE: Final = 1024 * 1024


class UnusableRowsError(Exception):
    """A test file cannot be read; the message says file, line and reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The matcher that is measured."""

    matcher: Matcher
    consultant: Consultant | None
    """Decides bands; None when the labels are not a pack's."""
    risks: Mapping[str, Risk] | None
    names: Mapping[str, str]
    """Chinese names of the pack's intents; none for other labels."""
    off_topic: str | None
    load_s: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``xiaoer eval``."""
    parser.add_argument("files", nargs="+", type=Path, metavar="TEST.tsv")
    parser.add_argument("--train", type=Path, help="只用这个文件训练（标签任意）")
    parser.add_argument("--pack", type=Path, help="行业包目录，默认内置电商包")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.add_argument("--html", type=Path, help="另存 HTML 报告")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure the matcher on the given files; return the exit status.

    Raises:
        ScriptLibraryError: The pack has problems.
    """
    try:
        rows = [row for file in args.files for row in read_rows(file)]
        taught = None if args.train is None else read_rows(args.train)
    except (OSError, UnusableRowsError) as error:
        print(error, file=sys.stderr)
        return 2
    problem = _problem(args, rows=rows, taught=taught)
    if problem is not None:
        print(problem, file=sys.stderr)
        return 2
    set_up_logging(level="warning", as_json=False)
    subject = (
        _subject_of_pack(args.pack)
        if taught is None
        else _subject_of_rows(taught, pack=args.pack)
    )
    judged = judge(subject, rows)
    figures = measure(judged, risks=subject.risks, off_topic=subject.off_topic)
    figures |= {"rss_mb": resident_mb(), "load_s": round(subject.load_s, 3)}
    _publish(figures, as_json=args.json)
    if args.html is not None:
        report = render_report(
            figures, judged=judged, names=subject.names, risks=subject.risks
        )
        try:
            args.html.write_text(report, "utf-8")
        except OSError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


def _problem(
    args: argparse.Namespace, *, rows: Sequence[Row], taught: Sequence[Row] | None
) -> str | None:
    """Return why there is nothing to do, or nowhere to write; None when there is."""
    if not rows:
        return "no rows to measure"
    if taught is not None and not taught:
        return f"{args.train}: no rows to learn from"
    if args.html is not None and not args.html.parent.is_dir():
        return f"{args.html}: no such folder"
    return None


def read_rows(file: Path) -> list[Row]:
    """Return the rows of a TSV file with the header intent, text and maybe tags.

    Raises:
        OSError: The file cannot be read.
        UnusableRowsError: A line has no intent or too few columns, the header is another,
            or the text is not UTF-8.
    """
    lines = _lines(file)
    if tuple(lines[0].split("\t")[:2]) != _COLUMNS:
        raise UnusableRowsError(f"{file}:1: the header must be intent<TAB>text")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) < len(_COLUMNS) or not cells[0]:
            raise UnusableRowsError(f"{file}:{number}: needs intent<TAB>text")
        tags = cells[2] if len(cells) > len(_COLUMNS) else ""
        rows.append(
            Row(
                intent=cells[0],
                text=cells[1],
                tags=tuple(tags.replace(",", " ").replace(";", " ").split()),
            )
        )
    return rows


def _lines(file: Path) -> list[str]:
    """Return the lines of a file, at least one, without their ends.

    Raises:
        OSError: The file cannot be read.
        UnusableRowsError: The text is not UTF-8.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UnusableRowsError(f"{file}:{line}: the text is not UTF-8") from error
    # Not splitlines(): what buyers paste has other signs that end a line.
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    return lines[:-1] if len(lines) > 1 and not lines[-1] else lines


def judge(subject: Subject, rows: Sequence[Row]) -> list[Judged]:
    """Return what the matcher makes of each row, with a progress bar."""
    judged = []
    with _progress() as progress:
        for row in progress.track(rows, description="评测"):
            started = time.perf_counter()
            understanding = subject.matcher.understand(row.text, today=_TODAY)
            took = time.perf_counter() - started
            judged.append(
                Judged(
                    row=row,
                    ranked=tuple(guess.intent_id for guess in understanding.guesses),
                    confidence=understanding.best.confidence,
                    intents=understanding.intents,
                    band=_band(subject, understanding),
                    took_ms=took * 1000,
                )
            )
    return judged


def _band(subject: Subject, understanding: Understanding) -> Band | None:
    """Return who would answer, None when the labels are not a pack's."""
    if subject.consultant is None:
        return None
    return subject.consultant.decide(understanding, today=_TODAY).decision.band


def resident_mb() -> float | None:
    """Return the resident memory of this process in MiB, None where unknown."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return None
    import resource  # noqa: PLC0415 - exists where /proc does

    pages = int(statm.read_text().split()[1])
    return round(pages * resource.getpagesize() / _MEBIBYTE, 1)


def _subject_of_pack(folder: Path | None) -> Subject:
    """Return the pack's matcher; its load time is that of a start from the cache."""
    open_library(folder)
    started = time.perf_counter()
    library = open_library(folder)
    took = time.perf_counter() - started
    return Subject(
        matcher=library.matcher,
        consultant=Consultant(library),
        risks={name: intent.risk for name, intent in library.pack.intents.items()},
        names={name: intent.zh for name, intent in library.pack.intents.items()},
        off_topic=training_set_of(library.pack).off_topic,
        load_s=took,
    )


def _subject_of_rows(rows: Iterable[Row], *, pack: Path | None) -> Subject:
    """Return a matcher that has learnt only from ``rows``, with the pack's lexicon."""
    lexicon = load_pack(builtin_pack() if pack is None else pack).lexicon
    examples: dict[str, list[str]] = {}
    for row in rows:
        examples.setdefault(row.intent, []).append(row.text)
    training_set = TrainingSet(examples=examples, lexicon=lexicon)
    with shown_training() as progress:
        model = trained_model(training_set, progress=progress)
    started = time.perf_counter()
    matcher = matcher_of(model, training_set)
    return Subject(
        matcher=matcher,
        consultant=None,
        risks=None,
        names={},
        off_topic=None,
        load_s=time.perf_counter() - started,
    )


def _progress() -> Progress:
    """Return a progress bar on standard error, so that standard output stays JSON."""
    return Progress(console=Console(stderr=True), transient=True)


def _publish(figures: dict[str, Any], *, as_json: bool) -> None:
    """Print the figures."""
    if as_json:
        print(msgspec.json.encode(figures).decode())
        return
    for name, value in figures.items():
        if not isinstance(value, dict | list):
            print(f"{name:22}{'-' if value is None else value}")
    for one in figures["confusions"][:10]:
        print(f"{one['intent']} -> {one['guessed']}: {one['n']}")
