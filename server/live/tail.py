"""What is new in one stream? Each row once, also when ids commit out of order."""

from collections.abc import Sequence

from storage.queries.live import Change

_PATIENCE_SECONDS = 60.0
"""A number that was given but not committed for so long never will be."""
_MOST_MISSING = 1000
"""Numbers waited for at once; a greater gap is a jump of the sequence."""


class Tail:
    """The place of one reader in one stream."""

    def __init__(self, *, after: int) -> None:
        """Begin behind this id."""
        self.high = after
        self._missing: dict[int, float] = {}

    @property
    def missing(self) -> Sequence[int]:
        """Return the ids below ``high`` that may still come."""
        return tuple(self._missing)

    @property
    def safe(self) -> int:
        """Return the id up to which nothing can come any more."""
        return min(self._missing) - 1 if self._missing else self.high

    def take(self, rows: Sequence[Change], *, at: float) -> list[Change]:
        """Return what of these rows is new, and remember what they skip.

        Args:
            rows: what was read after ``high`` or is missing, by id.
            at: of a clock that never goes back, in seconds.
        """
        self._give_up(at)
        fresh = []
        for row in rows:
            if row.id > self.high:
                skipped = range(max(self.high + 1, row.id - _MOST_MISSING), row.id)
                self._missing.update(dict.fromkeys(skipped, at))
                self.high = row.id
                fresh.append(row)
            elif self._missing.pop(row.id, None) is not None:
                fresh.append(row)
        return fresh

    def _give_up(self, at: float) -> None:
        waited_for = self._missing.items()
        self._missing = {
            number: since
            for number, since in list(waited_for)[-_MOST_MISSING:]
            if at - since < _PATIENCE_SECONDS
        }
