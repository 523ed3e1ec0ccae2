"""RapidFuzz: the label of the example with the highest score."""

import sys
from collections.abc import Callable
from typing import Any

import jieba
from rapidfuzz import fuzz, process

from benchmarks.matchers.children.nearest import nearest_labels
from benchmarks.matchers.children.serving import Rank, Rows, serve


def _cut(text: str) -> str:
    return " ".join(jieba.cut(text))


def _keep(text: str) -> str:
    return text


_WAYS: dict[str, tuple[Any, Callable[[str], str]]] = {
    "ratio": (fuzz.ratio, _keep),
    "WRatio": (fuzz.WRatio, _keep),
    "token_set_ratio": (fuzz.token_set_ratio, _cut),
}
"""Scorer, and what it compares."""


def learn_with(way: str) -> Callable[[Rows], Rank]:
    """Return what learns rows for one scorer."""
    scorer, prepare = _WAYS[way]

    def learn(rows: Rows) -> Rank:
        labels = [label for label, _ in rows]
        examples = [prepare(text) for _, text in rows]

        def rank(text: str) -> list[str]:
            scores = process.cdist([prepare(text)], examples, scorer=scorer)[0]
            return nearest_labels(scores, labels)

        return rank

    return learn


if __name__ == "__main__":
    serve(learn_with(sys.argv[1]))
