"""Which of several things does a sentence say, by the phrases in it?"""

from collections.abc import Iterable, Mapping
from typing import Final

_NEGATORS: Final = (
    "不",
    "没",
    "没有",
    "别",
    "无",
    "不是",
    "不想",
    "不要",
    "不用",
    "并非",
)
"""Directly in front of a phrase they deny it."""


def said_of(text: str, phrases: Mapping[str, Iterable[str]]) -> str | None:
    """Return the one thing that a folded text says; None for nothing, or for several.

    A phrase inside a longer one that also stands there says nothing by itself, so that
    不影响使用 is not read as 影响使用.

    Args:
        text: Folded.
        phrases: What they say → the phrases.
    """
    found = [
        (start, start + len(phrase), name)
        for name, group in phrases.items()
        for phrase in group
        for start in _starts(text, phrase)
    ]
    said = {
        name
        for start, end, name in found
        if not _is_inside(start, end, found) and not _is_denied(text, start)
    }
    return said.pop() if len(said) == 1 else None


def says_plainly(
    text: str, phrases: Iterable[str], *, unless: Iterable[str] = ()
) -> bool:
    """Return whether a folded text says one of the phrases, and does not deny it.

    Args:
        text: Folded.
        phrases: What is looked for: 煤气味; not in 没有煤气味.
        unless: Longer phrases in which one of them says nothing.
    """
    covers = [
        (start, start + len(phrase), phrase)
        for phrase in unless
        for start in _starts(text, phrase)
    ]
    return any(
        not _is_inside(start, start + len(phrase), covers)
        and not _is_denied(text, start)
        for phrase in phrases
        for start in _starts(text, phrase)
    )


def denies(text: str, phrases: Iterable[str]) -> bool:
    """Return whether a folded text holds one of the phrases, and denies it there."""
    return any(
        _is_denied(text, start) for phrase in phrases for start in _starts(text, phrase)
    )


def says_any(text: str, phrases: Iterable[str]) -> bool:
    """Return whether a folded text holds one of the phrases."""
    return any(phrase in text for phrase in phrases)


def _starts(text: str, phrase: str) -> Iterable[int]:
    start = text.find(phrase)
    while start >= 0:
        yield start
        start = text.find(phrase, start + 1)


def _is_inside(start: int, end: int, found: Iterable[tuple[int, int, str]]) -> bool:
    """Return whether a longer phrase covers this one."""
    return any(
        other_start <= start
        and end <= other_end
        and end - start < other_end - other_start
        for other_start, other_end, _ in found
    )


def _is_denied(text: str, start: int) -> bool:
    return text[:start].endswith(_NEGATORS)
