"""How strongly does a text speak for each intent, by a linear model?"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bot.understanding.features import Family, Reading

FAMILY_WEIGHTS: Final[Mapping[Family, float]] = {
    Family.CHARACTERS: 1.0,
    Family.PAIRS: 1.0,
    Family.WORDS: 0.8,
    Family.SOUND: 1.0,
    Family.STANCE: 0.6,
}
"""Length of each family's part of the vector; chosen by comparing aggregate accuracy on the
pack's held-out phrasings and on the development sets, which agreed."""
_SPELLED: Final = (Family.SOUND, Family.STANCE)
_SPELLED_SCALE: Final = math.hypot(*FAMILY_WEIGHTS.values()) / math.hypot(
    *(FAMILY_WEIGHTS[family] for family in _SPELLED)
)
"""What is written in Pinyin weighs as much as what is written in characters."""
NO_COLUMN: Final = -1
"""Instead of the column of a label that a model was not trained on."""
_SHORT: Final = 3
"""Characters of the name of a feature of two."""
_RARE_FROM: Final = 3
"""Character n-grams of this length are kept only when two examples have them."""
_LARGE: Final = 3000
"""Examples from which a feature of one alone says nothing: without them the model of 9,000
is a third of the size and as right on held-out phrasings (0.878 to 0.875), while a library
of 18 lines an intent needs them."""
_HUGE: Final = 20_000
"""Examples from which a feature of two says nothing either: with 29,000 the model is
smaller by two fifths, learnt in two thirds of the time, and as right (0.923)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vector:
    """The known features of one reading, as a sparse vector."""

    rows: NDArray[np.intp]
    """Rows of the vocabulary."""
    values: NDArray[np.float32]

    def below(self, count: int) -> "Vector":
        """Return the part of the first ``count`` rows of the vocabulary."""
        is_below = self.rows < count
        return Vector(rows=self.rows[is_below], values=self.values[is_below])


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The features that examples have, with their inverse document frequencies."""

    row_of: Mapping[str, int]
    idf: NDArray[np.float32]

    def vectorize(self, reading: Reading) -> "Vector":
        """Return a reading as numbers, each family at its own length."""
        row_of = self.row_of.get
        rows: list[int | None] = []
        starts: list[int] = []
        lengths: list[int] = []
        scales: list[float] = []
        for family, names in reading.features.items():
            # Rows are cheaper to tell apart than names; all unknown ones are None.
            known = dict.fromkeys(map(row_of, names))
            known.pop(None, None)
            if known:
                starts.append(len(rows))
                lengths.append(len(known))
                scales.append(FAMILY_WEIGHTS[family])
                rows.extend(known)
        if reading.is_spelled:
            scales = [scale * _SPELLED_SCALE for scale in scales]
        index = np.array(rows, dtype=np.intp)
        values = self.idf.take(index)
        if not lengths:
            return Vector(rows=index, values=values)
        norms = np.sqrt(np.add.reduceat(values * values, starts))
        factors = np.array(scales, dtype=np.float32) / norms
        scaled = values * factors.repeat(lengths)
        return Vector(rows=index, values=scaled.astype(np.float32, copy=False))


class _LayeredRows(Mapping[str, int]):
    """Rows of some features, beside those of a mapping that stays as it is."""

    def __init__(self, below: Mapping[str, int], above: Mapping[str, int]) -> None:
        self._below = below
        self._above = above

    def __getitem__(self, name: str) -> int:
        row = self._below.get(name)
        return self._above[name] if row is None else row

    def get(self, name: str, default: Any = None) -> Any:
        """Return a row; the mixin's own raises and catches for each unknown name."""
        row = self._below.get(name)
        return self._above.get(name, default) if row is None else row

    def __iter__(self) -> Iterator[str]:
        return chain(self._below, self._above)

    def __len__(self) -> int:
        return len(self._below) + len(self._above)


def extend_vocabulary(
    vocabulary: Vocabulary, readings: Sequence[Reading]
) -> Vocabulary:
    """Return a vocabulary with what is new in a few more examples, in a fixed order.

    New is what two of them share, and, of one alone, only what is short: a word that a
    shop uses and its trade does not tells more than any other.
    """
    frequency = Counter(
        name
        for reading in readings
        for names in reading.features.values()
        for name in dict.fromkeys(names)
        if name not in vocabulary.row_of
    )
    new = sorted(n for n, count in frequency.items() if count > 1 or _is_short(n))
    if not new:
        return vocabulary
    size = len(vocabulary.row_of)
    # Of a feature that no example had, but for those: as training would count it.
    highest = float(vocabulary.idf.max(initial=1.0)) + math.log(1.5)
    idf = [highest - math.log((frequency[name] + 1) / 2) for name in new]
    return Vocabulary(
        row_of=_LayeredRows(
            vocabulary.row_of, {name: size + row for row, name in enumerate(new)}
        ),
        idf=np.concatenate((vocabulary.idf, np.array(idf, dtype=np.float32))),
    )


