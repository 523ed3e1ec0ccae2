"""How does an outgoing text look to the guard once tricks of spelling are undone?"""

import re
import unicodedata
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress

import opencc

_REMEMBERED = 65_536
"""Characters whose folds are remembered; the memory then starts anew."""
_PAUSE = "，"
_STOP = "。"
_PAUSES = frozenset("，,、：:")
_STOPS = frozenset("。.！!？?；;\n\r…")
_MARK = re.compile("[，。]")
_LONELY = re.compile("(?<![^，。])[^，。](?![^，。])")
"""One character between punctuation marks or an end."""
_PICTURES = {
    **dict.fromkeys("❤♥♡💗💕💖💓💙💚💛💜🧡🖤🤍🤎❣💘💝💟", "♥"),
    **dict.fromkeys("⭐🌟★☆", "星"),
    **dict.fromkeys("💰💵💴💶💸", "钱"),
    **dict.fromkeys("➕+＋﹢", "加"),
    **dict.fromkeys("☎📞", "电话"),
    "🧧": "红包",
    "🐧": "qq",
    "💯": "100",
}
"""Little pictures that stand for a word; others only separate."""
_LOOK_ALIKES = str.maketrans(
    "аеорсухіѕԛԝѵνωαορυχʋшʌⅴ",
    "aeopcyxisqwvvwaopuxvwav",
)
"""Cyrillic, Greek and other letters that look Latin."""
_BANK_NUMERALS = str.maketrans(
    "壹贰叁肆伍陆柒捌玖拾佰仟弌弍弎", "一二三四五六七八九十百千一二三"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardText:
    """A folded text with the way back to the original."""

    text: str
    positions: tuple[int, ...]
    """positions[i] is the original index of text[i]."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a span of the folded text stands in the original."""
        return self.positions[start], self.positions[end - 1] + 1


class Folds(dict[str, str]):
    """What characters become, each found out once: a look-up in one is no call."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        super().__init__()
        self._fold = fold

    def __missing__(self, character: str) -> str:
        """Return what a character becomes, and remember it."""
        if len(self) >= _REMEMBERED:
            self.clear()
        folded = self[character] = self._fold(character)
        return folded


def fold_for_guard(text: str) -> GuardText:
    """Return the text in Simplified Chinese, half width, lower case, without separators.

    Of punctuation, ``，`` and ``。`` are left between parts that are longer than one
    character; around single characters (验。证。码) it is taken for a trick and dropped.
    Circled digits and 壹 become plain ones, letters that look Latin become Latin, and
    pictures that stand for a word become that word.
    """
    folded = fold_each(text, _FOLDS)
    if _MARK.search(folded.text) is None:
        return folded
    tricks = set(_tricks(folded.text))
    return without(folded, tricks) if tricks else folded


def fold_each(text: str, folds: Folds) -> GuardText:
    """Return the text with each character folded by itself."""
    pieces = list(map(folds.__getitem__, text))
    joined = "".join(pieces)
    if len(joined) == len(pieces) and "" not in pieces:
        return GuardText(text=joined, positions=tuple(range(len(pieces))))
    if max(map(len, pieces), default=0) <= 1:
        return GuardText(
            text=joined, positions=tuple(compress(range(len(pieces)), pieces))
        )
    return GuardText(
        text=joined,
        positions=tuple(
            [position for position, piece in enumerate(pieces) for _ in piece]
        ),
    )


def without(folded: GuardText, gone: Container[int]) -> GuardText:
    """Return a folded text without the characters at some places."""
    kept = [index for index in range(len(folded.text)) if index not in gone]
    return GuardText(
        text="".join([folded.text[index] for index in kept]),
        positions=tuple([folded.positions[index] for index in kept]),
    )


def _tricks(text: str) -> Iterator[int]:
    """Yield where punctuation stands next to a character that stands alone."""
    for lonely in _LONELY.finditer(text):
        yield lonely.start() - 1
        yield lonely.end()


def _fold_character(character: str) -> str:
    """Return what a character becomes; empty for what only separates."""
    if character in _PAUSES:
        return _PAUSE
    if character in _STOPS:
        return _STOP
    picture = _PICTURES.get(character)
    if picture is not None:
        return picture
    folded = unicodedata.normalize("NFKC", character).lower()
    kept = "".join(_digits(c) for c in folded if _is_kept(c))
    if not kept:
        return ""
    plain = kept.translate(_LOOK_ALIKES)
    simple: str = _converter().convert(plain)
    return simple.translate(_BANK_NUMERALS)


def _is_kept(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN" or character == "%"


def _digits(character: str) -> str:
    """Return plain digits for a number in a circle; other characters stay."""
    if unicodedata.category(character) != "No":
        return character
    value = unicodedata.numeric(character, 0.5)
    return str(int(value)) if value == int(value) else character


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


_FOLDS = Folds(_fold_character)
