"""Which script do the words of a text choose, before anything is guessed? One, or none."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import regex

from bot.scripts import PhraseRule, Script
from bot.understanding.signals import fold_character

PATTERN_LONGEST: Final = 200
"""Characters of a pattern."""
TIME_LIMIT: Final = 0.02
"""Seconds that one pattern may take on one text; one that takes longer does not match."""
_PROOF: Final = ("a" * 200, "1" * 200, "啊" * 200, "ab" * 100, " " * 200)
"""Texts on which a pattern that backtracks without end shows itself."""


def fits_phrases(rule: PhraseRule, text: str) -> bool:
    """Return whether a rule holds for a folded text."""
    if rule.contains and not any(_fold(word) in text for word in rule.contains):
        return False
    if not all(_fold(word) in text for word in rule.all):
        return False
    if any(_fold(word) in text for word in rule.none):
        return False
    return not rule.pattern or _is_found(rule.pattern, text)


def find_chosen(scripts: Iterable[Script], text: str) -> Script | None:
    """Return the first script whose phrases fit a folded text.

    Args:
        scripts: With phrases, best first: the order decides, so one wins and always
            the same.
        text: Folded.
    """
    for script in scripts:
        if script.phrases is not None and fits_phrases(script.phrases, text):
            return script
    return None


def pattern_problem(pattern: str) -> str | None:
    """Return what is wrong with a pattern: how it is written, or how long it takes."""
    try:
        compiled = regex.compile(pattern, regex.IGNORECASE)
    except regex.error as error:
        return f"no pattern: {error}"
    if compiled.search("") is not None:
        return "the pattern fits every text"
    for text in _PROOF:
        try:
            compiled.search(text + "!", timeout=TIME_LIMIT)
        except TimeoutError:
            return "the pattern takes too long: nested repetitions"
    return None


def _is_found(pattern: str, text: str) -> bool:
    compiled = _compiled(pattern)
    if compiled is None:
        return False
    try:
        return compiled.search(text, timeout=TIME_LIMIT) is not None
    except TimeoutError:
        return False


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> "regex.Pattern[str] | None":
    try:
        return regex.compile(pattern, regex.IGNORECASE)
    except regex.error:
        return None


@lru_cache(maxsize=16384)
def _fold(word: str) -> str:
    return "".join(fold_character(character)[0] for character in word)
