"""Which lines of a library are written almost like a text? Exact, without comparing all."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

_TIMES_BITS: Final = 32
"""Room for how often a character stood in a line before."""
_ROUNDING: Final = 1e-6


class AlikeLines:
    """An inverted index from characters to lines; immutable.

    rapidfuzz's ratio of lines of ``m`` and ``n`` characters is twice what they have in
    common, in order, of ``m + n``. They have no more in common in order than in any order,
    so only lines that share enough characters are compared: the same lines are found as by
    comparing all.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        """Take folded lines; 35,000 are taken in a fraction of a second."""
        self._lines = tuple(lines)
        self._lengths = np.array([len(line) for line in lines], dtype=np.intp)
        characters = [_characters(line) for line in lines]
        owners = np.arange(len(lines), dtype=np.intp).repeat(self._lengths)
        together = np.concatenate([*characters, np.empty(0, dtype=np.int64)])
        order = together.argsort(kind="stable")
        self._owners = owners[order]
        kinds, starts = np.unique(together[order], return_index=True)
        bounds = [*starts.tolist(), together.size]
        self._spans = dict(zip(kinds.tolist(), pairwise(bounds), strict=True))

    def find(
        self, text: str, *, least: float
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return the places of the lines that are alike, rising, and how much each is.

        Args:
            text: A folded line.
            least: Of 100, by rapidfuzz's ratio; over 0.
        """
        spans = map(self._spans.get, _characters(text).tolist())
        found = [self._owners[span[0] : span[1]] for span in spans if span is not None]
        shared = np.bincount(
            np.concatenate([*found, np.empty(0, dtype=np.intp)]),
            minlength=len(self._lines),
        )
        most = 200 * shared / np.maximum(self._lengths + len(text), 1)
        places = np.flatnonzero(most >= least - _ROUNDING)
        near = [self._lines[place] for place in places.tolist()]
        ratios = process.cdist(
            [text], near, scorer=fuzz.ratio, score_cutoff=least, dtype=np.float64
        )[0]
        is_near = ratios > 0
        return places[is_near], ratios[is_near]


def _characters(line: str) -> NDArray[np.int64]:
    """Return the characters of a line as numbers; its second 好 is another than its first."""
    codes = np.frombuffer(line.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    rising = np.sort(codes.astype(np.int64))
    at = np.arange(rising.size)
    is_first = np.ones(rising.size, dtype=bool)
    np.not_equal(rising[1:], rising[:-1], out=is_first[1:])
    times = at - np.maximum.accumulate(np.where(is_first, at, 0))
    numbered: NDArray[np.int64] = (rising << _TIMES_BITS) | times
    return numbered
