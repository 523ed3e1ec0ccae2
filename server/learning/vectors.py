"""Which sentence vectors are known from earlier trainings? Encoding costs a millisecond each.

A changed library has nearly all its lines in common with the one before, so the training
process keeps their vectors beside the models, and encodes only what is new.
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from bot.understanding.sentences import SentenceEncoder, Vectors
from server.learning.task import written_whole


class KeptVectors:
    """An encoder that remembers; for one training, and then kept for the next."""

    def __init__(self, encoder: SentenceEncoder, *, folder: Path) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.size = encoder.size
        self._file = folder / f"{_digest(encoder.name)[:16]}.vectors"
        self._known = _read(self._file, size=encoder.size)
        self._used: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return texts × size."""
        keys = [_digest(text) for text in texts]
        new = {
            key: text
            for key, text in zip(keys, texts, strict=True)
            if key not in self._known
        }
        for key, vector in zip(
            new, self._encoder.encode(list(new.values())), strict=True
        ):
            self._known[key] = vector
        self._used.update((key, self._known[key]) for key in keys)
        vectors = np.zeros((len(texts), self.size), dtype=np.float32)
        for row, key in enumerate(keys):
            vectors[row] = self._known[key]
        return vectors

    def keep(self) -> None:
        """Write what this training has used, and nothing of earlier ones.

        A disk without room for them costs the next training its time, nothing else.
        """
        with suppress(OSError), written_whole(self._file) as file:
            np.savez(
                file,
                keys=np.array(list(self._used), dtype="U64"),
                vectors=np.array(list(self._used.values()), dtype=np.float32),
            )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _read(file: Path, *, size: int) -> dict[str, Vectors]:
    """Return the kept vectors by digest; none when there are none that can be read."""
    try:
        with file.open("rb") as opened, np.load(opened) as stored:
            keys, vectors = stored["keys"], stored["vectors"]
        return dict(zip(keys.tolist(), vectors.reshape(-1, size), strict=True))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}  # the first training, or a broken file: they are made again
