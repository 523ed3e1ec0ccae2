"""Into which words does a text fall, with the words of this trade kept whole?"""

from typing import Any, Final, Protocol

import jieba

from bot.understanding.lexicon import Lexicon

try:
    import rjieba
except (
    ImportError
):  # pragma: no cover - no wheel for this machine: jieba gives the same words
    HAS_RJIEBA = False
else:
    HAS_RJIEBA = True

_KEEP: Final = 2_000_000
"""Frequency of a lexicon word: above any in the dictionary, so it is never split."""


class Tokenizer(Protocol):
    """Splits folded texts into words; safe to call from several threads.

    Neither tokenizer uses the model for unknown words: it invents names out of typos.
    """

    def __call__(self, text: str) -> list[str]:
        """Return the words of ``text`` in order, nothing left out."""


def make_tokenizer(lexicon: Lexicon) -> Tokenizer:
    """Return a tokenizer of its own for ``lexicon``: rjieba, 30 times faster, or jieba."""
    return make_rjieba(lexicon) if HAS_RJIEBA else make_jieba(lexicon)


def make_jieba(lexicon: Lexicon) -> Tokenizer:
    """Return the reference tokenizer; 1 s and 80 MB to start."""
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    for word in _whole_words(lexicon):
        tokenizer.add_word(word, _KEEP)

    def tokenize(text: str) -> list[str]:
        words: list[str] = tokenizer.lcut(text, HMM=False)
        return words

    return tokenize


def make_rjieba(lexicon: Lexicon) -> Tokenizer:
    """Return the fast tokenizer; 0.1 s and 35 MB to start."""
    tokenizer: Any = rjieba.Jieba()
    for word in _whole_words(lexicon):
        tokenizer.add_word(word, _KEEP, None)

    def tokenize(text: str) -> list[str]:
        words: list[str] = tokenizer.cut(text, hmm=False)
        return words

    return tokenize


def _whole_words(lexicon: Lexicon) -> tuple[str, ...]:
    """Return the words to keep whole, members of synonym groups among them."""
    members = (word for group in lexicon.synonyms for word in group)
    return tuple(sorted({word for word in (*lexicon.words, *members) if word}))
