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
_JOINED: Final = re.compile(
    r"(?<=[^\d\s]) +| +(?=[^\d\s])|^ +| +$"  # beside anything but digits
    r"|(?<=\d) (?=\d(?!\d))(?<![\d.]\d )"  # 9 9元: one digit after the other
    r"|(?<=\d),(?=\d{3}(?!\d))"  # 1,299元
)


def fold_for_prices(text: str) -> GuardText:
    """Return a text with plain digits, Simplified numerals and no odd separators."""
    folded = fold_each(text, _FOLDS)
    gone = [match.span() for match in _JOINED.finditer(folded.text)]
    if not gone:
        return folded
    return without(folded, {at for start, end in gone for at in range(start, end)})


def _fold(character: str) -> str:
    if character in _KEPT:
        return character
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
