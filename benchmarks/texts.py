"""Which texts do the buyers of a benchmark write: the pack's own held-out phrasings.

The phrasings are varied with small words, so that a server which remembered answers
by text would gain nothing.
"""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

HELDOUT = (
    Path(__file__).resolve().parent.parent
    / "scripts_library"
    / "packs"
    / "ecommerce"
    / "heldout.tsv"
)
_BEFORE = ("", "", "", "亲 ", "你好 ", "在吗 ", "请问", "那个 ", "老板 ", "问下 ")
_AFTER = ("", "", "", "呢", "哈", "呀", " 谢谢", " 急", "~", "…", " 在线等", "？")


def read_phrasings(path: Path = HELDOUT) -> tuple[str, ...]:
    """Return the distinct texts of a TSV with the columns ``intent`` and ``text``.

    Raises:
        ValueError: the file holds no text.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        texts = tuple(dict.fromkeys(row["text"] for row in rows if row["text"]))
    if not texts:
        raise ValueError(f"{path.name} holds no text")
    return texts


def vary(phrasings: tuple[str, ...], *, seed: int) -> Iterator[str]:
    """Yield texts for ever; the same seed yields the same texts."""
    choose = random.Random(seed).choice  # noqa: S311 - repeatable load, no secret
    while True:
        yield choose(_BEFORE) + choose(phrasings) + choose(_AFTER)
