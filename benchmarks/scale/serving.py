"""One library size in a process of its own: trains a model, or loads one and answers.

Speaks JSON lines as the matchers' children do. ``train FILE`` reads the library and writes
the model; ``load FILE`` loads it and answers one text at a time. With ``--vectors`` behind
them both have the second stage too.
"""

import gc
import resource
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from bot.understanding.matcher import Matcher, load_matcher, train
from bot.understanding.sentences import SentenceEncoder, installed_encoder
from scripts_library.loader import builtin_pack, load_pack
from server.library import training_set_of

_TODAY: Final = date(2024, 11, 11)


def _train(model: Path) -> None:
    """Train a model of the library that standard input says."""
    library = msgspec.json.decode(sys.stdin.readline())["library"]
    training_set = replace(training_set_of(load_pack(builtin_pack())), examples=library)
    began = time.perf_counter()
    content = train(training_set, encoder=_encoder())
    took = time.perf_counter() - began
    model.write_bytes(content)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _tell({"train_s": took, "peak_mb": peak / 1024})


def _serve(model: Path) -> None:
    """Load a model and answer; the first line only asks whether it is loaded."""
    sys.stdin.readline()
    matcher, took = _load(model)
    gc.collect()  # the pack was only read for its lexicon
    _tell({"load_s": took})
    for line in sys.stdin:
        text = msgspec.json.decode(line)["text"]
        began = time.perf_counter()
        matcher.understand(text, today=_TODAY)
        _tell({"s": time.perf_counter() - began})


def _load(model: Path) -> tuple[Matcher, float]:
    """Return the matcher, and the seconds it took to load."""
    pack = training_set_of(load_pack(builtin_pack()))
    began = time.perf_counter()
    matcher = load_matcher(
        model.read_bytes(),
        lexicon=pack.lexicon,
        urgency=pack.urgency,
        off_topic=pack.off_topic,
        encoder=_encoder(),
    )
    return matcher, time.perf_counter() - began


def _encoder() -> SentenceEncoder | None:
    return installed_encoder() if "--vectors" in sys.argv else None


def _tell(answer: Any) -> None:
    print(msgspec.json.encode(answer).decode(), flush=True)


if __name__ == "__main__":
    {"train": _train, "load": _serve}[sys.argv[1]](Path(sys.argv[2]))
