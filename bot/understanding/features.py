"""What of a text can a linear model weigh? Its characters, words, sound and stance."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from operator import add
from typing import Final

from bot.understanding.entities import PLACEHOLDERS, mask
from bot.understanding.lexicon import Lexicon
from bot.understanding.pinyin import PinyinReader
from bot.understanding.polarity import find_denied, polarity_of
from bot.understanding.tokenize import Tokenizer
from bot.utterances import Entity

_CHARACTERS: Final = 3
"""Longest character n-grams. Without runs of four, and of three syllables, held-out top-1
is 0.936 instead of 0.934, and a tenth of the features is saved."""
_SYLLABLES: Final = 2
_REACH: Final = 7
"""Characters between which a pair may form, both ends included."""
_KIND_OF: Final = {mark: kind for kind, mark in PLACEHOLDERS.items()}
_SILENT: Final = frozenset(" ,，.。!！~、;；:：…\n")
_SILENCE: Final = dict.fromkeys(map(ord, _SILENT))
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

    text: str
    """Folded, as it stands: what a sentence encoder reads."""
    compact: str
    """Folded, entities masked, without punctuation: what is compared with examples."""
    words: tuple[str, ...]
    features: Mapping[Family, tuple[str, ...]]
    """Features by family, in order of appearance and as often as they appear; the family
    is the first character of each."""
    is_spelled: bool = False
    """Whether it is written in Pinyin: nothing but sound and stance."""


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
        compact = masked.translate(_SILENCE)
        words = tuple(word for word in self._tokenize(masked) if word not in _SILENT)
        if self._pinyin.is_spelled(masked):
            return self._read_spelled(text, masked, signals=signals)
        syllables = self._pinyin.read(compact)
        return Reading(
            text=text[:_LONGEST],
            compact=compact,
            words=words,
            features={
                Family.CHARACTERS: tuple(_character_grams(compact)),
                Family.PAIRS: tuple(_character_pairs(compact)),
                Family.WORDS: tuple(self._word_grams(words)),
                Family.SOUND: tuple(_syllable_grams(syllables)),
                Family.STANCE: tuple(_stance(masked, signals)),
            },
        )

    def _read_spelled(
        self, text: str, masked: str, *, signals: frozenset[str]
    ) -> Reading:
        """Return the reading of a text in Pinyin: its letters say nothing but sounds."""
        syllables = self._pinyin.read(masked)
        return Reading(
            text=text[:_LONGEST],
            compact=masked.translate(_SILENCE),
            words=(),
            features={
                Family.SOUND: tuple(_syllable_grams(syllables)),
                Family.STANCE: tuple(_stance(masked, signals)),
            },
            is_spelled=True,
        )

    def _word_grams(self, words: tuple[str, ...]) -> list[str]:
        """Return words, each as its synonym class, and neighbouring pairs of them."""
        class_of = self._class_of
        classes = [class_of.get(word, word) for word in words]
        grams = ["k" + word for word in classes]
        grams.extend(f"k{first} {second}" for first, second in pairwise(classes))
        return grams


def _character_grams(text: str) -> list[str]:
    """Return the character n-grams of ``text`` with its edges marked."""
    edged = f"^{text}$"
    longest = ["c" + character for character in edged]
    grams = longest
    for size in range(1, _CHARACTERS):
        longest = list(map(add, longest, edged[size:]))
        grams = grams + longest
    return grams


def _character_pairs(text: str) -> list[str]:
    """Return pairs of characters near each other, whatever their order.

    Buyers turn phrases round and put words between: 能便宜点吗, 便宜点能不能.
    """
    return [
        f"u{first}{second}" if first < second else f"u{second}{first}"
        for start, first in enumerate(text)
        for second in text[start + 1 : start + _REACH]
    ]


def _syllable_grams(syllables: tuple[str, ...]) -> list[str]:
    """Return runs of toneless syllables."""
    spaced = [" " + syllable for syllable in syllables]
    longest = ["p" + syllable for syllable in syllables]
    grams = longest
    for size in range(1, _SYLLABLES):
        longest = list(map(add, longest, spaced[size:]))
        grams = grams + longest
    return grams


def _stance(text: str, signals: frozenset[str]) -> Iterator[str]:
    """Yield polarity, what is denied, the kinds of entities, and signals."""
    everything_denied = find_denied(text)
    yield "s=" + polarity_of(text, negations=len(everything_denied)).value
    for denied in everything_denied:
        for size in (1, 2):
            yield f"s!{denied[:size]}"
    if not _KIND_OF.keys().isdisjoint(text):
        yield from (f"s#{_KIND_OF[mark]}" for mark in text if mark in _KIND_OF)
    for signal in sorted(signals):
        yield f"s~{signal}"