def _is_short(name: str) -> bool:
    """Tell whether a feature is a word, or two characters or syllables."""
    match Family(name[0]):
        case Family.CHARACTERS:
            return len(name) <= _SHORT
        case Family.WORDS:
            return " " not in name
        case Family.SOUND:
            return name.count(" ") < _SHORT - 1
        case _:
            return False


def build_vocabulary(readings: Sequence[Reading]) -> Vocabulary:
    """Return the vocabulary of the examples, in a fixed order."""
    frequency = Counter(
        name
        for reading in readings
        for names in reading.features.values()
        for name in dict.fromkeys(names)
    )
    least = 1 + (len(readings) > _LARGE) + (len(readings) > _HUGE)
    kept = sorted(
        name
        for name, count in frequency.items()
        if count >= least and (count > 1 or not _is_long(name))
    )
    total = len(readings) + 1
    return Vocabulary(
        row_of={name: row for row, name in enumerate(kept)},
        idf=np.array(
            [1.0 + math.log(total / (frequency[name] + 1)) for name in kept],
            dtype=np.float32,
        ),
    )


def _is_long(name: str) -> bool:
    """Tell whether a feature is a run of characters that must not be of one text only."""
    return name[0] == Family.CHARACTERS and len(name) > _RARE_FROM


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Correction:
    """What changed lines add to the scores of a linear model that does not know them."""

    columns: NDArray[np.intp]
    """For each label its column in the model; :data:`NO_COLUMN` for a new one."""
    rows: NDArray[np.intp]
    """The features whose weights change, sorted."""
    deltas: NDArray[np.float32]
    """Those features × labels: added to the weights."""
    bias: NDArray[np.float32]
    """One per label: added to the model's, or to none."""

    def apply(self, scores: NDArray[np.float32], vector: Vector) -> NDArray[np.float32]:
        """Return the corrected scores of a vector, one per label of the correction."""
        places, is_changed = self._find(vector)
        known = np.where(self.columns == NO_COLUMN, 0, scores.take(self.columns))
        changed: NDArray[np.float32] = known.astype(np.float32) + self.bias
        return changed + vector.values[is_changed] @ self.deltas[places]

    def contributions(
        self, vector: Vector, *, label: int, weights: NDArray[np.float32 | np.float16]
    ) -> NDArray[np.float32]:
        """Return what each feature adds to the corrected score of ``label``."""
        places, is_changed = self._find(vector)
        column = self.columns[label]
        shares = np.zeros_like(vector.values)
        if column != NO_COLUMN:
            is_trained = vector.rows < weights.shape[0]
            rows = vector.rows[is_trained]
            shares[is_trained] += vector.values[is_trained] * weights[rows, column]
        shares[is_changed] += vector.values[is_changed] * self.deltas[places, label]
        return shares

    def _find(self, vector: Vector) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return where the changed features of a vector stand, and which they are."""
        places = np.searchsorted(self.rows, vector.rows)
        is_changed = places < self.rows.size
        is_changed[is_changed] = (
            self.rows[places[is_changed]] == vector.rows[is_changed]
        )
        return places[is_changed], is_changed


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearClassifier:
    """One weight per feature and label; predicts by adding up a few rows."""

    vocabulary: Vocabulary
    weights: NDArray[np.float32 | np.float16]
    """Features × labels; a loaded model keeps them small and widens what a text has."""
    bias: NDArray[np.float32]
    correction: Correction | None = None
    """Of lines that have changed since the weights were trained."""

    def score(self, vector: Vector) -> NDArray[np.float32]:
        """Return one score per label; above 0 speaks for it."""
        if self.correction is not None:
            trained = vector.below(self.weights.shape[0])
            return self.correction.apply(self._add_up(trained), vector)
        return self._add_up(vector)

    def contributions(self, vector: Vector, *, label: int) -> NDArray[np.float32]:
        """Return what each feature of ``vector`` adds to the score of ``label``."""
        if self.correction is not None:
            return self.correction.contributions(
                vector, label=label, weights=self.weights
            )
        shares: NDArray[np.float32] = vector.values * self.weights[vector.rows, label]
        return shares

    def _add_up(self, vector: Vector) -> NDArray[np.float32]:
        rows = self.weights.take(vector.rows, axis=0).astype(np.float32, copy=False)
        scores: NDArray[np.float32] = vector.values @ rows
        return scores + self.bias
