"""Where do the problems of a pack gather, and where did each piece of it stand?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.errors import Problem

Key = tuple[str, ...]
"""Names one piece of a pack: ("script", id), ("variant", id, "0"), ("text", name) …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of a file of the pack."""

    file: str
    """Relative to the pack's folder, with forward slashes."""
    line: int
    """1-based; 0 for the file as a whole."""

    def problem(self, reason: str) -> Problem:
        """Return a problem at this place."""
        return Problem(file=self.file, line=self.line, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Where each piece of a pack was written; empty for a pack that no file holds."""

    places: Mapping[Key, Place] = field(default_factory=dict)

    def of(self, *key: str) -> Place:
        """Return the place of a piece, or its name as far as no file is known."""
        return self.places.get(key, Place(file="/".join(key), line=0))


class Report:
    """Everything found while one pack is read; lives as long as the reading."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._places: dict[Key, Place] = {}
        self._unread: set[str] = set()
        self.facts: frozenset[str] = frozenset()
        """Placeholders that only this pack has, once pack.yaml was read."""

    def add(self, place: Place, reason: str) -> None:
        """Note a problem."""
        self._problems.append(place.problem(reason))

    def extend(self, problems: tuple[Problem, ...]) -> None:
        """Note several problems."""
        self._problems.extend(problems)

    def note_place(self, *key: str, place: Place) -> Place | None:
        """Remember where a piece stands; returns where it stood already, if it did."""
        if key in self._places:
            return self._places[key]
        self._places[key] = place
        return None

    def note_unread(self, kind: str) -> None:
        """Remember that a file of this kind could not be read at all."""
        self._unread.add(kind)

    def is_read(self, *kinds: str) -> bool:
        """Tell whether every file of these kinds could be read."""
        return self._unread.isdisjoint(kinds)

    @property
    def origins(self) -> Origins:
        """Return where everything read so far stands."""
        return Origins(places=dict(self._places))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return the problems, by file and line, each once."""
        unique = dict.fromkeys(self._problems)
        return tuple(sorted(unique, key=lambda found: (found.file, found.line)))
