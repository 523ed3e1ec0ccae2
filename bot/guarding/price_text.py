"""How does a text look to whoever reads the amounts in it? Digits plain, tricks undone."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

import opencc

from bot.guarding.folding import Folds, GuardText, fold_each, without

_BANK_NUMERALS: Final = str.maketrans(
    "壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千"
)
_KEPT: Final = frozenset("，。！？；：、,.!?;:/%¥$~-\n ")
_PLUS: Final = frozenset("+＋➕﹢")
"""Read as 加: 45+运费."""
_JOINED: Final = re.compile(
    r"(?<=[^\d\s]) +| +(?=[^\d\s])|^ +| +$"  # beside anything but digits
    r"|(?<=\d) (?=\d(?!\d))(?<![\d.]\d )"  # 9 9元: one digit after the other
    r"|(?<=\d),(?=\d{3}(?!\d))"  # 1,299元
)


_DIGIT_IN_WORDS: Final = re.compile(
    r"(?<![\d.])\d(?=[十百千])|(?<=[十百千])\d(?![\d.])"
)
_WORD_IN_DIGITS: Final = re.compile(
    r"[零一二三四五六七八九](?=\d{1,3}(?:[元块折给拿卖包]|\.\d))|(?<=\d)[零一二三四五六七八九](?=[元块折])"
)
_WORDS: Final = "零一二三四五六七八九"
_RUN: Final = re.compile("[0-9零一二三四五六七八九十百千]{2,}")
"""Cheap to look for; few are written half in digits."""


def fold_for_prices(text: str) -> GuardText:
    """Return a text with plain digits, Simplified numerals and no odd separators.

    Of a number written half in digits (4十5, 四5元) all is written in one way.
    """
    folded = _unmix(fold_each(text, _FOLDS))
    gone = [match.span() for match in _JOINED.finditer(folded.text)]
    if not gone:
        return folded
    return without(folded, {at for start, end in gone for at in range(start, end)})


def _unmix(folded: GuardText) -> GuardText:
    runs = _RUN.findall(folded.text)
    if all(run.isdecimal() or run.isalpha() for run in runs):
        return folded
    plain = _DIGIT_IN_WORDS.sub(lambda it: _WORDS[int(it.group())], folded.text)
    plain = _WORD_IN_DIGITS.sub(lambda it: str(_WORDS.index(it.group())), plain)
    if plain == folded.text:
        return folded
    return GuardText(text=plain, positions=folded.positions)


def _fold(character: str) -> str:
    if character in _KEPT:
        return character
    if character in _PLUS:
        return "加"
    if unicodedata.category(character) == "No":
        value = unicodedata.numeric(character, 0.5)
        return str(int(value)) if value == int(value) else ""
    folded = unicodedata.normalize("NFKC", character).lower()
    kept = "".join(
        c for c in folded if c in _KEPT or unicodedata.category(c)[0] in "LN"
    )
    simple: str = _converter().convert(kept) if kept else ""
    return simple.translate(_BANK_NUMERALS)


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


_FOLDS: Final = Folds(_fold)
