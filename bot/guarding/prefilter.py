"""Which patterns can hit a text at all? Told from the words that each of them needs.

From every pattern follow sets of literals of which a match must hold one each
(``好评[^。]{0,12}(?:返现|红包)``: 好评, and 返现 or 红包). Only patterns all of whose
sets are met by a text are tried on it.
"""

import re
from collections.abc import Iterable, Sequence
from math import inf
from operator import add
from re import _constants as codes  # the same from 3.11 to 3.14
from re import _parser as parser
from re import error as PatternError  # noqa: N812 - an error, whatever re calls it
from typing import Any, Final

Need = frozenset[str]
"""Literals of which a match holds at least one."""

_MOST_OF_A_CLASS: Final = 16
"""A character class of more members rules out too little to be worth its look-ups."""
_MOST_WAYS: Final = 20_000
_MOST_REPEATS: Final = 64
"""More of them of something with two ways is over any bound."""
_LOOKS: Final = (codes.ASSERT, codes.ASSERT_NOT)
_REPEATS: Final = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


def needs_of(pattern: str) -> tuple[Need, ...]:
    """Return what a match of the pattern must hold; nothing when that is unknown."""
    try:
        parsed = parser.parse(pattern)
    except (PatternError, OverflowError, RecursionError):
        return ()  # only the regex package reads it
    if parsed.state.flags & parser.SRE_FLAG_IGNORECASE:
        return ()
    return tuple(dict.fromkeys(_needs(parsed)))


def is_plain(pattern: str) -> bool:
    """Return whether a pattern is quick on every text, so that no clock need watch it.

    It is when ``re`` reads it, each repetition is bounded, and all of them together try
    no more than some thousand ways from one place.
    """
    try:
        parsed = parser.parse(pattern)
        re.compile(pattern)
    except (PatternError, OverflowError, RecursionError):
        return False
    return _ways(parsed) <= _MOST_WAYS


def _ways(items: Iterable[tuple[Any, Any]]) -> float:
    """Return how many ways there are to match at one place, at the most."""
    ways = 1.0
    for code, value in items:
        if code in _REPEATS:
            least, most, repeated = value
            inner = _ways(repeated)
            ways *= (most - least + 1) * inner ** min(most, _MOST_REPEATS)
        elif code is codes.SUBPATTERN:
            ways *= _ways(value[3])
        elif code is codes.BRANCH:
            ways *= sum(map(_ways, value[1]))
        elif code in _LOOKS:
            ways *= _ways(value[1])
        elif code in (codes.ATOMIC_GROUP, codes.GROUPREF_EXISTS, codes.GROUPREF):
            return inf
        if ways > _MOST_WAYS:
            return inf
    return ways


def _needs(items: Iterable[tuple[Any, Any]]) -> list[Need]:
    needs: list[Need] = []
    run = ""
    for code, value in items:
        if code is codes.LITERAL:
            run += chr(value)
            continue
        if run:
            needs.append(frozenset((run,)))
            run = ""
        needs += _needs_of_item(code, value)
    if run:
        needs.append(frozenset((run,)))
    return needs


def _needs_of_item(code: Any, value: Any) -> list[Need]:
    if code is codes.SUBPATTERN:
        return _needs(value[3])
    if code is codes.ATOMIC_GROUP:
        return _needs(value)
    if code in _REPEATS:
        return _needs(value[2]) if value[0] > 0 else []
    if code is codes.BRANCH:
        return _branched(value[1])
    if code is codes.IN:
        return _class(value)
    return []


def _branched(branches: Sequence[Iterable[tuple[Any, Any]]]) -> list[Need]:
    """Return one set for all branches together, none when one of them needs nothing."""
    union: set[str] = set()
    for branch in branches:
        needs = sorted(_needs(branch), key=_weight)
        if not needs:
            return []
        union |= needs[-1]
    return [frozenset(union)]


def _class(members: Sequence[tuple[Any, Any]]) -> list[Need]:
    is_plain = all(code is codes.LITERAL for code, _ in members)
    if not is_plain or len(members) > _MOST_OF_A_CLASS:
        return []
    return [frozenset(chr(value) for _, value in members)]


def _weight(need: Need) -> tuple[int, int]:
    """Return how much a set rules out: long and few literals first."""
    return min(map(len, need)), -len(need)


class Prefilter:
    """Finds the patterns that a text may match, and the words in it; immutable."""

    def __init__(self, patterns: Sequence[str], *, words: Iterable[str] = ()) -> None:
        """Take patterns, and words to be told as they are."""
        self._always: list[int] = []
        self._by_literal: dict[str, list[int]] = {}
        self._others: list[tuple[Need, ...]] = []
        literals = set(words)
        for index, pattern in enumerate(patterns):
            needs = sorted(needs_of(pattern), key=_weight, reverse=True)
            self._others.append(tuple(needs[1:]))
            if not needs:
                self._always.append(index)
                continue
            for literal in needs[0]:
                self._by_literal.setdefault(literal, []).append(index)
            literals = literals.union(*needs)
        self._starts = frozenset(literal[:2] for literal in literals)
        self._longer: dict[str, list[str]] = {}
        """Literals by their first two characters, of which they have more."""
        for literal in sorted(literals - self._starts):
            self._longer.setdefault(literal[:2], []).append(literal)
        self._short = self._starts & literals

    def candidates(self, text: str) -> tuple[set[int], set[str]]:
        """Return the numbers of the patterns that can match, and the literals found."""
        present = self._present(text)
        found = set(self._always)
        for literal in present & self._by_literal.keys():
            for index in self._by_literal[literal]:
                if index not in found and not any(
                    map(present.isdisjoint, self._others[index])
                ):
                    found.add(index)
        return found, present

    def _present(self, text: str) -> set[str]:
        """Return the literals that stand in the text."""
        starts = self._starts.intersection(text)
        starts |= self._starts.intersection(map(add, text, text[1:]))
        present = set(starts & self._short)
        is_in_text = text.__contains__
        for start in starts & self._longer.keys():
            present.update(filter(is_in_text, self._longer[start]))
        return present
