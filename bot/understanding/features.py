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
_REACH: Final = 7
"""Characters between which a pair may form, both ends included."""
_KIND_OF: Final = {mark: kind for kind, mark in PLACEHOLDERS.items()}
_SILENT: Final = frozenset(" ,，.。!！~、;；:：…\n")
_LONGEST: Final = 200
"""Characters of one text that make features; enough for what one line wants."""


class Family(StrEnum):
    """A group of features that is normalised and weighted together."""

    CHARACTERS = "c"
    PAIRS = "u"
    WORDS = "k"
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
                Family.PAIRS: _distinct(_character_pairs(compact)),
                Family.WORDS: _distinct(self._word_grams(words)),
                Family.SOUND: _distinct(_syllable_grams(syllables)),
                Family.STANCE: _distinct(_stance(masked, signals)),
            },
        )

    def _word_grams(self, words: tuple[str, ...]) -> list[str]:
        """Return words, each as its synonym class, and neighbouring pairs of them."""
        class_of = self._class_of
        classes = [class_of.get(word, word) for word in words]
        grams = ["k" + word for word in classes]
        grams.extend(f"k{first} {second}" for first, second in pairwise(classes))
        return grams


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


def _character_pairs(text: str) -> list[str]:
    """Return pairs of characters near each other, whatever their order.

    Buyers turn phrases round and put words between: 能便宜点吗, 便宜点能不能.
    """
    return [
        "u" + (first + second if first < second else second + first)
        for start, first in enumerate(text)
        for second in text[start + 1 : start + _REACH]
    ]


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
