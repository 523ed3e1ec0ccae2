"""Two libraries read the same texts: each text is encoded once for both."""

from collections.abc import Sequence

import numpy as np

from bot.understanding.sentences import SentenceEncoder, Vectors


class KnownVectors:
    """Vectors of the texts that are being compared: each is encoded once."""

    def __init__(self) -> None:
        self._known: dict[str, Vectors] = {}

    def around(self, encoder: SentenceEncoder) -> "_Remembering":
        """Return an encoder that remembers here."""
        return _Remembering(encoder, self._known)

    def forget(self) -> None:
        """Forget what was encoded."""
        self._known.clear()


class _Remembering:
    """An encoder that gives what it has encoded before."""

    def __init__(self, encoder: SentenceEncoder, known: dict[str, Vectors]) -> None:
        self._encoder = encoder
        self._known = known

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def size(self) -> int:
        return self._encoder.size

    def encode(self, texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])
