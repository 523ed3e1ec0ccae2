"""Which spans of a text are things rather than words, and what are their values?"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from bot.understanding.amounts import find_amounts, find_discounts
from bot.understanding.dates import find_dates, find_durations
from bot.understanding.identifiers import IdentifierFinder
from bot.understanding.lexicon import Lexicon
from bot.understanding.measures import find_bodies, find_quantities, find_sizes
from bot.understanding.places import PlaceFinder
from bot.utterances import Entity, EntityKind, Folded

PLACEHOLDERS: Final = {
    kind: chr(0xE000 + index) for index, kind in enumerate(EntityKind)
}
"""One private-use character a kind: stands for the entity in features. Folding removes
private-use characters from buyers' texts, so none can be forged."""

_NUMERIC: Final = frozenset(
    "0123456789零一二两三四五六七八九十百千万半俩¥$对折码号xsml"
)


class EntityFinder:
    """Finds the entities of one pack's texts; immutable, lives with its matcher."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._identifiers = IdentifierFinder(lexicon.couriers)
        self._places = PlaceFinder(lexicon.places)

    def find(self, text: str, *, today: date) -> tuple[Entity, ...]:
        """Return the entities of a folded text, in order, without overlaps."""
        return _without_overlaps(self._find_all(text, today=today))

    def _find_all(self, text: str, *, today: date) -> Iterator[Entity]:
        """Yield every candidate; where two overlap the earlier yielded one wins."""
        has_numbers = not _NUMERIC.isdisjoint(text)
        if has_numbers:
            yield from self._identifiers.find(text)
            yield from find_bodies(text)
        yield from find_dates(text, today=today)
        if has_numbers:
            yield from find_discounts(text)
            yield from find_durations(text)
            yield from find_sizes(text)
            yield from find_amounts(text)
            yield from find_quantities(text)
        yield from self._places.find(text)


def mask(text: str, entities: Iterable[Entity]) -> str:
    """Return ``text`` with each entity (folded positions) as one placeholder."""
    pieces: list[str] = []
    done = 0
    for entity in entities:
        pieces.append(text[done : entity.start])
        pieces.append(PLACEHOLDERS[entity.kind])
        done = entity.end
    pieces.append(text[done:])
    return "".join(pieces)


def to_original(entities: Iterable[Entity], folded: Folded) -> tuple[Entity, ...]:
    """Return the entities with positions in the original text."""
    return tuple(
        replace(entity, start=start, end=end)
        for entity in entities
        for start, end in (folded.span(entity.start, entity.end),)
    )


def _without_overlaps(candidates: Iterable[Entity]) -> tuple[Entity, ...]:
    """Keep each candidate that overlaps none kept before; return them by position."""
    kept: list[Entity] = []
    for candidate in candidates:
        if all(
            candidate.end <= other.start or other.end <= candidate.start
            for other in kept
        ):
            kept.append(candidate)
    return tuple(sorted(kept, key=lambda entity: entity.start))
