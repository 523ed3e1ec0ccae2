"""Is a single letter the buyer's refusal? Only as an answer to a message that offered it."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

_LETTERS: Final = frozenset({"R", "T", "N", "TD"})
"""What messages offer to answer with; alone they may be answers to anything."""
_STRIPPED: Final = " ,，.。!！?？~、;；:："


def refusal_letter(text: str) -> str | None:
    """Return the letter a text consists of, in capitals; None for any other text."""
    if len(text) > len(_STRIPPED):
        return None
    letter = unicodedata.normalize("NFKC", text).strip(_STRIPPED).upper()
    return letter if letter in _LETTERS else None


def is_refusal(text: str, *, last_said: str, opt_out_words: Collection[str]) -> bool:
    """Return whether a text is a letter that our last message offered as a refusal.

    Args:
        text: What the buyer wrote.
        last_said: Our newest message before it.
        opt_out_words: Of the pack; a message that offers a letter names one of them.
    """
    letter = refusal_letter(text)
    if letter is None:
        return False
    said = unicodedata.normalize("NFKC", last_said).upper()
    is_offered = re.search(rf"(?<![A-Z]){letter}(?![A-Z])", said) is not None
    return is_offered and any(word.upper() in said for word in opt_out_words)
