"""Who tells more messages rightly apart: ours, or what a user would pick instead?

``python -m benchmarks.matchers --train TSV --test TSV…`` trains every matcher on the first
file only; with ``--pack`` on the built-in pack's examples. Each is a child process that is
trained, asked for a warm-up and then asked one test row after the other.
"""

import argparse
import contextlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from benchmarks.matchers.environments import NotInstallableError, provide
from benchmarks.matchers.peers import OURS, PEERS, Peer
from benchmarks.matchers.running import Child, ChildError, child
from benchmarks.matchers.scoring import Answer, Result, score
from benchmarks.report import OnProgress, Stages, show, stages
from scripts_library.loader import builtin_pack, load_pack
from server.cli.evaluate import UnusableRowsError, read_rows
from server.cli.measures import Row

_INTERRUPTED: Final = 130
"""Exit status after Ctrl-C, by the shells' convention."""
_WARM_UP: Final = 5
"""Training rows that are asked first and not counted."""
_COLUMNS: Final = (
    "matcher",
    "top-1",
    "top-3",
    "p50 ms",
    "p99 ms",
    "training s",
    "RSS MiB",
)


def measure(
    asked: Child, *, rows: Sequence[Row], tests: Sequence[Row], on_progress: OnProgress
) -> dict[str, object]:
    """Return the figures of one matcher.

    Raises:
        ChildError: it failed, or was too slow.
    """
    trained = asked.ask({"train": [[row.intent, row.text] for row in rows]})
    rss_mb = asked.rss_mb()
    for row in rows[:_WARM_UP]:
        asked.ask({"text": row.text})
    answers = []
    for done, row in enumerate(tests, start=1):
        answer = asked.ask({"text": row.text})
        answers.append(
            Answer(label=row.intent, guesses=tuple(answer["guesses"]), ms=answer["ms"])
        )
        on_progress(done / len(tests))
    return {
        **score(answers, ranks=trained["ranks"]),
        "train_s": round(trained["train_s"], 2),
        "rss_mb": round(rss_mb, 1),
    }


def _compare(
    peer: Peer,
    *,
    rows: Sequence[Row],
    tests: Sequence[Row],
    bars: Stages,
    options: argparse.Namespace,
) -> Result:
    """Return the row of one matcher, whatever happens to it."""
    on_progress = bars.begin(peer.title)
    try:
        python = (
            sys.executable
            if peer.environment is None
            else str(provide(peer.environment))
        )
        own = ("--pack",) if peer is OURS and options.pack else ()
        command = (python, "-m", peer.module, *peer.arguments, *own)
        with child(command, limit=options.limit) as asked:
            figures = measure(asked, rows=rows, tests=tests, on_progress=on_progress)
    except NotInstallableError as error:
        on_progress(1.0)
        return _failed(peer, f"not installable: {error}")
    except ChildError as error:
        on_progress(1.0)
        return _failed(peer, str(error))
    return Result(name=peer.name, title=peer.title, **figures)  # type: ignore[arg-type]


def _failed(peer: Peer, problem: str) -> Result:
    return Result(name=peer.name, title=peer.title, problem=problem)


def is_best(results: Sequence[Result]) -> bool:
    """Return whether ours was measured and no other has a higher top-1."""
    own = [it.top1 for it in results if it.name == OURS.name and it.top1 is not None]
    return bool(own) and all((it.top1 or 0.0) <= own[0] for it in results)


def _tell(
    results: Sequence[Result],
    options: argparse.Namespace,
    *,
    rows: int,
    tests: int,
) -> None:
    source = "the pack's examples" if options.pack else options.train.name
    if options.json:
        told = {
            "trained_on": source,
            "training_rows": rows,
            "test_rows": tests,
            "matchers": [asdict(it) for it in results],
        }
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    show(
        f"Trained on {source} ({rows:,} rows), tested on {tests:,} rows "
        "(goal: nobody's top-1 above ours)",
        columns=_COLUMNS,
        rows=[it.cells() for it in results],
    )
    for it in results:
        if it.problem is not None:
            print(f"{it.title}: {it.problem}")


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.matchers", description=__doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--train", type=Path, metavar="TSV", help="learn from this")
    source.add_argument(
        "--pack", action="store_true", help="learn from the built-in pack's examples"
    )
    parser.add_argument("--test", type=Path, nargs="+", required=True, metavar="TSV")
    parser.add_argument("--only", nargs="+", choices=[peer.name for peer in PEERS])
    parser.add_argument(
        "--limit", type=float, default=600.0, help="seconds for one matcher"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, no table")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 0 when no other's top-1 is above ours."""
    options = _arguments(arguments)
    try:
        rows = _pack_rows() if options.pack else read_rows(options.train)
        tests = [row for file in options.test for row in read_rows(file)]
    except (OSError, UnusableRowsError) as error:
        print(error, file=sys.stderr)
        return 2
    if not rows or not tests:
        print("no rows to learn from or to test", file=sys.stderr)
        return 2
    chosen = [
        peer for peer in PEERS if options.only is None or peer.name in options.only
    ]
    results: list[Result] = []
    # Half an hour's figures are not lost when somebody does not wait for the last.
    with stages() as bars, contextlib.suppress(KeyboardInterrupt):
        for peer in chosen:
            results.append(  # noqa: PERF401 - what is measured so far is told
                _compare(peer, rows=rows, tests=tests, bars=bars, options=options)
            )
    _tell(results, options, rows=len(rows), tests=len(tests))
    if len(results) < len(chosen):
        return _INTERRUPTED
    return 0 if is_best(results) else 1


def _pack_rows() -> list[Row]:
    """Return the built-in pack's examples."""
    examples = load_pack(builtin_pack()).examples
    return [
        Row(intent=intent, text=text)
        for intent, texts in examples.items()
        for text in texts
    ]


if __name__ == "__main__":
    raise SystemExit(main())
