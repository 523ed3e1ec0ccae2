"""How does a matcher in a process of its own learn and answer? JSON lines, in and out.

The parent writes ``{"train": [[label, text], …]}`` and reads ``{"train_s", "ranks"}``;
then, one at a time, ``{"text"}`` for ``{"guesses": [label, …], "ms"}``, best first.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence

TOP = 3
"""Guesses told of each message."""
Rows = Sequence[tuple[str, str]]
"""(label, text)."""
Rank = Callable[[str], Sequence[str]]
"""From a text to labels, best first; none when nothing is near."""


def serve(learn: Callable[[Rows], Rank], *, ranks: int = TOP) -> None:
    """Learn what standard input says first, then answer until it ends.

    Args:
        learn: Returns what ranks labels after learning from the rows.
        ranks: How many labels the matcher can name; one that only answers names one.
    """
    answers = _own_standard_output()
    rows = [(label, text) for label, text in json.loads(sys.stdin.readline())["train"]]
    began = time.perf_counter()
    rank = learn(rows)
    _tell(answers, {"train_s": time.perf_counter() - began, "ranks": ranks})
    for line in sys.stdin:
        text = json.loads(line)["text"]
        began = time.perf_counter()
        guesses = rank(text)
        took = time.perf_counter() - began
        _tell(answers, {"guesses": list(guesses)[:ranks], "ms": took * 1000})


def _own_standard_output() -> int:
    """Return the way to the parent; what a library prints goes to standard error."""
    answers = os.dup(1)
    os.dup2(2, 1)
    return answers


def _tell(answers: int, answer: object) -> None:
    line = json.dumps(answer).encode() + b"\n"
    while line:
        line = line[os.write(answers, line) :]
