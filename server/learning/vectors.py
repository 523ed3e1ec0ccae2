"""Which sentence vectors are known from earlier trainings? Encoding costs a millisecond each.

A changed library has nearly all its lines in common with the one before, so the training
process keeps their vectors beside the models, and encodes only what is new.
"""

import hashlib
import zlib
from collections.abc import Sequence
from contextlib import suppress
from lzma import LZMAError
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import msgspec
import numpy as np

from bot.understanding.sentences import SentenceEncoder, Vectors
from server.learning.task import written_whole

_BROKEN: Final = (
    OSError,
    ValueError,
    KeyError,
    EOFError,
    RuntimeError,
    BadZipFile,
    zlib.error,
    LZMAError,
)
"""What an archive with any one byte changed is refused with: it may seem encrypted, of a
later version, or packed in another way."""


class KeptVectors:
    """An encoder that remembers groups of texts; for one training, and for the next.

    Whole groups, because what stands beside a text moves its vector by a rounding, and
    the same library is to give the same model with and without what is kept.
    """

    def __init__(self, encoder: SentenceEncoder, *, folder: Path) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.size = encoder.size
        self._file = folder / f"{_digest([encoder.name])[:16]}.vectors"
        self._known = _read(self._file, size=encoder.size)
        self._used: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return texts × size."""
        key = _digest(texts)
        vectors = self._known.get(key)
        if vectors is None:
            vectors = self._known[key] = self._encoder.encode(texts)
        self._used[key] = vectors
        return vectors

    def keep(self) -> None:
        """Write what this training has used, and nothing of earlier ones.

        A disk without room for them costs the next training its time, nothing else.
        """
        with suppress(OSError), written_whole(self._file) as file:
            np.savez(
                file,
                keys=np.array(list(self._used), dtype="U64"),
                sizes=np.array(
                    [len(one) for one in self._used.values()], dtype=np.intp
                ),
                vectors=np.vstack(
                    [np.zeros((0, self.size)), *self._used.values()]
                ).astype(np.float32),
            )


def _digest(texts: Sequence[str]) -> str:
    content = msgspec.msgpack.encode(
        [text.encode("utf-8", "surrogatepass") for text in texts]
    )
    return hashlib.sha256(content).hexdigest()


def _read(file: Path, *, size: int) -> dict[str, Vectors]:
    """Return the kept vectors by digest; none when there are none that can be read."""
    try:
        with file.open("rb") as opened, np.load(opened) as stored:
            keys, sizes, vectors = stored["keys"], stored["sizes"], stored["vectors"]
        parts = np.split(vectors.reshape(-1, size), np.cumsum(sizes)[:-1])
        return dict(zip(keys.tolist(), parts, strict=True))
    except _BROKEN:
        return {}  # the first training, or a broken file: they are made again
