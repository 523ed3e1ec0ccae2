"""BM25 on jieba's words: the label of the example with the highest score."""

import bm25s
import jieba

from benchmarks.matchers.children.nearest import nearest_labels
from benchmarks.matchers.children.serving import Rank, Rows, serve


def learn(rows: Rows) -> Rank:
    """Return what ranks labels by the best example of each."""
    labels = [label for label, _ in rows]
    index = bm25s.BM25()
    index.index([jieba.lcut(text) for _, text in rows], show_progress=False)

    def rank(text: str) -> list[str]:
        return nearest_labels(index.get_scores(jieba.lcut(text)), labels)

    return rank


if __name__ == "__main__":
    serve(learn)
