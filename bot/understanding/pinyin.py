"""How does a text sound? Homophones and Latin Pinyin read alike here."""

import re
from collections.abc import Mapping
from typing import Final

import pypinyin
from pypinyin import Style

_FIRST: Final = 0x4E00
_LAST: Final = 0x9FFF
_LATIN: Final = re.compile(r"[a-z]+")
_LONGEST_SYLLABLE: Final = 6
_LONGEST_RUN: Final = 40
"""Letters; longer runs are no Pinyin."""
_SPELLED_FROM: Final = 3
"""Syllables from which a text in Latin letters is taken for Pinyin …"""
_SPELLED_SHARE: Final = 0.8
"""… when so much of its letters is."""
_FUZZY: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"))


def build_table() -> dict[str, str]:
    """Return the toneless commonest reading of every CJK character; takes 0.2 s."""
    characters = "".join(map(chr, range(_FIRST, _LAST + 1)))
    table: dict[str, str] = {}
    for character in characters:
        reading = pypinyin.lazy_pinyin(character, style=Style.NORMAL)[0]
        if reading != character:
            table[character] = _soften(reading.replace("ü", "v"))
    return table


def _soften(syllable: str) -> str:
    """Merge what many speakers do not tell apart: zh/z, ch/c, sh/s, final -ng/-n."""
    for hard, soft in _FUZZY:
        if syllable.startswith(hard):
            syllable = soft + syllable[len(hard) :]
            break
    if syllable.endswith(("ing", "eng")):
        return syllable[:-1]
    return syllable


class PinyinReader:
    """Reads texts by a character table; immutable."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = table
        self._syllables = frozenset(table.values())
        spelled = {syllable: syllable for syllable in self._syllables}
        for syllable in self._syllables:
            for hard, soft in _FUZZY:
                if syllable.startswith(soft) and not syllable.startswith(hard):
                    spelled.setdefault(hard + syllable[len(soft) :], syllable)
            if syllable.endswith(("in", "en")):
                spelled.setdefault(f"{syllable}g", syllable)
        for hard, soft in _FUZZY:
            for spelling, syllable in tuple(spelled.items()):
                if spelling.startswith(soft) and not spelling.startswith(hard):
                    spelled.setdefault(hard + spelling[len(soft) :], syllable)
        self._spelled = spelled

    def read(self, text: str) -> tuple[str, ...]:
        """Return the syllables of a folded text; what has no sound is left out."""
        if text.isascii():
            return self._read_latin(text)
        syllables: list[str] = []
        done = 0
        for match in _LATIN.finditer(text):
            syllables.extend(self._read_characters(text[done : match.start()]))
            syllables.extend(self._split(match.group()))
            done = match.end()
        syllables.extend(self._read_characters(text[done:]))
        return tuple(syllables)

    def is_spelled(self, text: str) -> bool:
        """Tell whether a text is Pinyin in Latin letters, all but a letter here or there.

        Words of another language divide into syllables now and then, three syllables on
        end hardly ever do.
        """
        if not text.isascii():
            return False
        words = _LATIN.findall(text)
        letters = sum(map(len, words))
        read = [(word, syllables) for word in words if (syllables := self._split(word))]
        return (
            sum(len(syllables) for _, syllables in read) >= _SPELLED_FROM
            and sum(len(word) for word, _ in read) >= _SPELLED_SHARE * letters
        )

    def _read_characters(self, text: str) -> list[str]:
        """Return the syllables of characters, skipping what has none."""
        return list(filter(None, map(self._table.get, text)))

    def _read_latin(self, text: str) -> tuple[str, ...]:
        """Return the syllables of a text in Latin letters only."""
        return tuple(
            syllable for word in _LATIN.findall(text) for syllable in self._split(word)
        )

    def _split(self, word: str) -> list[str]:
        """Return the syllables of one Latin word, none when it does not divide up."""
        if len(word) > _LONGEST_RUN:
            return []
        best: list[list[str] | None] = [[]]
        for end in range(1, len(word) + 1):
            options = [
                [*before, self._spelled[word[start:end]]]
                for start in range(max(0, end - _LONGEST_SYLLABLE), end)
                if (before := best[start]) is not None
                and word[start:end] in self._spelled
            ]
            best.append(min(options, key=len) if options else None)
        found = best[-1]
        return [] if found is None else found
