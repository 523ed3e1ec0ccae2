"""What of a text may be kept? The same for every platform."""

import unicodedata
from collections.abc import Sequence

_KEPT_CONTROLS = "\n\t"


def clean_text(text: str) -> str:
    """Return text without control characters; line breaks and tabs stay."""
    if text.isprintable():
        return text
    return "".join(
        character
        for character in text
        if character in _KEPT_CONTROLS or unicodedata.category(character) != "Cc"
    )


def with_links(text: str, addresses: Sequence[str]) -> str:
    """Return a text with its pictures as links, for a platform that shows none."""
    return "\n".join((text, *addresses))


def has_controls(text: str) -> bool:
    """Return whether a name or an id has characters that nobody can see."""
    return not text.isprintable()
