"""Which places does a text name?"""

import re
from collections.abc import Iterator
from typing import Final

from bot.utterances import Entity, EntityKind

_SUFFIX: Final = re.compile(r"省|市(?!场)|自治区|特别行政区|县")
_UNKNOWN: Final = re.compile(
    r"(?:[发寄到在去往送]|是)(?P<place>(?![超城上都门夜菜那这哪本全我你同])[\u4e00-\u9fff]{2,3}?)(?P<suffix>省|市(?!场)|县|镇)"
)
_UNKNOWN_ENDS: Final = frozenset("省市县镇")


class PlaceFinder:
    """Finds the places of one pack, and others by their suffix; immutable."""

    def __init__(self, places: tuple[str, ...]) -> None:
        by_first: dict[str, list[str]] = {}
        for place in sorted(set(places), key=lambda name: (-len(name), name)):
            by_first.setdefault(place[:1], []).append(place)
        firsts = "".join(map(re.escape, sorted(by_first)))
        self._first = re.compile(f"[{firsts}]") if firsts else None
        self._by_first = {first: tuple(names) for first, names in by_first.items()}

    def find(self, text: str) -> Iterator[Entity]:
        """Yield the places of a folded text without their suffix."""
        yield from self._find_known(text)
        if not _UNKNOWN_ENDS.isdisjoint(text):
            for match in _UNKNOWN.finditer(text):
                yield _place(match["place"], match.start("place"), match.end("suffix"))

    def _find_known(self, text: str) -> Iterator[Entity]:
        """Yield the places that the pack knows."""
        if self._first is None:
            return
        end = 0
        for first in self._first.finditer(text):
            start = first.start()
            known = self._by_first[first.group()] if start >= end else ()
            place = next((name for name in known if text.startswith(name, start)), "")
            if place:
                end = start + len(place)
                suffix = _SUFFIX.match(text, end)
                end = end if suffix is None else suffix.end()
                yield _place(place, start, end)


def _place(name: str, start: int, end: int) -> Entity:
    """Return the entity of one place."""
    return Entity(kind=EntityKind.PLACE, value=name, start=start, end=end)
