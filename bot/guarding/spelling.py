"""Which word is meant by an odd spelling? Pinyin, homophones, split characters, leet.

The pack names the words that its patterns look for (``guard/spellings.yaml``). A word of
three characters or more is found under any homophones; of two only under the forms that
the pack gives, as many innocent words sound like it. Letters may stand for any character
(wei信, haopingfanxian, we1x1n), and so may its parts (讠平 for 评).
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from bot.guarding.folding import GuardText
from bot.guarding.rules import Spelling
from bot.understanding.pinyin import build_table

_SHORTEST_BY_SOUND: Final = 3
"""Characters of a word that is found by sound alone."""
_PARTS: Final = {
    "好": ("女子",),
    "评": ("讠平", "言平"),
    "信": ("亻言", "人言"),
    "红": ("纟工", "糸工"),
    "现": ("王见",),
    "码": ("石马",),
    "加": ("力口",),
    "返": ("辶反", "反辶"),
    "群": ("君羊",),
    "钱": ("钅戋", "金戋"),
    "证": ("讠正", "言正"),
    "验": ("马佥",),
    "银": ("钅艮", "金艮"),
    "转": ("车专",),
    "账": ("贝长",),
    "治": ("氵台",),
    "疗": ("疒了",),
    "赌": ("贝者",),
    "博": ("十尃",),
}
"""Characters written as two."""
_LOOKS: Final = {"微": "薇威徽溦葳", "评": "坪萍枰", "码": "玛", "账": "帐"}
"""Characters that look or sound so much like one that they stand for it in any word."""
_PARTICLES: Final = frozenset("吗嘛么呢吧啊呀了的得地着")
"""Too common to stand for another character of their sound."""
_LEET: Final = {"a": "[a4]", "e": "[e3]", "i": "[i1l]", "o": "[o0]", "s": "[s5]"}


class Speller:
    """Puts the plain word for every odd spelling of it; immutable."""

    def __init__(self, spellings: Iterable[Spelling]) -> None:
        words = sorted(spellings, key=lambda it: (-len(it.word), it.word))
        self._words = tuple(it.word for it in words)
        self._innocent = tuple(frozenset(it.innocent) for it in words)
        starts: dict[str, list[int]] = {}
        sources: list[str] = []
        for index, spelling in enumerate(words):
            sources.append(_source(spelling))
            for start in _starts(spelling):
                starts.setdefault(start, []).append(index)
        joined: dict[tuple[int, ...], re.Pattern[str]] = {}
        self._starts: dict[str, tuple[re.Pattern[str], tuple[int, ...]]] = {}
        for start, indices in starts.items():
            key = tuple(indices)
            if key not in joined:
                joined[key] = re.compile("|".join(f"({sources[at]})" for at in key))
            self._starts[start] = (joined[key], key)
        self._any_start = re.compile(
            f"[{re.escape(''.join(starts))}]" if starts else "(?!)"
        )

    def undo(self, folded: GuardText) -> GuardText:
        """Return the folded text with plain words, positions kept."""
        text = folded.text
        pieces: list[str] = []
        positions: list[int] = []
        done = 0
        for candidate in self._any_start.finditer(text):
            at = candidate.start()
            if at < done:
                continue
            found = self._find(text, at)
            if found is None:
                continue
            word, end = found
            pieces += (text[done:at], word)
            positions += folded.positions[done:at]
            positions += [
                folded.positions[min(at + offset, end - 1)]
                for offset in range(len(word) - 1)
            ]
            positions.append(folded.positions[end - 1])
            done = end
        if not pieces:
            return folded
        pieces.append(text[done:])
        positions += folded.positions[done:]
        return GuardText(text="".join(pieces), positions=tuple(positions))

    def _find(self, text: str, at: int) -> tuple[str, int] | None:
        """Return the word that is meant by an odd spelling at a place, and its end."""
        pattern, indices = self._starts[text[at]]
        match = pattern.match(text, at)
        if match is None or match.lastindex is None:
            return None
        word = self._meant(indices[match.lastindex - 1], text, match.span())
        return None if word is None else (word, match.end())

    def _meant(self, index: int, text: str, span: tuple[int, int]) -> str | None:
        """Return the word that is meant, None when what stands there is plain."""
        word = self._words[index]
        start, end = span
        written = text[start:end]
        around = text[max(0, start - 2) : end + 2]
        is_innocent = any(it in around for it in self._innocent[index])
        return None if written == word or is_innocent else word


@lru_cache(maxsize=8)
def speller_of(spellings: tuple[Spelling, ...]) -> Speller:
    """Return the speller for the words of a pack; made once."""
    return Speller(spellings)


@lru_cache(maxsize=1)
def _sounds() -> Mapping[str, str]:
    return build_table()


@lru_cache(maxsize=1)
def _homophones() -> Mapping[str, str]:
    alike: dict[str, list[str]] = {}
    for character, syllable in _sounds().items():
        alike.setdefault(syllable, []).append(character)
    return {syllable: "".join(characters) for syllable, characters in alike.items()}


def _is_by_sound(spelling: Spelling) -> bool:
    return spelling.is_by_sound and len(spelling.word) >= _SHORTEST_BY_SOUND


def _source(spelling: Spelling) -> str:
    """Return a pattern of every spelling of a word, the given forms first."""
    forms = sorted(spelling.forms, key=len, reverse=True)
    parts = [_character(it, by_sound=_is_by_sound(spelling)) for it in spelling.word]
    return "|".join((*map(re.escape, forms), "".join(parts)))


def _character(character: str, *, by_sound: bool) -> str:
    """Return a pattern of all that may stand for one character of a word."""
    syllable = _sounds().get(character)
    if syllable is None:
        return re.escape(character)
    alike = character + _LOOKS.get(character, "")
    if by_sound:
        alike += "".join(it for it in _homophones()[syllable] if it not in _PARTICLES)
    options = [*_PARTS.get(character, ()), f"[{alike}]", _letters(syllable)]
    return f"(?:{'|'.join(options)})"


def _letters(syllable: str) -> str:
    """Return a pattern of a syllable in letters, also as zh for z and ing for in."""
    letters = "".join(_LEET.get(letter, letter) for letter in syllable)
    if syllable[0] in "zcs":
        first = _LEET.get(syllable[0], syllable[0])
        letters = f"{first}h?{letters[len(first) :]}"
    return f"{letters}g?" if syllable.endswith(("in", "en")) else letters


def _starts(spelling: Spelling) -> frozenset[str]:
    """Return every character that a spelling of the word begins with."""
    first = spelling.word[0]
    starts = {first, *_LOOKS.get(first, ""), *(form[0] for form in spelling.forms)}
    starts |= {part[0] for part in _PARTS.get(first, ())}
    syllable = _sounds().get(first)
    if syllable is not None:
        starts |= set(_LEET.get(syllable[0], syllable[0]).strip("[]"))
        if _is_by_sound(spelling):
            starts |= set(_homophones()[syllable])
    return frozenset(starts)
