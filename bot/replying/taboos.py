"""What should no reply say, though no law forbids it? The taboos of good service.

Their words stand in the pack (``taboos.yaml``); patterns see the text as the guard does,
folded. The text is that of a template, facts in braces.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from bot.guarding.folding import fold_for_guard


@dataclass(frozen=True, slots=True, kw_only=True)
class Taboo:
    """One thing that buyers take amiss."""

    taboo: str
    """Unique in a pack."""
    zh: str
    patterns: tuple[str, ...]
    """Regular expressions over the folded text."""
    instead: str
    """A better wording."""
    unless: tuple[str, ...] = ()
    """A hit inside one of their matches is none."""
    is_claim: bool = False
    """It tells of something done: taboo only where nothing is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One taboo found in a text."""

    taboo: Taboo
    words: str


def find_slips(text: str, taboos: Iterable[Taboo]) -> Iterator[Slip]:
    """Yield the taboos that a text breaks, each once, with the words that do."""
    folded = fold_for_guard(text)
    for taboo in taboos:
        allowed = [
            match.span()
            for pattern in taboo.unless
            for match in _compiled(pattern).finditer(folded.text)
        ]
        hit = next(
            (
                match.span()
                for pattern in taboo.patterns
                for match in _compiled(pattern).finditer(folded.text)
                if match.end() > match.start() and not _is_in(match.span(), allowed)
            ),
            None,
        )
        if hit is not None:
            start, end = folded.span(*hit)
            yield Slip(taboo=taboo, words=text[start:end])


def _is_in(span: tuple[int, int], allowed: list[tuple[int, int]]) -> bool:
    return any(first <= span[0] and span[1] <= last for first, last in allowed)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern)
