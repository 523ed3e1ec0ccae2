"""What of a text can a linear model weigh? Its characters, words, sound and stance."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from bot.understanding.entities import PLACEHOLDERS, mask
from bot.understanding.lexicon import Lexicon
from bot.understanding.pinyin import PinyinReader
from bot.understanding.polarity import find_denied, read_polarity
from bot.understanding.tokenize import Tokenizer
from bot.utterances import Entity

_CHARACTERS: Final = range(1, 5)
"""Lengths of character n-grams; above four the examples are too few."""
_SYLLABLES: Final = range(1, 4)
_KIND_OF: Final = {mark: kind for kind, mark in PLACEHOLDERS.items()}
_SILENT: Final = frozenset(" ,，.。!！~、;；:：…\n")
_LONGEST: Final = 200
"""Characters of one text that make features; enough for what one line wants."""


class Family(StrEnum):
    """A group of features that is normalised and weighted together."""

    CHARACTERS = "c"
    WORDS = "w"
    CLASSES = "k"
    SOUND = "p"
    STANCE = "s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One text as the model sees it."""

    compact: str
    """Folded, entities masked, without punctuation: what is compared with examples."""
    words: tuple[str, ...]
    features: Mapping[Family, tuple[str, ...]]
    """Distinct features by family; the family is the first character of each."""


class FeatureReader:
    """Reads features with one pack's words; immutable, lives with its matcher."""

    def __init__(
        self, lexicon: Lexicon, *, tokenizer: Tokenizer, pinyin: PinyinReader
    ) -> None:
        self._tokenize = tokenizer
        self._pinyin = pinyin
        self._class_of = {
            word: group[0] for group in lexicon.synonyms for word in group
        }

    def read(
        self,
        text: str,
        *,
        entities: tuple[Entity, ...] = (),
        signals: frozenset[str] = frozenset(),
    ) -> Reading:
        """Return the features of a folded text with its entities (folded positions)."""
        masked = mask(text, entities)[:_LONGEST]
        compact = "".join(character for character in masked if character not in _SILENT)
        words = tuple(word for word in self._tokenize(masked) if word not in _SILENT)
        syllables = self._pinyin.read(compact)
        return Reading(
            compact=compact,
            words=words,
            features={
                Family.CHARACTERS: _distinct(_character_grams(compact)),
                Family.WORDS: _distinct(_word_grams(words, Family.WORDS)),
                Family.CLASSES: _distinct(self._class_features(words)),
                Family.SOUND: _distinct(_syllable_grams(syllables)),
                Family.STANCE: _distinct(_stance(masked, signals)),
            },
        )

    def _class_features(self, words: tuple[str, ...]) -> list[str]:
        """Return words and pairs after replacing each word by its synonym class."""
        classes = tuple(self._class_of.get(word, word) for word in words)
        return _word_grams(classes, Family.CLASSES)


def _distinct(features: Iterable[str]) -> tuple[str, ...]:
    """Return each feature once, in order of appearance."""
    return tuple(dict.fromkeys(features))


def _character_grams(text: str) -> list[str]:
    """Return the character n-grams of ``text`` with its edges marked."""
    edged = f"^{text}$"
    return [
        "c" + edged[start : start + size]
        for size in _CHARACTERS
        for start in range(len(edged) - size + 1)
    ]


def _word_grams(words: tuple[str, ...], family: Family) -> list[str]:
    """Return words and neighbouring pairs of words."""
    prefix = family.value
    grams = [prefix + word for word in words]
    grams.extend(f"{prefix}{first} {second}" for first, second in pairwise(words))
    return grams


def _syllable_grams(syllables: tuple[str, ...]) -> list[str]:
    """Return runs of toneless syllables."""
    return [
        "p" + " ".join(syllables[start : start + size])
        for size in _SYLLABLES
        for start in range(len(syllables) - size + 1)
    ]


def _stance(text: str, signals: frozenset[str]) -> Iterator[str]:
    """Yield polarity, what is denied, the kinds of entities, and signals."""
    yield f"s={read_polarity(text)}"
    for denied in find_denied(text):
        for size in (1, 2):
            yield f"s!{denied[:size]}"
    for character in text:
        if character in _KIND_OF:
            yield f"s#{_KIND_OF[character]}"
    for signal in sorted(signals):
        yield f"s~{signal}"
