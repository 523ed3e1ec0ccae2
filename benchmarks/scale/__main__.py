"""Does a message cost more when the library has a hundred times the examples?

``python -m benchmarks.scale``: libraries of 1,000, 10,000 and 100,000 examples, made from
the built-in pack's own (``library.py`` says how), each with a model of its own. Then one
process a size holds its model, and they answer the pack's held-out phrasings in turns:
each phrasing at every size, one after the other, so that a noisy moment meets all of them.
"""

import argparse
import random
import statistics
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.matchers.running import ChildError, child
from benchmarks.report import OnProgress, Stages, scratch, show, stages
from benchmarks.scale.library import Examples, make_library
from benchmarks.texts import read_phrasings
from scripts_library.loader import builtin_pack, load_pack

GOAL: Final = 2.5
"""p50 of a message at the largest library by the same at the smallest."""
_MODULE: Final = "benchmarks.scale.serving"
_WARM_UP: Final = 50
_SERVING_SECONDS: Final = 1800.0


@dataclass(slots=True, kw_only=True)
class Size:
    """One library with what was measured of it."""

    examples: int
    model: Path
    train_s: float = 0.0
    peak_mb: float = 0.0
    """Highest resident memory while it was trained."""
    model_mb: float = 0.0
    load_s: float = 0.0
    rss_mb: float = 0.0
    """Loaded, after the warm-up."""
    times: list[float] = field(default_factory=list)
    """Seconds of each message."""

    def p50(self) -> float:
        """Return the median time of a message in seconds."""
        return statistics.median(self.times)

    def p99(self) -> float:
        """Return the time that 1 of 100 messages exceeds, in seconds."""
        return statistics.quantiles(self.times, n=100)[-1]

    def row(self, smallest: "Size") -> list[str]:
        """Return the row of the table."""
        return [
            f"{self.examples:,} examples",
            f"{self.p50() * 1000:.3f}",
            f"{self.p50() / smallest.p50():.2f}",
            f"{self.p99() * 1000:.3f}",
            f"{self.load_s:.2f}",
            f"{self.rss_mb:,.0f}",
            f"{self.model_mb:,.0f}",
            f"{self.train_s:,.1f}",
            f"{self.peak_mb:,.0f}",
        ]


def _train(size: Size, *, examples: Examples, options: argparse.Namespace) -> None:
    """Make the library and its model.

    Raises:
        ChildError: the training failed, or took longer than the limit.
    """
    library = make_library(examples, size=size.examples, seed=options.seed)
    command = _command("train", size, options=options)
    with child(command, limit=options.train_limit) as training:
        told = training.ask({"library": library})
    size.train_s, size.peak_mb = told["train_s"], told["peak_mb"]
    size.model_mb = size.model.stat().st_size / 1e6


def _command(what: str, size: Size, *, options: argparse.Namespace) -> tuple[str, ...]:
    """Return what trains or loads the model of one size."""
    vectors = ("--vectors",) if options.vectors else ()
    return (sys.executable, "-m", _MODULE, what, str(size.model), *vectors)


def _measure(
    sizes: Sequence[Size],
    *,
    texts: Sequence[str],
    options: argparse.Namespace,
    on_progress: OnProgress,
) -> None:
    """Ask every size every text, one after the other.

    Raises:
        ChildError: one of the processes failed.
    """
    with ExitStack() as stack:
        serving = []
        for size in sizes:
            command = _command("load", size, options=options)
            process = stack.enter_context(child(command, limit=_SERVING_SECONDS))
            size.load_s = process.ask({})["load_s"]
            for text in texts[:_WARM_UP]:
                process.ask({"text": text})
            size.rss_mb = process.rss_mb()
            serving.append((size, process))
        for done, text in enumerate(texts, start=1):
            for size, process in serving:
                size.times.append(process.ask({"text": text})["s"])
            on_progress(done / len(texts))


def _run(
    folder: Path, *, examples: Examples, bars: Stages, options: argparse.Namespace
) -> list[Size]:
    """Return what was measured, the smallest library first.

    Raises:
        ChildError: a training or a serving process failed.
    """
    sizes = [
        Size(examples=count, model=folder / f"{count}.model")
        for count in sorted(options.sizes)
    ]
    for size in sizes:
        on_progress = bars.begin(f"training {size.examples:,} examples")
        _train(size, examples=examples, options=options)
        on_progress(1.0)
    texts = list(read_phrasings()) * options.rounds
    random.Random(options.seed).shuffle(texts)  # noqa: S311 - the same order each time
    _measure(
        sizes,
        texts=texts,
        options=options,
        on_progress=bars.begin(f"{len(texts):,} messages"),
    )
    return sizes


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 0 when the largest library costs little more."""
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description=__doc__)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000]
    )
    parser.add_argument("--rounds", type=int, default=2, help="of all phrasings")
    parser.add_argument("--vectors", action="store_true", help="with sentence vectors")
    parser.add_argument("--seed", type=int, default=1, help="of the composed lines")
    parser.add_argument(
        "--train-limit", type=float, default=1200.0, help="seconds for one training"
    )
    options = parser.parse_args(arguments)
    examples = load_pack(builtin_pack()).examples
    try:
        with scratch("scale") as folder, stages() as bars:
            sizes = _run(folder, examples=examples, bars=bars, options=options)
    except ChildError as error:
        print(error, file=sys.stderr)
        return 1
    _tell(sizes, own=sum(map(len, examples.values())))
    return 0 if sizes[-1].p50() <= GOAL * sizes[0].p50() else 1


def _tell(sizes: Sequence[Size], *, own: int) -> None:
    """Print the table, and how the libraries came to be."""
    show(
        f"understand() by size of the library (goal: p50 ratio ≤ {GOAL:g})",
        columns=(
            "library",
            "p50 ms",
            "ratio",
            "p99 ms",
            "load s",
            "RSS MiB",
            "model MB",
            "training s",
            "peak MiB",
        ),
        rows=[size.row(sizes[0]) for size in sizes],
    )
    print(
        f"Up to {own:,} examples are a sample of the pack's own, every intent in "
        "proportion.\nThe others are heads and tails of two examples of one intent, "
        "cut between clauses or anywhere.\nEvery model was trained on its whole library."
    )


if __name__ == "__main__":
    raise SystemExit(main())
