"""Into which parts, each able to carry an intent of its own, does a text fall?"""

import re
from collections.abc import Iterator
from typing import Final

from bot.understanding.polarity import CORRECTION_START, DENIED_START, read_polarity
from bot.utterances import Clause, Folded

_BREAK: Final = re.compile(
    r"[。！？；，,!?;\n~…]+|(?<!\d)[.](?!\d)|(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])"
    r"|(?=还有就是|还有(?!货|吗|没|么|多|码|的|库|几|呢|现|其他|别|优|活|大|小|其它)|另外(?!一)|顺便|对了(?!吗|没|么)|再问一?下|再就是)"
)
_CONTENT: Final = re.compile(r"[\w]")
_MOST: Final = 12
"""Clauses read by themselves; the rest of a very long text stays one clause."""


def split_clauses(folded: Folded) -> tuple[Clause, ...]:
    """Return the clauses of ``folded``; none when it holds no letter or digit."""
    return tuple(
        Clause(
            text=folded.text[start:end],
            start=original_start,
            end=original_end,
            polarity=read_polarity(_with_mark(folded.text, start, end)),
        )
        for start, end in _spans(folded.text)
        for original_start, original_end in (folded.span(start, end),)
    )


def without_denied(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """Return the clauses that are meant: of 不是要退，是想换 only the second."""
    meant = tuple(
        clause
        for clause, following in zip(clauses, (*clauses[1:], None), strict=False)
        if following is None or not _is_corrected(clause, following)
    )
    return meant or clauses


def _is_corrected(clause: Clause, following: Clause) -> bool:
    """Tell whether ``following`` says what is meant instead of ``clause``."""
    return (
        DENIED_START.match(clause.text) is not None
        and CORRECTION_START.search(following.text) is not None
    )


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each part with content."""
    start = 0
    found = 0
    for match in _BREAK.finditer(text):
        if found == _MOST - 1:
            break
        if _CONTENT.search(text, start, match.start()) is not None:
            yield _tight(text, start, match.start())
            found += 1
        start = match.end()
    if _CONTENT.search(text, start) is not None:
        yield _tight(text, start, len(text))


def _tight(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without white space at its ends."""
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


def _with_mark(text: str, start: int, end: int) -> str:
    """Return the part with the question mark that ended it, if one did."""
    return (
        f"{text[start:end]}?" if text[end : end + 1] in {"?", "？"} else text[start:end]
    )
