"""How does an outgoing text look to the guard once tricks of spelling are undone?"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import opencc

_PAUSE = "，"
_STOP = "。"
_PAUSES = frozenset("，,、：:")
_STOPS = frozenset("。.！!？?；;\n\r…")
_HEARTS = frozenset("❤♥💗💕💖💓💙💚💛💜")


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardText:
    """A folded text with the way back to the original."""

    text: str
    positions: tuple[int, ...]
    """positions[i] is the original index of text[i]."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a span of the folded text stands in the original."""
        return self.positions[start], self.positions[end - 1] + 1


def fold_for_guard(text: str) -> GuardText:
    """Return the text in Simplified Chinese, half width, lower case, without separators.

    Of punctuation, ``，`` and ``。`` are left between parts that are longer than one
    character; around single characters (验。证。码) it is taken for a trick and dropped.
    """
    pieces: list[str] = []
    positions: list[int] = []
    for position, character in enumerate(text):
        for folded in _fold_character(character):
            pieces.append(folded)
            positions.append(position)
    kept = [index for index in range(len(pieces)) if not _is_trick(pieces, index)]
    return GuardText(
        text="".join(pieces[index] for index in kept),
        positions=tuple(positions[index] for index in kept),
    )


def _is_trick(pieces: list[str], index: int) -> bool:
    """Return whether this is punctuation next to a character that stands alone."""
    if pieces[index] not in (_PAUSE, _STOP):
        return False
    return _stands_alone(pieces, index - 1, step=-1) or _stands_alone(
        pieces, index + 1, step=1
    )


def _stands_alone(pieces: list[str], index: int, *, step: int) -> bool:
    """Return whether one character, then punctuation or an end, stands at ``index``."""
    marks = (_PAUSE, _STOP)
    if not 0 <= index < len(pieces) or pieces[index] in marks:
        return False
    beyond = index + step
    return not 0 <= beyond < len(pieces) or pieces[beyond] in marks


@lru_cache(maxsize=65536)
def _fold_character(character: str) -> str:
    """Return what a character becomes; empty for what only separates."""
    if character in _HEARTS:
        return "♥"
    if character in _PAUSES:
        return _PAUSE
    if character in _STOPS:
        return _STOP
    folded = unicodedata.normalize("NFKC", character).lower()
    kept = "".join(c for c in folded if unicodedata.category(c)[0] in "LN" or c == "%")
    return _converter().convert(kept) if kept else ""


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
